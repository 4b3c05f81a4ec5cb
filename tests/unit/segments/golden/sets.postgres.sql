SELECT
  "t5"."profile_key",
  "t5"."email",
  "t5"."email__address",
  "t5"."email__problem",
  "t5"."first_name",
  "t5"."country",
  "t5"."visits",
  "t5"."spent",
  "t5"."opted_in",
  "t5"."birthday",
  "t5"."seen",
  "t5"."born",
  "t5"."tags",
  (
    COALESCE("t5"."country" = 'France', FALSE) OR COALESCE("t5"."visits" > 3, FALSE)
  )
  AND NOT (
    COALESCE("t5"."country" = 'France', FALSE)
    AND NOT (
      COALESCE("t5"."aggregate__0", 0) > 0
    )
  ) AS "flag__sets"
FROM (
  SELECT
    "t2"."profile_key",
    "t2"."email",
    "t2"."email__address",
    "t2"."email__problem",
    "t2"."first_name",
    "t2"."country",
    "t2"."visits",
    "t2"."spent",
    "t2"."opted_in",
    "t2"."birthday",
    "t2"."seen",
    "t2"."born",
    "t2"."tags",
    "t4"."aggregate__0"
  FROM "profiles" AS "t2"
  LEFT OUTER JOIN (
    SELECT
      "t1"."profile_key" AS "aggregate_key__0",
      COUNT(*) AS "aggregate__0"
    FROM "related_orders" AS "t1"
    GROUP BY
      1
  ) AS "t4"
    ON "t2"."profile_key" = "t4"."aggregate_key__0"
) AS "t5"
