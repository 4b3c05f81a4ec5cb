SELECT
  "t17"."profile_key",
  "t17"."email",
  "t17"."email__address",
  "t17"."email__problem",
  "t17"."first_name",
  "t17"."country",
  "t17"."visits",
  "t17"."spent",
  "t17"."opted_in",
  "t17"."birthday",
  "t17"."seen",
  "t17"."born",
  "t17"."tags",
  COALESCE(
    CAST(CASE
      WHEN ABS(CAST("t17"."step__6" AS DECIMAL(38, 4))) < CAST('100000000000000.0000' AS DECIMAL(38, 4))
      THEN CAST("t17"."step__6" AS DECIMAL(38, 4))
      ELSE NULL
    END AS DECIMAL(18, 4)) > CAST('0.5000' AS DECIMAL(18, 4)),
    FALSE
  )
  OR COALESCE("t17"."mean_total" >= "t17"."total_lately", FALSE)
  OR COALESCE(
    EXTRACT(month FROM CASE
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1996
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 11, 12)
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1996
      THEN "t17"."latest" + INTERVAL '7200 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1981
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 10, 11, 12)
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1981
      THEN "t17"."latest" + INTERVAL '7200 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1979
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (5, 6, 7, 8, 9)
      THEN "t17"."latest" + INTERVAL '7200 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1979
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1978
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 4, 11, 12)
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1978
      THEN "t17"."latest" + INTERVAL '7200 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1977
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (5, 6, 7, 8, 9)
      THEN "t17"."latest" + INTERVAL '7200 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1977
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1976
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 10, 11, 12)
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1976
      THEN "t17"."latest" + INTERVAL '7200 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1946
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1945
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (5, 6, 7, 8, 9)
      THEN "t17"."latest" + INTERVAL '7200 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1945
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1944
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 4, 11, 12)
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1944
      THEN "t17"."latest" + INTERVAL '7200 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1943
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 11, 12)
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1943
      THEN "t17"."latest" + INTERVAL '7200 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1942
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (12)
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1942
      THEN "t17"."latest" + INTERVAL '7200 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1941
      THEN "t17"."latest" + INTERVAL '7200 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1940
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2)
      THEN "t17"."latest" + INTERVAL '0 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1940
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (3, 4, 5, 6)
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1940
      THEN "t17"."latest" + INTERVAL '7200 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1939
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 4, 12)
      THEN "t17"."latest" + INTERVAL '0 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1939
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1938
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 11, 12)
      THEN "t17"."latest" + INTERVAL '0 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1938
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1936
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 4, 11, 12)
      THEN "t17"."latest" + INTERVAL '0 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1936
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1935
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 11, 12)
      THEN "t17"."latest" + INTERVAL '0 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1935
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1934
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 4, 11, 12)
      THEN "t17"."latest" + INTERVAL '0 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1934
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1933
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 11, 12)
      THEN "t17"."latest" + INTERVAL '0 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1933
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1925
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 4, 11, 12)
      THEN "t17"."latest" + INTERVAL '0 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1925
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1924
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 11, 12)
      THEN "t17"."latest" + INTERVAL '0 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1924
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1923
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (6, 7, 8, 9, 10)
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1923
      THEN "t17"."latest" + INTERVAL '0 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1921
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 11, 12)
      THEN "t17"."latest" + INTERVAL '0 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1921
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1920
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 11, 12)
      THEN "t17"."latest" + INTERVAL '0 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1920
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1917
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3, 11, 12)
      THEN "t17"."latest" + INTERVAL '0 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1917
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1916
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (7, 8, 9, 10)
      THEN "t17"."latest" + INTERVAL '3600 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1916
      THEN "t17"."latest" + INTERVAL '0 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1912
      THEN "t17"."latest" + INTERVAL '0 SECOND'
      WHEN (
        EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1911
      )
      AND EXTRACT(month FROM "t17"."latest" + INTERVAL '1296000 SECOND') IN (1, 2, 3)
      THEN "t17"."latest" + INTERVAL '561 SECOND'
      WHEN EXTRACT(year FROM "t17"."latest" + INTERVAL '1296000 SECOND') >= 1911
      THEN "t17"."latest" + INTERVAL '0 SECOND'
      ELSE "t17"."latest" + INTERVAL '561 SECOND'
    END) IN (3),
    FALSE
  )
  OR (
    COALESCE(COALESCE("t17"."aggregate__0", 0) < "t17"."orders_made", FALSE)
    OR COALESCE(COALESCE("t17"."aggregate__1", 0) > 3, FALSE)
  ) AS "flag__measures"
