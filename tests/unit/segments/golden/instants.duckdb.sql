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
    (
      "t5"."seen" >= CAST('2026-03-24 23:00:00' AS TIMESTAMP)
    )
    AND (
      "t5"."seen" < CAST('2026-03-31 22:00:00' AS TIMESTAMP)
    ),
    FALSE
  )
  OR COALESCE(
    (
      "t5"."seen" >= CAST('2026-03-28 23:00:00' AS TIMESTAMP)
    )
    AND (
      "t5"."seen" < CAST('2026-03-29 22:00:00' AS TIMESTAMP)
    ),
    FALSE
  )
  OR (
    COALESCE(NOT (
      "t5"."seen" < CAST('2026-03-29 22:00:00' AS TIMESTAMP)
    ), FALSE)
    OR COALESCE("t5"."seen" <= CAST('2026-03-29 01:30:00' AS TIMESTAMP), FALSE)
  )
  OR (
    COALESCE(NOT (
      "t5"."seen" >= CAST('2026-03-29 02:30:00.250000' AS TIMESTAMP)
    ), FALSE)
    OR COALESCE(
      EXTRACT(month FROM CASE
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1996
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 11, 12)
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1996
        THEN "t5"."seen" + INTERVAL '7200' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1981
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 10, 11, 12)
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1981
        THEN "t5"."seen" + INTERVAL '7200' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1979
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (5, 6, 7, 8, 9)
        THEN "t5"."seen" + INTERVAL '7200' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1979
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1978
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 4, 11, 12)
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1978
        THEN "t5"."seen" + INTERVAL '7200' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1977
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (5, 6, 7, 8, 9)
        THEN "t5"."seen" + INTERVAL '7200' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1977
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1976
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 10, 11, 12)
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1976
        THEN "t5"."seen" + INTERVAL '7200' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1946
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1945
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (5, 6, 7, 8, 9)
        THEN "t5"."seen" + INTERVAL '7200' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1945
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1944
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 4, 11, 12)
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1944
        THEN "t5"."seen" + INTERVAL '7200' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1943
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 11, 12)
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1943
        THEN "t5"."seen" + INTERVAL '7200' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1942
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (12)
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1942
        THEN "t5"."seen" + INTERVAL '7200' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1941
        THEN "t5"."seen" + INTERVAL '7200' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1940
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2)
        THEN "t5"."seen" + INTERVAL '0' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1940
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (3, 4, 5, 6)
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1940
        THEN "t5"."seen" + INTERVAL '7200' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1939
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 4, 12)
        THEN "t5"."seen" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1939
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1938
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 11, 12)
        THEN "t5"."seen" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1938
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1936
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 4, 11, 12)
        THEN "t5"."seen" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1936
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1935
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 11, 12)
        THEN "t5"."seen" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1935
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1934
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 4, 11, 12)
        THEN "t5"."seen" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1934
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1933
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 11, 12)
        THEN "t5"."seen" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1933
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1925
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 4, 11, 12)
        THEN "t5"."seen" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1925
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1924
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 11, 12)
        THEN "t5"."seen" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1924
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1923
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (6, 7, 8, 9, 10)
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1923
        THEN "t5"."seen" + INTERVAL '0' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1921
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 11, 12)
        THEN "t5"."seen" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1921
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1920
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 11, 12)
        THEN "t5"."seen" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1920
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1917
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 11, 12)
        THEN "t5"."seen" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1917
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1916
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (7, 8, 9, 10)
        THEN "t5"."seen" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1916
        THEN "t5"."seen" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1912
        THEN "t5"."seen" + INTERVAL '0' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1911
        )
        AND EXTRACT(month FROM "t5"."seen" + INTERVAL '1296000' SECOND) IN (1, 2, 3)
        THEN "t5"."seen" + INTERVAL '561' SECOND
        WHEN EXTRACT(year FROM "t5"."seen" + INTERVAL '1296000' SECOND) >= 1911
        THEN "t5"."seen" + INTERVAL '0' SECOND
        ELSE "t5"."seen" + INTERVAL '561' SECOND
      END) IN (3),
      FALSE
    )
    OR COALESCE(
      EXTRACT(month FROM CASE
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1996
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 11, 12)
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1996
        THEN "t5"."aggregate__0" + INTERVAL '7200' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1981
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 10, 11, 12)
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1981
        THEN "t5"."aggregate__0" + INTERVAL '7200' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1979
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (5, 6, 7, 8, 9)
        THEN "t5"."aggregate__0" + INTERVAL '7200' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1979
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1978
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 4, 11, 12)
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1978
        THEN "t5"."aggregate__0" + INTERVAL '7200' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1977
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (5, 6, 7, 8, 9)
        THEN "t5"."aggregate__0" + INTERVAL '7200' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1977
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1976
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 10, 11, 12)
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1976
        THEN "t5"."aggregate__0" + INTERVAL '7200' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1946
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1945
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (5, 6, 7, 8, 9)
        THEN "t5"."aggregate__0" + INTERVAL '7200' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1945
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1944
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 4, 11, 12)
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1944
        THEN "t5"."aggregate__0" + INTERVAL '7200' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1943
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 11, 12)
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1943
        THEN "t5"."aggregate__0" + INTERVAL '7200' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1942
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (12)
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1942
        THEN "t5"."aggregate__0" + INTERVAL '7200' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1941
        THEN "t5"."aggregate__0" + INTERVAL '7200' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1940
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2)
        THEN "t5"."aggregate__0" + INTERVAL '0' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1940
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (3, 4, 5, 6)
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1940
        THEN "t5"."aggregate__0" + INTERVAL '7200' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1939
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 4, 12)
        THEN "t5"."aggregate__0" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1939
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1938
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 11, 12)
        THEN "t5"."aggregate__0" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1938
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1936
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 4, 11, 12)
        THEN "t5"."aggregate__0" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1936
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1935
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 11, 12)
        THEN "t5"."aggregate__0" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1935
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1934
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 4, 11, 12)
        THEN "t5"."aggregate__0" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1934
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1933
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 11, 12)
        THEN "t5"."aggregate__0" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1933
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1925
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 4, 11, 12)
        THEN "t5"."aggregate__0" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1925
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1924
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 11, 12)
        THEN "t5"."aggregate__0" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1924
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1923
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (6, 7, 8, 9, 10)
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1923
        THEN "t5"."aggregate__0" + INTERVAL '0' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1921
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 11, 12)
        THEN "t5"."aggregate__0" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1921
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1920
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 11, 12)
        THEN "t5"."aggregate__0" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1920
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1917
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3, 11, 12)
        THEN "t5"."aggregate__0" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1917
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1916
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (7, 8, 9, 10)
        THEN "t5"."aggregate__0" + INTERVAL '3600' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1916
        THEN "t5"."aggregate__0" + INTERVAL '0' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1912
        THEN "t5"."aggregate__0" + INTERVAL '0' SECOND
        WHEN (
          EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1911
        )
        AND EXTRACT(month FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) IN (1, 2, 3)
        THEN "t5"."aggregate__0" + INTERVAL '561' SECOND
        WHEN EXTRACT(year FROM "t5"."aggregate__0" + INTERVAL '1296000' SECOND) >= 1911
        THEN "t5"."aggregate__0" + INTERVAL '0' SECOND
        ELSE "t5"."aggregate__0" + INTERVAL '561' SECOND
      END) IN (3),
      FALSE
    )
  ) AS "flag__instants"
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
      MAX("t1"."placed") AS "aggregate__0"
    FROM "related_orders" AS "t1"
    GROUP BY
      1
  ) AS "t4"
    ON "t2"."profile_key" = "t4"."aggregate_key__0"
) AS "t5"
