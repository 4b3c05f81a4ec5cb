SELECT
  "t0"."profile_key",
  "t0"."email",
  "t0"."email__address",
  "t0"."email__problem",
  "t0"."first_name",
  "t0"."country",
  "t0"."visits",
  "t0"."spent",
  "t0"."opted_in",
  "t0"."birthday",
  "t0"."seen",
  "t0"."born",
  "t0"."tags",
  COALESCE("t0"."birthday" < MAKE_DATE(2026, 1, 1), FALSE)
  OR COALESCE(NOT (
    "t0"."birthday" < MAKE_DATE(2026, 4, 2)
  ), FALSE)
  OR COALESCE(
    (
      "t0"."birthday" < MAKE_DATE(2026, 3, 31)
    )
    AND (
      (
        (
          EXTRACT(month FROM "t0"."birthday") = 3
        )
        AND EXTRACT(day FROM "t0"."birthday") IN (31)
      )
      OR (
        (
          EXTRACT(month FROM "t0"."birthday") = 5
        )
        AND EXTRACT(day FROM "t0"."birthday") IN (1, 2, 3, 4, 5, 6, 7, 8, 9)
      )
      OR EXTRACT(month FROM "t0"."birthday") IN (4)
    ),
    FALSE
  )
  OR (
    COALESCE(CAST(EXTRACT('dow' FROM "t0"."birthday") + 6 AS SMALLINT) % 7 IN (5, 6), FALSE)
    OR COALESCE(NOT (
      "t0"."seen" >= CAST('2025-12-31 23:00:00' AS TIMESTAMP)
    ), FALSE)
    OR COALESCE(
      "t0"."born" IN ('03/25', '03/26', '03/27', '03/28', '03/29', '03/30', '03/31'),
      FALSE
    )
  ) AS "flag__calendar"
FROM "profiles" AS "t0"