FROM (
  SELECT
    "t16"."profile_key",
    "t16"."email",
    "t16"."email__address",
    "t16"."email__problem",
    "t16"."first_name",
    "t16"."country",
    "t16"."visits",
    "t16"."spent",
    "t16"."opted_in",
    "t16"."birthday",
    "t16"."seen",
    "t16"."born",
    "t16"."tags",
    "t16"."aggregate__0",
    "t16"."aggregate__1",
    "t16"."aggregate__2",
    "t16"."aggregate__3",
    "t16"."aggregate__4",
    "t16"."aggregate__5",
    "t16"."total_lately",
    "t16"."orders_made",
    "t16"."mean_total",
    "t16"."latest",
    "t16"."step__0",
    "t16"."step__1",
    "t16"."step__3",
    "t16"."step__4",
    "t16"."step__2",
    "t16"."step__5",
    CAST(CASE
      WHEN ABS(
        CAST(CAST("t16"."step__2" AS DECIMAL(25, 6)) - CAST("t16"."step__5" AS DECIMAL(25, 6)) AS DECIMAL(38, 6))
      ) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
      THEN CAST(CAST("t16"."step__2" AS DECIMAL(25, 6)) - CAST("t16"."step__5" AS DECIMAL(25, 6)) AS DECIMAL(38, 6))
      ELSE NULL
    END AS DECIMAL(18, 6)) AS "step__6"
  FROM (
    SELECT
      "t15"."profile_key",
      "t15"."email",
      "t15"."email__address",
      "t15"."email__problem",
      "t15"."first_name",
      "t15"."country",
      "t15"."visits",
      "t15"."spent",
      "t15"."opted_in",
      "t15"."birthday",
      "t15"."seen",
      "t15"."born",
      "t15"."tags",
      "t15"."aggregate__0",
      "t15"."aggregate__1",
      "t15"."aggregate__2",
      "t15"."aggregate__3",
      "t15"."aggregate__4",
      "t15"."aggregate__5",
      "t15"."total_lately",
      "t15"."orders_made",
      "t15"."mean_total",
      "t15"."latest",
      "t15"."step__0",
      "t15"."step__1",
      "t15"."step__3",
      "t15"."step__4",
      CAST(CASE
        WHEN ABS(
          CAST(CAST(CASE
            WHEN ABS(
              (
                CAST(CAST(FLOOR(
                  CAST((
                    CASE
                      WHEN ABS(
                        CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                      ) < (
                        ABS(
                          CASE
                            WHEN NOT (
                              CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                            )
                            THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                            ELSE NULL
                          END
                        ) * 1000000000000.0
                      )
                      THEN CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                      ELSE NULL
                    END
                  ) AS DOUBLE PRECISION) / (
                    CASE
                      WHEN NOT (
                        CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                      )
                      THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                      ELSE NULL
                    END
                  )
                ) AS BIGINT) AS DECIMAL(38, 0)) * CAST('1000000' AS DECIMAL(38, 0))
              ) + CAST(CAST(FLOOR(
                CAST((
                  (
                    CAST(CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DECIMAL(38, 0)) - (
                      CAST(CAST(FLOOR(
                        CAST((
                          CASE
                            WHEN ABS(
                              CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                            ) < (
                              ABS(
                                CASE
                                  WHEN NOT (
                                    CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                                  )
                                  THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                                  ELSE NULL
                                END
                              ) * 1000000000000.0
                            )
                            THEN CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                            ELSE NULL
                          END
                        ) AS DOUBLE PRECISION) / (
                          CASE
                            WHEN NOT (
                              CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                            )
                            THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                            ELSE NULL
                          END
                        )
                      ) AS BIGINT) AS DECIMAL(38, 0)) * CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DECIMAL(38, 0))
                    ) AS DOUBLE PRECISION) * 2000000.0
                  ) + CASE
                    WHEN NOT (
                      CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                    )
                    THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                    ELSE NULL
                  END
                ) AS DOUBLE PRECISION) / (
                  CASE
                    WHEN NOT (
                      CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                    )
                    THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                    ELSE NULL
                  END * 2.0
                )
              ) AS BIGINT) AS DECIMAL(38, 0))
            ) < CAST('1000000000000000000' AS DECIMAL(38, 0))
            THEN (
              CAST(CAST(FLOOR(
                CAST((
                  CASE
                    WHEN ABS(
                      CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                    ) < (
                      ABS(
                        CASE
                          WHEN NOT (
                            CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                          )
                          THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                          ELSE NULL
                        END
                      ) * 1000000000000.0
                    )
                    THEN CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                    ELSE NULL
                  END
                ) AS DOUBLE PRECISION) / (
                  CASE
                    WHEN NOT (
                      CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                    )
                    THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                    ELSE NULL
                  END
                )
              ) AS BIGINT) AS DECIMAL(38, 0)) * CAST('1000000' AS DECIMAL(38, 0))
            ) + CAST(CAST(FLOOR(
              CAST((
                (
                  CAST(CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DECIMAL(38, 0)) - (
                    CAST(CAST(FLOOR(
                      CAST((
                        CASE
                          WHEN ABS(
                            CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                          ) < (
                            ABS(
                              CASE
                                WHEN NOT (
                                  CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                                )
                                THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                                ELSE NULL
                              END
                            ) * 1000000000000.0
                          )
                          THEN CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                          ELSE NULL
                        END
                      ) AS DOUBLE PRECISION) / (
                        CASE
                          WHEN NOT (
                            CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                          )
                          THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                          ELSE NULL
                        END
                      )
                    ) AS BIGINT) AS DECIMAL(38, 0)) * CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DECIMAL(38, 0))
                  ) AS DOUBLE PRECISION) * 2000000.0
                ) + CASE
                  WHEN NOT (
                    CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                  )
                  THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                  ELSE NULL
                END
              ) AS DOUBLE PRECISION) / (
                CASE
                  WHEN NOT (
                    CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                  )
                  THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                  ELSE NULL
                END * 2.0
              )
            ) AS BIGINT) AS DECIMAL(38, 0))
            ELSE NULL
          END AS DECIMAL(18, 0)) * CAST('0.000001' AS DECIMAL(18, 6)) AS DECIMAL(38, 6))
        ) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
        THEN CAST(CAST(CASE
          WHEN ABS(
            (
              CAST(CAST(FLOOR(
                CAST((
                  CASE
                    WHEN ABS(
                      CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                    ) < (
                      ABS(
                        CASE
                          WHEN NOT (
                            CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                          )
                          THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                          ELSE NULL
                        END
                      ) * 1000000000000.0
                    )
                    THEN CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                    ELSE NULL
                  END
                ) AS DOUBLE PRECISION) / (
                  CASE
                    WHEN NOT (
                      CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                    )
                    THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                    ELSE NULL
                  END
                )
              ) AS BIGINT) AS DECIMAL(38, 0)) * CAST('1000000' AS DECIMAL(38, 0))
            ) + CAST(CAST(FLOOR(
              CAST((
                (
                  CAST(CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DECIMAL(38, 0)) - (
                    CAST(CAST(FLOOR(
                      CAST((
                        CASE
                          WHEN ABS(
                            CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                          ) < (
                            ABS(
                              CASE
                                WHEN NOT (
                                  CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                                )
                                THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                                ELSE NULL
                              END
                            ) * 1000000000000.0
                          )
                          THEN CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                          ELSE NULL
                        END
                      ) AS DOUBLE PRECISION) / (
                        CASE
                          WHEN NOT (
                            CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                          )
                          THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                          ELSE NULL
                        END
                      )
                    ) AS BIGINT) AS DECIMAL(38, 0)) * CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DECIMAL(38, 0))
                  ) AS DOUBLE PRECISION) * 2000000.0
                ) + CASE
                  WHEN NOT (
                    CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                  )
                  THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                  ELSE NULL
                END
              ) AS DOUBLE PRECISION) / (
                CASE
                  WHEN NOT (
                    CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                  )
                  THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                  ELSE NULL
                END * 2.0
              )
            ) AS BIGINT) AS DECIMAL(38, 0))
          ) < CAST('1000000000000000000' AS DECIMAL(38, 0))
          THEN (
            CAST(CAST(FLOOR(
              CAST((
                CASE
                  WHEN ABS(
                    CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                  ) < (
                    ABS(
                      CASE
                        WHEN NOT (
                          CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                        )
                        THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                        ELSE NULL
                      END
                    ) * 1000000000000.0
                  )
                  THEN CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                  ELSE NULL
                END
              ) AS DOUBLE PRECISION) / (
                CASE
                  WHEN NOT (
                    CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                  )
                  THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                  ELSE NULL
                END
              )
            ) AS BIGINT) AS DECIMAL(38, 0)) * CAST('1000000' AS DECIMAL(38, 0))
          ) + CAST(CAST(FLOOR(
            CAST((
              (
                CAST(CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DECIMAL(38, 0)) - (
                  CAST(CAST(FLOOR(
                    CAST((
                      CASE
                        WHEN ABS(
                          CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                        ) < (
                          ABS(
                            CASE
                              WHEN NOT (
                                CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                              )
                              THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                              ELSE NULL
                            END
                          ) * 1000000000000.0
                        )
                        THEN CAST(CAST(CAST("t15"."step__0" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                        ELSE NULL
                      END
                    ) AS DOUBLE PRECISION) / (
                      CASE
                        WHEN NOT (
                          CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                        )
                        THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                        ELSE NULL
                      END
                    )
                  ) AS BIGINT) AS DECIMAL(38, 0)) * CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DECIMAL(38, 0))
                ) AS DOUBLE PRECISION) * 2000000.0
              ) + CASE
                WHEN NOT (
                  CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                )
                THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                ELSE NULL
              END
            ) AS DOUBLE PRECISION) / (
              CASE
                WHEN NOT (
                  CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                )
                THEN CAST(CAST(CAST("t15"."step__1" AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE PRECISION)
                ELSE NULL
              END * 2.0
            )
          ) AS BIGINT) AS DECIMAL(38, 0))
          ELSE NULL
        END AS DECIMAL(18, 0)) * CAST('0.000001' AS DECIMAL(18, 6)) AS DECIMAL(38, 6))
        ELSE NULL
      END AS DECIMAL(18, 6)) AS "step__2",
      CAST(CASE
        WHEN ABS(
          CAST("t15"."step__3" * CAST("t15"."step__4" AS DECIMAL(19, 6)) AS DECIMAL(38, 6))
        ) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
        THEN CAST("t15"."step__3" * CAST("t15"."step__4" AS DECIMAL(19, 6)) AS DECIMAL(38, 6))
        ELSE NULL
      END AS DECIMAL(18, 6)) AS "step__5"
    FROM (
      SELECT
        "t14"."profile_key",
        "t14"."email",
        "t14"."email__address",
        "t14"."email__problem",
        "t14"."first_name",
        "t14"."country",
        "t14"."visits",
        "t14"."spent",
        "t14"."opted_in",
        "t14"."birthday",
        "t14"."seen",
        "t14"."born",
        "t14"."tags",
        "t14"."aggregate__0",
        "t14"."aggregate__1",
        "t14"."aggregate__2",
        "t14"."aggregate__3",
        "t14"."aggregate__4",
        "t14"."aggregate__5",
        CAST(CASE
          WHEN ABS("t14"."aggregate__2") < CAST('10000000000000000.00' AS DECIMAL(38, 2))
          THEN "t14"."aggregate__2"
          ELSE NULL
        END AS DECIMAL(18, 2)) AS "total_lately",
        COALESCE("t14"."aggregate__1", 0) AS "orders_made",
        COALESCE(
          CAST(CASE
            WHEN ABS(
              CAST(CAST(CASE
                WHEN ABS(
                  CAST(CAST(CASE
                    WHEN ABS(
                      (
                        CAST(CAST(FLOOR(
                          CAST((
                            CASE
                              WHEN ABS(CAST("t14"."half__0" AS DOUBLE PRECISION)) < (
                                ABS(
                                  CASE
                                    WHEN NOT (
                                      "t14"."half__1" = 0
                                    )
                                    THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                    ELSE NULL
                                  END
                                ) * 1000000000000.0
                              )
                              THEN CAST("t14"."half__0" AS DOUBLE PRECISION)
                              ELSE NULL
                            END
                          ) AS DOUBLE PRECISION) / (
                            CASE
                              WHEN NOT (
                                "t14"."half__1" = 0
                              )
                              THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                              ELSE NULL
                            END
                          )
                        ) AS BIGINT) AS DECIMAL(38, 0)) * CAST('1000000' AS DECIMAL(38, 0))
                      ) + CAST(CAST(FLOOR(
                        CAST((
                          (
                            CAST(CAST("t14"."half__0" AS DECIMAL(38, 0)) - (
                              CAST(CAST(FLOOR(
                                CAST((
                                  CASE
                                    WHEN ABS(CAST("t14"."half__0" AS DOUBLE PRECISION)) < (
                                      ABS(
                                        CASE
                                          WHEN NOT (
                                            "t14"."half__1" = 0
                                          )
                                          THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                          ELSE NULL
                                        END
                                      ) * 1000000000000.0
                                    )
                                    THEN CAST("t14"."half__0" AS DOUBLE PRECISION)
                                    ELSE NULL
                                  END
                                ) AS DOUBLE PRECISION) / (
                                  CASE
                                    WHEN NOT (
                                      "t14"."half__1" = 0
                                    )
                                    THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                    ELSE NULL
                                  END
                                )
                              ) AS BIGINT) AS DECIMAL(38, 0)) * CAST("t14"."half__1" AS DECIMAL(38, 0))
                            ) AS DOUBLE PRECISION) * 2000000.0
                          ) + CASE
                            WHEN NOT (
                              "t14"."half__1" = 0
                            )
                            THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                            ELSE NULL
                          END
                        ) AS DOUBLE PRECISION) / (
                          CASE
                            WHEN NOT (
                              "t14"."half__1" = 0
                            )
                            THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                            ELSE NULL
                          END * 2.0
                        )
                      ) AS BIGINT) AS DECIMAL(38, 0))
                    ) < CAST('1000000000000000000' AS DECIMAL(38, 0))
                    THEN (
                      CAST(CAST(FLOOR(
                        CAST((
                          CASE
                            WHEN ABS(CAST("t14"."half__0" AS DOUBLE PRECISION)) < (
                              ABS(
                                CASE
                                  WHEN NOT (
                                    "t14"."half__1" = 0
                                  )
                                  THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                  ELSE NULL
                                END
                              ) * 1000000000000.0
                            )
                            THEN CAST("t14"."half__0" AS DOUBLE PRECISION)
                            ELSE NULL
                          END
                        ) AS DOUBLE PRECISION) / (
                          CASE
                            WHEN NOT (
                              "t14"."half__1" = 0
                            )
                            THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                            ELSE NULL
                          END
                        )
                      ) AS BIGINT) AS DECIMAL(38, 0)) * CAST('1000000' AS DECIMAL(38, 0))
                    ) + CAST(CAST(FLOOR(
                      CAST((
                        (
                          CAST(CAST("t14"."half__0" AS DECIMAL(38, 0)) - (
                            CAST(CAST(FLOOR(
                              CAST((
                                CASE
                                  WHEN ABS(CAST("t14"."half__0" AS DOUBLE PRECISION)) < (
                                    ABS(
                                      CASE
                                        WHEN NOT (
                                          "t14"."half__1" = 0
                                        )
                                        THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                        ELSE NULL
                                      END
                                    ) * 1000000000000.0
                                  )
                                  THEN CAST("t14"."half__0" AS DOUBLE PRECISION)
                                  ELSE NULL
                                END
                              ) AS DOUBLE PRECISION) / (
                                CASE
                                  WHEN NOT (
                                    "t14"."half__1" = 0
                                  )
                                  THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                  ELSE NULL
                                END
                              )
                            ) AS BIGINT) AS DECIMAL(38, 0)) * CAST("t14"."half__1" AS DECIMAL(38, 0))
                          ) AS DOUBLE PRECISION) * 2000000.0
                        ) + CASE
                          WHEN NOT (
                            "t14"."half__1" = 0
                          )
                          THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                          ELSE NULL
                        END
                      ) AS DOUBLE PRECISION) / (
                        CASE
                          WHEN NOT (
                            "t14"."half__1" = 0
                          )
                          THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                          ELSE NULL
                        END * 2.0
                      )
                    ) AS BIGINT) AS DECIMAL(38, 0))
                    ELSE NULL
                  END AS DECIMAL(18, 0)) * CAST('0.000001' AS DECIMAL(18, 6)) AS DECIMAL(38, 6))
                ) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                THEN CAST(CAST(CASE
                  WHEN ABS(
                    (
                      CAST(CAST(FLOOR(
                        CAST((
                          CASE
                            WHEN ABS(CAST("t14"."half__0" AS DOUBLE PRECISION)) < (
                              ABS(
                                CASE
                                  WHEN NOT (
                                    "t14"."half__1" = 0
                                  )
                                  THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                  ELSE NULL
                                END
                              ) * 1000000000000.0
                            )
                            THEN CAST("t14"."half__0" AS DOUBLE PRECISION)
                            ELSE NULL
                          END
                        ) AS DOUBLE PRECISION) / (
                          CASE
                            WHEN NOT (
                              "t14"."half__1" = 0
                            )
                            THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                            ELSE NULL
                          END
                        )
                      ) AS BIGINT) AS DECIMAL(38, 0)) * CAST('1000000' AS DECIMAL(38, 0))
                    ) + CAST(CAST(FLOOR(
                      CAST((
                        (
                          CAST(CAST("t14"."half__0" AS DECIMAL(38, 0)) - (
                            CAST(CAST(FLOOR(
                              CAST((
                                CASE
                                  WHEN ABS(CAST("t14"."half__0" AS DOUBLE PRECISION)) < (
                                    ABS(
                                      CASE
                                        WHEN NOT (
                                          "t14"."half__1" = 0
                                        )
                                        THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                        ELSE NULL
                                      END
                                    ) * 1000000000000.0
                                  )
                                  THEN CAST("t14"."half__0" AS DOUBLE PRECISION)
                                  ELSE NULL
                                END
                              ) AS DOUBLE PRECISION) / (
                                CASE
                                  WHEN NOT (
                                    "t14"."half__1" = 0
                                  )
                                  THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                  ELSE NULL
                                END
                              )
                            ) AS BIGINT) AS DECIMAL(38, 0)) * CAST("t14"."half__1" AS DECIMAL(38, 0))
                          ) AS DOUBLE PRECISION) * 2000000.0
                        ) + CASE
                          WHEN NOT (
                            "t14"."half__1" = 0
                          )
                          THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                          ELSE NULL
                        END
                      ) AS DOUBLE PRECISION) / (
                        CASE
                          WHEN NOT (
                            "t14"."half__1" = 0
                          )
                          THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                          ELSE NULL
                        END * 2.0
                      )
                    ) AS BIGINT) AS DECIMAL(38, 0))
                  ) < CAST('1000000000000000000' AS DECIMAL(38, 0))
                  THEN (
                    CAST(CAST(FLOOR(
                      CAST((
                        CASE
                          WHEN ABS(CAST("t14"."half__0" AS DOUBLE PRECISION)) < (
                            ABS(
                              CASE
                                WHEN NOT (
                                  "t14"."half__1" = 0
                                )
                                THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                ELSE NULL
                              END
                            ) * 1000000000000.0
                          )
                          THEN CAST("t14"."half__0" AS DOUBLE PRECISION)
                          ELSE NULL
                        END
                      ) AS DOUBLE PRECISION) / (
                        CASE
                          WHEN NOT (
                            "t14"."half__1" = 0
                          )
                          THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                          ELSE NULL
                        END
                      )
                    ) AS BIGINT) AS DECIMAL(38, 0)) * CAST('1000000' AS DECIMAL(38, 0))
                  ) + CAST(CAST(FLOOR(
                    CAST((
                      (
                        CAST(CAST("t14"."half__0" AS DECIMAL(38, 0)) - (
                          CAST(CAST(FLOOR(
                            CAST((
                              CASE
                                WHEN ABS(CAST("t14"."half__0" AS DOUBLE PRECISION)) < (
                                  ABS(
                                    CASE
                                      WHEN NOT (
                                        "t14"."half__1" = 0
                                      )
                                      THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                      ELSE NULL
                                    END
                                  ) * 1000000000000.0
                                )
                                THEN CAST("t14"."half__0" AS DOUBLE PRECISION)
                                ELSE NULL
                              END
                            ) AS DOUBLE PRECISION) / (
                              CASE
                                WHEN NOT (
                                  "t14"."half__1" = 0
                                )
                                THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                ELSE NULL
                              END
                            )
                          ) AS BIGINT) AS DECIMAL(38, 0)) * CAST("t14"."half__1" AS DECIMAL(38, 0))
                        ) AS DOUBLE PRECISION) * 2000000.0
                      ) + CASE
                        WHEN NOT (
                          "t14"."half__1" = 0
                        )
                        THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                        ELSE NULL
                      END
                    ) AS DOUBLE PRECISION) / (
                      CASE
                        WHEN NOT (
                          "t14"."half__1" = 0
                        )
                        THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                        ELSE NULL
                      END * 2.0
                    )
                  ) AS BIGINT) AS DECIMAL(38, 0))
                  ELSE NULL
                END AS DECIMAL(18, 0)) * CAST('0.000001' AS DECIMAL(18, 6)) AS DECIMAL(38, 6))
                ELSE NULL
              END AS DECIMAL(18, 6)) AS DECIMAL(38, 2))
            ) < CAST('10000000000000000.00' AS DECIMAL(38, 2))
            THEN CAST(CAST(CASE
              WHEN ABS(
                CAST(CAST(CASE
                  WHEN ABS(
                    (
                      CAST(CAST(FLOOR(
                        CAST((
                          CASE
                            WHEN ABS(CAST("t14"."half__0" AS DOUBLE PRECISION)) < (
                              ABS(
                                CASE
                                  WHEN NOT (
                                    "t14"."half__1" = 0
                                  )
                                  THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                  ELSE NULL
                                END
                              ) * 1000000000000.0
                            )
                            THEN CAST("t14"."half__0" AS DOUBLE PRECISION)
                            ELSE NULL
                          END
                        ) AS DOUBLE PRECISION) / (
                          CASE
                            WHEN NOT (
                              "t14"."half__1" = 0
                            )
                            THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                            ELSE NULL
                          END
                        )
                      ) AS BIGINT) AS DECIMAL(38, 0)) * CAST('1000000' AS DECIMAL(38, 0))
                    ) + CAST(CAST(FLOOR(
                      CAST((
                        (
                          CAST(CAST("t14"."half__0" AS DECIMAL(38, 0)) - (
                            CAST(CAST(FLOOR(
                              CAST((
                                CASE
                                  WHEN ABS(CAST("t14"."half__0" AS DOUBLE PRECISION)) < (
                                    ABS(
                                      CASE
                                        WHEN NOT (
                                          "t14"."half__1" = 0
                                        )
                                        THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                        ELSE NULL
                                      END
                                    ) * 1000000000000.0
                                  )
                                  THEN CAST("t14"."half__0" AS DOUBLE PRECISION)
                                  ELSE NULL
                                END
                              ) AS DOUBLE PRECISION) / (
                                CASE
                                  WHEN NOT (
                                    "t14"."half__1" = 0
                                  )
                                  THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                  ELSE NULL
                                END
                              )
                            ) AS BIGINT) AS DECIMAL(38, 0)) * CAST("t14"."half__1" AS DECIMAL(38, 0))
                          ) AS DOUBLE PRECISION) * 2000000.0
                        ) + CASE
                          WHEN NOT (
                            "t14"."half__1" = 0
                          )
                          THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                          ELSE NULL
                        END
                      ) AS DOUBLE PRECISION) / (
                        CASE
                          WHEN NOT (
                            "t14"."half__1" = 0
                          )
                          THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                          ELSE NULL
                        END * 2.0
                      )
                    ) AS BIGINT) AS DECIMAL(38, 0))
                  ) < CAST('1000000000000000000' AS DECIMAL(38, 0))
                  THEN (
                    CAST(CAST(FLOOR(
                      CAST((
                        CASE
                          WHEN ABS(CAST("t14"."half__0" AS DOUBLE PRECISION)) < (
                            ABS(
                              CASE
                                WHEN NOT (
                                  "t14"."half__1" = 0
                                )
                                THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                ELSE NULL
                              END
                            ) * 1000000000000.0
                          )
                          THEN CAST("t14"."half__0" AS DOUBLE PRECISION)
                          ELSE NULL
                        END
                      ) AS DOUBLE PRECISION) / (
                        CASE
                          WHEN NOT (
                            "t14"."half__1" = 0
                          )
                          THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                          ELSE NULL
                        END
                      )
                    ) AS BIGINT) AS DECIMAL(38, 0)) * CAST('1000000' AS DECIMAL(38, 0))
                  ) + CAST(CAST(FLOOR(
                    CAST((
                      (
                        CAST(CAST("t14"."half__0" AS DECIMAL(38, 0)) - (
                          CAST(CAST(FLOOR(
                            CAST((
                              CASE
                                WHEN ABS(CAST("t14"."half__0" AS DOUBLE PRECISION)) < (
                                  ABS(
                                    CASE
                                      WHEN NOT (
                                        "t14"."half__1" = 0
                                      )
                                      THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                      ELSE NULL
                                    END
                                  ) * 1000000000000.0
                                )
                                THEN CAST("t14"."half__0" AS DOUBLE PRECISION)
                                ELSE NULL
                              END
                            ) AS DOUBLE PRECISION) / (
                              CASE
                                WHEN NOT (
                                  "t14"."half__1" = 0
                                )
                                THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                ELSE NULL
                              END
                            )
                          ) AS BIGINT) AS DECIMAL(38, 0)) * CAST("t14"."half__1" AS DECIMAL(38, 0))
                        ) AS DOUBLE PRECISION) * 2000000.0
                      ) + CASE
                        WHEN NOT (
                          "t14"."half__1" = 0
                        )
                        THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                        ELSE NULL
                      END
                    ) AS DOUBLE PRECISION) / (
                      CASE
                        WHEN NOT (
                          "t14"."half__1" = 0
                        )
                        THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                        ELSE NULL
                      END * 2.0
                    )
                  ) AS BIGINT) AS DECIMAL(38, 0))
                  ELSE NULL
                END AS DECIMAL(18, 0)) * CAST('0.000001' AS DECIMAL(18, 6)) AS DECIMAL(38, 6))
              ) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
              THEN CAST(CAST(CASE
                WHEN ABS(
                  (
                    CAST(CAST(FLOOR(
                      CAST((
                        CASE
                          WHEN ABS(CAST("t14"."half__0" AS DOUBLE PRECISION)) < (
                            ABS(
                              CASE
                                WHEN NOT (
                                  "t14"."half__1" = 0
                                )
                                THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                ELSE NULL
                              END
                            ) * 1000000000000.0
                          )
                          THEN CAST("t14"."half__0" AS DOUBLE PRECISION)
                          ELSE NULL
                        END
                      ) AS DOUBLE PRECISION) / (
                        CASE
                          WHEN NOT (
                            "t14"."half__1" = 0
                          )
                          THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                          ELSE NULL
                        END
                      )
                    ) AS BIGINT) AS DECIMAL(38, 0)) * CAST('1000000' AS DECIMAL(38, 0))
                  ) + CAST(CAST(FLOOR(
                    CAST((
                      (
                        CAST(CAST("t14"."half__0" AS DECIMAL(38, 0)) - (
                          CAST(CAST(FLOOR(
                            CAST((
                              CASE
                                WHEN ABS(CAST("t14"."half__0" AS DOUBLE PRECISION)) < (
                                  ABS(
                                    CASE
                                      WHEN NOT (
                                        "t14"."half__1" = 0
                                      )
                                      THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                      ELSE NULL
                                    END
                                  ) * 1000000000000.0
                                )
                                THEN CAST("t14"."half__0" AS DOUBLE PRECISION)
                                ELSE NULL
                              END
                            ) AS DOUBLE PRECISION) / (
                              CASE
                                WHEN NOT (
                                  "t14"."half__1" = 0
                                )
                                THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                ELSE NULL
                              END
                            )
                          ) AS BIGINT) AS DECIMAL(38, 0)) * CAST("t14"."half__1" AS DECIMAL(38, 0))
                        ) AS DOUBLE PRECISION) * 2000000.0
                      ) + CASE
                        WHEN NOT (
                          "t14"."half__1" = 0
                        )
                        THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                        ELSE NULL
                      END
                    ) AS DOUBLE PRECISION) / (
                      CASE
                        WHEN NOT (
                          "t14"."half__1" = 0
                        )
                        THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                        ELSE NULL
                      END * 2.0
                    )
                  ) AS BIGINT) AS DECIMAL(38, 0))
                ) < CAST('1000000000000000000' AS DECIMAL(38, 0))
                THEN (
                  CAST(CAST(FLOOR(
                    CAST((
                      CASE
                        WHEN ABS(CAST("t14"."half__0" AS DOUBLE PRECISION)) < (
                          ABS(
                            CASE
                              WHEN NOT (
                                "t14"."half__1" = 0
                              )
                              THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                              ELSE NULL
                            END
                          ) * 1000000000000.0
                        )
                        THEN CAST("t14"."half__0" AS DOUBLE PRECISION)
                        ELSE NULL
                      END
                    ) AS DOUBLE PRECISION) / (
                      CASE
                        WHEN NOT (
                          "t14"."half__1" = 0
                        )
                        THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                        ELSE NULL
                      END
                    )
                  ) AS BIGINT) AS DECIMAL(38, 0)) * CAST('1000000' AS DECIMAL(38, 0))
                ) + CAST(CAST(FLOOR(
                  CAST((
                    (
                      CAST(CAST("t14"."half__0" AS DECIMAL(38, 0)) - (
                        CAST(CAST(FLOOR(
                          CAST((
                            CASE
                              WHEN ABS(CAST("t14"."half__0" AS DOUBLE PRECISION)) < (
                                ABS(
                                  CASE
                                    WHEN NOT (
                                      "t14"."half__1" = 0
                                    )
                                    THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                                    ELSE NULL
                                  END
                                ) * 1000000000000.0
                              )
                              THEN CAST("t14"."half__0" AS DOUBLE PRECISION)
                              ELSE NULL
                            END
                          ) AS DOUBLE PRECISION) / (
                            CASE
                              WHEN NOT (
                                "t14"."half__1" = 0
                              )
                              THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                              ELSE NULL
                            END
                          )
                        ) AS BIGINT) AS DECIMAL(38, 0)) * CAST("t14"."half__1" AS DECIMAL(38, 0))
                      ) AS DOUBLE PRECISION) * 2000000.0
                    ) + CASE
                      WHEN NOT (
                        "t14"."half__1" = 0
                      )
                      THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                      ELSE NULL
                    END
                  ) AS DOUBLE PRECISION) / (
                    CASE
                      WHEN NOT (
                        "t14"."half__1" = 0
                      )
                      THEN CAST("t14"."half__1" AS DOUBLE PRECISION)
                      ELSE NULL
                    END * 2.0
                  )
                ) AS BIGINT) AS DECIMAL(38, 0))
                ELSE NULL
              END AS DECIMAL(18, 0)) * CAST('0.000001' AS DECIMAL(18, 6)) AS DECIMAL(38, 6))
              ELSE NULL
            END AS DECIMAL(18, 6)) AS DECIMAL(38, 2))
            ELSE NULL
          END AS DECIMAL(18, 2)),
          CAST('0.01' AS DECIMAL(18, 2))
        ) AS "mean_total",
        "t14"."aggregate__5" AS "latest",
        CAST(CASE
          WHEN ABS(
            CAST(CAST(CASE
              WHEN ABS("t14"."aggregate__2") < CAST('10000000000000000.00' AS DECIMAL(38, 2))
              THEN "t14"."aggregate__2"
              ELSE NULL
            END AS DECIMAL(18, 2)) AS DECIMAL(38, 6))
          ) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
          THEN CAST(CAST(CASE
            WHEN ABS("t14"."aggregate__2") < CAST('10000000000000000.00' AS DECIMAL(38, 2))
            THEN "t14"."aggregate__2"
            ELSE NULL
          END AS DECIMAL(18, 2)) AS DECIMAL(38, 6))
          ELSE NULL
        END AS DECIMAL(18, 6)) AS "step__0",
        CAST(CASE
          WHEN ABS(CAST(COALESCE("t14"."aggregate__1", 0) AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
          THEN CAST(COALESCE("t14"."aggregate__1", 0) AS DECIMAL(38, 6))
          ELSE NULL
        END AS DECIMAL(18, 6)) AS "step__1",
        CAST(CASE
          WHEN ABS(CAST("t14"."visits" AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
          THEN CAST("t14"."visits" AS DECIMAL(38, 6))
          ELSE NULL
        END AS DECIMAL(18, 6)) AS "step__3",
        CAST('0.500000' AS DECIMAL(18, 6)) AS "step__4"
      FROM (
        SELECT
          "t13"."profile_key",
          "t13"."email",
          "t13"."email__address",
          "t13"."email__problem",
          "t13"."first_name",
          "t13"."country",
          "t13"."visits",
          "t13"."spent",
          "t13"."opted_in",
          "t13"."birthday",
          "t13"."seen",
          "t13"."born",
          "t13"."tags",
          "t13"."aggregate__0",
          "t13"."aggregate__1",
          "t13"."aggregate__2",
          "t13"."aggregate__3",
          "t13"."aggregate__4",
          "t13"."aggregate__5",
          CAST(CAST(CASE
            WHEN ABS(CAST("t13"."aggregate__3" * CAST('100' AS DECIMAL(38, 0)) AS DECIMAL(38, 0))) < CAST('1000000000000000000' AS DECIMAL(38, 0))
            THEN CAST("t13"."aggregate__3" * CAST('100' AS DECIMAL(38, 0)) AS DECIMAL(38, 0))
            ELSE NULL
          END AS DECIMAL(18, 0)) AS BIGINT) AS "half__0",
          CAST(CAST(CASE
            WHEN ABS(
              CAST(CAST(COALESCE("t13"."aggregate__4", 0) AS DECIMAL(38, 2)) * CAST('100' AS DECIMAL(38, 0)) AS DECIMAL(38, 0))
            ) < CAST('1000000000000000000' AS DECIMAL(38, 0))
            THEN CAST(CAST(COALESCE("t13"."aggregate__4", 0) AS DECIMAL(38, 2)) * CAST('100' AS DECIMAL(38, 0)) AS DECIMAL(38, 0))
            ELSE NULL
          END AS DECIMAL(18, 0)) AS BIGINT) AS "half__1"
        FROM (
          SELECT
            "t4"."profile_key",
            "t4"."email",
            "t4"."email__address",
            "t4"."email__problem",
            "t4"."first_name",
            "t4"."country",
            "t4"."visits",
            "t4"."spent",
            "t4"."opted_in",
            "t4"."birthday",
            "t4"."seen",
            "t4"."born",
            "t4"."tags",
            "t8"."aggregate__0",
            "t12"."aggregate__1",
            "t12"."aggregate__2",
            "t12"."aggregate__3",
            "t12"."aggregate__4",
            "t12"."aggregate__5"
          FROM "profiles" AS "t4"
          LEFT OUTER JOIN (
            SELECT
              "t1"."profile_key" AS "aggregate_key__0",
              COUNT(*) AS "aggregate__0"
            FROM "related_tickets" AS "t1"
            GROUP BY
              1
          ) AS "t8"
            ON "t4"."profile_key" = "t8"."aggregate_key__0"
          LEFT OUTER JOIN (
            SELECT
              "t10"."profile_key" AS "aggregate_key__1",
              COUNT(*) AS "aggregate__1",
              SUM("t10"."total") FILTER(WHERE
                COALESCE(
                  (
                    "t10"."placed" >= CAST('2025-03-31 22:00:00' AS TIMESTAMP)
                  )
                  AND (
                    "t10"."placed" < CAST('2026-03-31 22:00:00' AS TIMESTAMP)
                  ),
                  FALSE
                )) AS "aggregate__2",
              SUM("t10"."total") AS "aggregate__3",
              COUNT(*) FILTER(WHERE
                "t10"."total" IS NOT NULL) AS "aggregate__4",
              MAX("t10"."placed") FILTER(WHERE
                COALESCE("t10"."aggregate__0", 0) > 0) AS "aggregate__5"
            FROM (
              SELECT
                "t5"."profile_key",
                "t5"."contact",
                "t5"."contact__address",
                "t5"."contact__problem",
                "t5"."genre",
                "t5"."quantity",
                "t5"."total",
                "t5"."paid",
                "t5"."due",
                "t5"."placed",
                "t5"."labels",
                "t5"."number",
                "t9"."aggregate__0"
              FROM "related_orders" AS "t5"
              LEFT OUTER JOIN (
                SELECT
                  "t3"."order" AS "aggregate_key__0",
                  COUNT(*) AS "aggregate__0"
                FROM "related_lines" AS "t3"
                GROUP BY
                  1
              ) AS "t9"
                ON "t5"."number" = "t9"."aggregate_key__0"
            ) AS "t10"
            GROUP BY
              1
          ) AS "t12"
            ON "t4"."profile_key" = "t12"."aggregate_key__1"
        ) AS "t13"
      ) AS "t14"
    ) AS "t15"
  ) AS "t16"
) AS "t17"
