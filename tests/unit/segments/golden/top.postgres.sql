WITH "t5" AS (
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
      COUNT(*) FILTER(WHERE
        COALESCE("t1"."genre" = 'Jazz', FALSE)) AS "aggregate__0"
    FROM "related_orders" AS "t1"
    GROUP BY
      1
  ) AS "t4"
    ON "t2"."profile_key" = "t4"."aggregate_key__0"
)
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
  COALESCE("t11"."rank__0" < 100, FALSE)
  OR COALESCE(
    CAST("t11"."rank__0" * 100 AS DECIMAL(38, 1)) < CAST(CAST('2.5' AS DECIMAL(18, 1)) * CAST("t11"."ranked__0" AS DECIMAL(18, 0)) AS DECIMAL(38, 1)),
    FALSE
  )
  OR COALESCE(
    CAST("t13"."rank__1" * 100 AS DECIMAL(38, 0)) < CAST(CAST('5' AS DECIMAL(18, 0)) * CAST("t13"."ranked__1" AS DECIMAL(18, 0)) AS DECIMAL(38, 0)),
    FALSE
  ) AS "flag__top"
FROM "profiles" AS "t2"
LEFT OUTER JOIN (
  SELECT
    "t1"."profile_key" AS "aggregate_key__0",
    COUNT(*) FILTER(WHERE
      COALESCE("t1"."genre" = 'Jazz', FALSE)) AS "aggregate__0"
  FROM "related_orders" AS "t1"
  GROUP BY
    1
) AS "t4"
  ON "t2"."profile_key" = "t4"."aggregate_key__0"
LEFT OUTER JOIN (
  SELECT
    "t7"."key__rank__0",
    ROW_NUMBER() OVER (
      ORDER BY "t7"."measured" DESC NULLS LAST, "t7"."key__rank__0" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) - 1 AS "rank__0",
    COUNT(*) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS "ranked__0"
  FROM (
    SELECT
      "t6"."profile_key" AS "key__rank__0",
      "t6"."spent" AS "measured"
    FROM "t5" AS "t6"
    WHERE
      "t6"."spent" IS NOT NULL
  ) AS "t7"
) AS "t11"
  ON "t2"."profile_key" = "t11"."key__rank__0"
LEFT OUTER JOIN (
  SELECT
    "t10"."key__rank__1",
    ROW_NUMBER() OVER (
      ORDER BY "t10"."measured" DESC NULLS LAST, "t10"."key__rank__1" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) - 1 AS "rank__1",
    COUNT(*) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS "ranked__1"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t6"."profile_key" AS "key__rank__1",
        CASE
          WHEN COALESCE("t6"."aggregate__0", 0) > 0
          THEN COALESCE("t6"."aggregate__0", 0)
          ELSE NULL
        END AS "measured"
      FROM "t5" AS "t6"
    ) AS "t8"
    WHERE
      "t8"."measured" IS NOT NULL
  ) AS "t10"
) AS "t13"
  ON "t2"."profile_key" = "t13"."key__rank__1"
