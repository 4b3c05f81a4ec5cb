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
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1946
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1945
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (5, 6, 7, 8, 9)
        THEN "t0"."seen" + INTERVAL '7200 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1945
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1944
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 4, 11, 12)
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1944
        THEN "t0"."seen" + INTERVAL '7200 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1943
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 11, 12)
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1943
        THEN "t0"."seen" + INTERVAL '7200 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1942
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (12)
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1942
        THEN "t0"."seen" + INTERVAL '7200 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1941
        THEN "t0"."seen" + INTERVAL '7200 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1940
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2)
        THEN "t0"."seen" + INTERVAL '0 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1940
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (3, 4, 5, 6)
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1940
        THEN "t0"."seen" + INTERVAL '7200 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1939
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 4, 12)
        THEN "t0"."seen" + INTERVAL '0 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1939
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1938
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 11, 12)
        THEN "t0"."seen" + INTERVAL '0 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1938
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1936
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 4, 11, 12)
        THEN "t0"."seen" + INTERVAL '0 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1936
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1935
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 11, 12)
        THEN "t0"."seen" + INTERVAL '0 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1935
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1934
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 4, 11, 12)
        THEN "t0"."seen" + INTERVAL '0 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1934
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1933
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 11, 12)
        THEN "t0"."seen" + INTERVAL '0 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1933
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1925
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 4, 11, 12)
        THEN "t0"."seen" + INTERVAL '0 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1925
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1924
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 11, 12)
        THEN "t0"."seen" + INTERVAL '0 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1924
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1923
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (6, 7, 8, 9, 10)
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1923
        THEN "t0"."seen" + INTERVAL '0 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1921
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 11, 12)
        THEN "t0"."seen" + INTERVAL '0 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1921
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1920
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 11, 12)
        THEN "t0"."seen" + INTERVAL '0 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1920
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1917
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 11, 12)
        THEN "t0"."seen" + INTERVAL '0 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1917
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1916
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (7, 8, 9, 10)
        THEN "t0"."seen" + INTERVAL '3600 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1916
        THEN "t0"."seen" + INTERVAL '0 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1912
        THEN "t0"."seen" + INTERVAL '0 SECOND'
        WHEN (
          EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1911
        )
        AND EXTRACT(month FROM "t0"."seen" + INTERVAL '1296000 SECOND') IN (1, 2, 3)
        THEN "t0"."seen" + INTERVAL '561 SECOND'
        WHEN EXTRACT(year FROM "t0"."seen" + INTERVAL '1296000 SECOND') >= 1911
        THEN "t0"."seen" + INTERVAL '0 SECOND'
        ELSE "t0"."seen" + INTERVAL '561 SECOND'
      END) IN (3),
      FALSE
    )
  ) AS "flag__instants"
FROM "profiles" AS "t0"
