SELECT
  "t8"."profile_key",
  "t8"."email",
  "t8"."email__address",
  "t8"."email__problem",
  "t8"."first_name",
  "t8"."country",
  "t8"."visits",
  "t8"."spent",
  "t8"."opted_in",
  "t8"."birthday",
  "t8"."seen",
  "t8"."born",
  "t8"."tags",
  (
    COALESCE("t8"."aggregate__0", 0) > 0
  )
  AND COALESCE(COALESCE("t8"."aggregate__0", 0) >= 2, FALSE)
  AND (
    COALESCE(COALESCE("t8"."aggregate__1", 0) <= 9, FALSE)
    AND COALESCE("t8"."aggregate__2" >= CAST(40.00 AS DECIMAL(38, 2)), FALSE)
  )
  AND (
    COALESCE("t8"."aggregate__3" < MAKE_DATE(2026, 1, 1), FALSE)
    AND COALESCE(
      (
        "t8"."aggregate__4" >= CAST('2025-09-30 22:00:00' AS TIMESTAMP)
      )
      AND (
        "t8"."aggregate__4" < CAST('2026-03-31 22:00:00' AS TIMESTAMP)
      ),
      FALSE
    )
    AND NOT (
      COALESCE("t8"."aggregate__5", 0) > 0
    )
  ) AS "flag__aggregates"
FROM (
  SELECT
    "t3"."profile_key",
    "t3"."email",
    "t3"."email__address",
    "t3"."email__problem",
    "t3"."first_name",
    "t3"."country",
    "t3"."visits",
    "t3"."spent",
    "t3"."opted_in",
    "t3"."birthday",
    "t3"."seen",
    "t3"."born",
    "t3"."tags",
    "t7"."aggregate__0",
    "t7"."aggregate__1",
    "t7"."aggregate__2",
    "t7"."aggregate__3",
    "t7"."aggregate__4",
    "t6"."aggregate__5"
  FROM "profiles" AS "t3"
  LEFT OUTER JOIN (
    SELECT
      "t1"."profile_key" AS "aggregate_key__0",
      COUNT(*) FILTER(WHERE
        COALESCE("t1"."genre" = 'Jazz', FALSE)) AS "aggregate__0",
      COUNT(*) AS "aggregate__1",
      SUM("t1"."total") FILTER(WHERE
        COALESCE(NOT (
          "t1"."placed" < CAST('2010-01-01 23:00:00' AS TIMESTAMP)
        ), FALSE)) AS "aggregate__2",
      MIN("t1"."due") AS "aggregate__3",
      MAX("t1"."placed") AS "aggregate__4"
    FROM "related_orders" AS "t1"
    GROUP BY
      1
  ) AS "t7"
    ON "t3"."profile_key" = "t7"."aggregate_key__0"
  LEFT OUTER JOIN (
    SELECT
      "t2"."profile_key" AS "aggregate_key__1",
      COUNT(*) FILTER(WHERE
        COALESCE(
          (
            "t2"."opened" >= MAKE_DATE(2026, 3, 2)
          )
          AND (
            "t2"."opened" <= MAKE_DATE(2026, 3, 31)
          ),
          FALSE
        )) AS "aggregate__5"
    FROM "related_tickets" AS "t2"
    GROUP BY
      1
  ) AS "t6"
    ON "t3"."profile_key" = "t6"."aggregate_key__1"
) AS "t8"
