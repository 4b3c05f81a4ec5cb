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
  COALESCE(
    (
      "t0"."seen" >= CAST('2026-03-24 23:00:00' AS TIMESTAMP)
    )
    AND (
      "t0"."seen" < CAST('2026-03-31 22:00:00' AS TIMESTAMP)
    ),
    FALSE
  )
  OR COALESCE(
    (
      "t0"."seen" >= CAST('2026-03-28 23:00:00' AS TIMESTAMP)
    )
    AND (
      "t0"."seen" < CAST('2026-03-29 22:00:00' AS TIMESTAMP)
    ),
    FALSE
  )
  OR COALESCE(NOT (
    "t0"."seen" < CAST('2026-03-29 22:00:00' AS TIMESTAMP)
  ), FALSE)
  OR (
    COALESCE("t0"."seen" <= CAST('2026-03-29 01:30:00' AS TIMESTAMP), FALSE)
    OR COALESCE(NOT (
      "t0"."seen" >= CAST('2026-03-29 02:30:00.250000' AS TIMESTAMP)
    ), FALSE)
    OR COALESCE(
      EXTRACT(month FROM CASE
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1996
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 11, 12)
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1996
        THEN "t0"."seen" + INTERVAL '7200 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1981
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 10, 11, 12)
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1981
        THEN "t0"."seen" + INTERVAL '7200 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1979
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (5, 6, 7, 8, 9)
        THEN "t0"."seen" + INTERVAL '7200 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1979
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1978
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 4, 11, 12)
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1978
        THEN "t0"."seen" + INTERVAL '7200 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1977
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (5, 6, 7, 8, 9)
        THEN "t0"."seen" + INTERVAL '7200 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1977
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1976
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 10, 11, 12)
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1976
        THEN "t0"."seen" + INTERVAL '7200 SECOND'
        ELSE "t0"."seen" + INTERVAL '3600 SECOND'
      END) IN (3),
      FALSE
    )
  ) AS "flag__instants"
FROM "profiles" AS "t0"
