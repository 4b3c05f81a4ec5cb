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
  COALESCE(
    CAST("t5"."spent" AS DECIMAL(38, 2)) > CAST("t5"."visits" AS DECIMAL(38, 2)),
    FALSE
  )
  OR NOT (
    COALESCE(LOWER("t5"."country") = LOWER("t5"."first_name"), FALSE)
    AND COALESCE(REGEXP_MATCHES("t5"."country", '[^ \t\n\r\f\v   -     　]'), FALSE)
  )
  OR COALESCE("t5"."birthday" < "t5"."birthday", FALSE)
  OR (
    COALESCE("t5"."aggregate__0" <= CAST("t5"."spent" AS DECIMAL(38, 2)), FALSE)
    OR COALESCE(
      "t5"."aggregate__1" < CAST(CAST("t5"."spent" AS DECIMAL(19, 2)) * CAST("t5"."aggregate__2" AS DECIMAL(18, 0)) AS DECIMAL(38, 2)),
      FALSE
    )
  ) AS "flag__attributes"
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
    "t4"."aggregate__0",
    "t4"."aggregate__1",
    "t4"."aggregate__2"
  FROM "profiles" AS "t2"
  LEFT OUTER JOIN (
    SELECT
      "t1"."profile_key" AS "aggregate_key__0",
      SUM("t1"."total") FILTER(WHERE
        COALESCE(
          CAST("t1"."quantity" AS DECIMAL(38, 2)) < CAST("t1"."total" AS DECIMAL(38, 2)),
          FALSE
        )) AS "aggregate__0",
      SUM("t1"."total") AS "aggregate__1",
      COUNT(*) FILTER(WHERE
        "t1"."total" IS NOT NULL) AS "aggregate__2"
    FROM "related_orders" AS "t1"
    GROUP BY
      1
  ) AS "t4"
    ON "t2"."profile_key" = "t4"."aggregate_key__0"
) AS "t5"
