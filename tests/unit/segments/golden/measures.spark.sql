SELECT
  `t11`.`profile_key`,
  `t11`.`email`,
  `t11`.`email__address`,
  `t11`.`email__problem`,
  `t11`.`first_name`,
  `t11`.`country`,
  `t11`.`visits`,
  `t11`.`spent`,
  `t11`.`opted_in`,
  `t11`.`birthday`,
  `t11`.`seen`,
  `t11`.`born`,
  `t11`.`tags`,
  COALESCE(
    CAST(CASE
      WHEN ABS(CAST(`t11`.`step__2` AS DECIMAL(38, 4))) < CAST('100000000000000.0000' AS DECIMAL(38, 4))
      THEN CAST(`t11`.`step__2` AS DECIMAL(38, 4))
      ELSE NULL
    END AS DECIMAL(18, 4)) > CAST('0.5000' AS DECIMAL(18, 4)),
    FALSE
  )
  OR COALESCE(COALESCE(`t11`.`aggregate__0`, 0) < `t11`.`orders_made`, FALSE)
  OR COALESCE(COALESCE(`t11`.`aggregate__1`, 0) > 3, FALSE) AS `flag__measures`
FROM (
  SELECT
    `t10`.`profile_key`,
    `t10`.`email`,
    `t10`.`email__address`,
    `t10`.`email__problem`,
    `t10`.`first_name`,
    `t10`.`country`,
    `t10`.`visits`,
    `t10`.`spent`,
    `t10`.`opted_in`,
    `t10`.`birthday`,
    `t10`.`seen`,
    `t10`.`born`,
    `t10`.`tags`,
    `t10`.`aggregate__0`,
    `t10`.`aggregate__1`,
    `t10`.`aggregate__2`,
    `t10`.`total_lately`,
    `t10`.`orders_made`,
    `t10`.`step__0`,
    `t10`.`step__1`,
    CAST(CASE
      WHEN ABS(
        CAST(CAST(`t10`.`step__0` AS DECIMAL(25, 6)) - CAST(`t10`.`step__1` AS DECIMAL(25, 6)) AS DECIMAL(38, 6))
      ) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
      THEN CAST(CAST(`t10`.`step__0` AS DECIMAL(25, 6)) - CAST(`t10`.`step__1` AS DECIMAL(25, 6)) AS DECIMAL(38, 6))
      ELSE NULL
    END AS DECIMAL(18, 6)) AS `step__2`
  FROM (
    SELECT
      `t9`.`profile_key`,
      `t9`.`email`,
      `t9`.`email__address`,
      `t9`.`email__problem`,
      `t9`.`first_name`,
      `t9`.`country`,
      `t9`.`visits`,
      `t9`.`spent`,
      `t9`.`opted_in`,
      `t9`.`birthday`,
      `t9`.`seen`,
      `t9`.`born`,
      `t9`.`tags`,
      `t9`.`aggregate__0`,
      `t9`.`aggregate__1`,
      `t9`.`aggregate__2`,
      `t9`.`total_lately`,
      `t9`.`orders_made`,
      CAST(CASE
        WHEN ABS(
          CAST(CAST(CASE
            WHEN ABS(
              (
                CAST(CAST(FLOOR(
                  (
                    CASE
                      WHEN ABS(
                        CAST(CAST(CAST(CAST(CASE
                          WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                          THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                          ELSE NULL
                        END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                      ) < (
                        ABS(
                          CASE
                            WHEN NOT (
                              CAST(CAST(CAST(CASE
                                WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                                THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                                ELSE NULL
                              END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                            )
                            THEN CAST(CAST(CAST(CAST(CASE
                              WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                              THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                              ELSE NULL
                            END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                            ELSE NULL
                          END
                        ) * 1000000000000.0
                      )
                      THEN CAST(CAST(CAST(CAST(CASE
                        WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                        THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                        ELSE NULL
                      END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                      ELSE NULL
                    END
                  ) / (
                    CASE
                      WHEN NOT (
                        CAST(CAST(CAST(CASE
                          WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                          THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                          ELSE NULL
                        END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                      )
                      THEN CAST(CAST(CAST(CAST(CASE
                        WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                        THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                        ELSE NULL
                      END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                      ELSE NULL
                    END
                  )
                ) AS BIGINT) AS DECIMAL(38, 0)) * CAST('1000000' AS DECIMAL(38, 0))
              ) + CAST(CAST(FLOOR(
                (
                  (
                    CAST(CAST(CAST(CAST(CAST(CASE
                      WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                      THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                      ELSE NULL
                    END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DECIMAL(38, 0)) - (
                      CAST(CAST(FLOOR(
                        (
                          CASE
                            WHEN ABS(
                              CAST(CAST(CAST(CAST(CASE
                                WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                                THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                                ELSE NULL
                              END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                            ) < (
                              ABS(
                                CASE
                                  WHEN NOT (
                                    CAST(CAST(CAST(CASE
                                      WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                                      THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                                      ELSE NULL
                                    END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                                  )
                                  THEN CAST(CAST(CAST(CAST(CASE
                                    WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                                    THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                                    ELSE NULL
                                  END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                                  ELSE NULL
                                END
                              ) * 1000000000000.0
                            )
                            THEN CAST(CAST(CAST(CAST(CASE
                              WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                              THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                              ELSE NULL
                            END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                            ELSE NULL
                          END
                        ) / (
                          CASE
                            WHEN NOT (
                              CAST(CAST(CAST(CASE
                                WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                                THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                                ELSE NULL
                              END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                            )
                            THEN CAST(CAST(CAST(CAST(CASE
                              WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                              THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                              ELSE NULL
                            END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                            ELSE NULL
                          END
                        )
                      ) AS BIGINT) AS DECIMAL(38, 0)) * CAST(CAST(CAST(CAST(CASE
                        WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                        THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                        ELSE NULL
                      END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DECIMAL(38, 0))
                    ) AS DOUBLE) * 2000000.0
                  ) + CASE
                    WHEN NOT (
                      CAST(CAST(CAST(CASE
                        WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                        THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                        ELSE NULL
                      END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                    )
                    THEN CAST(CAST(CAST(CAST(CASE
                      WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                      THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                      ELSE NULL
                    END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                    ELSE NULL
                  END
                ) / (
                  CASE
                    WHEN NOT (
                      CAST(CAST(CAST(CASE
                        WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                        THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                        ELSE NULL
                      END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                    )
                    THEN CAST(CAST(CAST(CAST(CASE
                      WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                      THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                      ELSE NULL
                    END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                    ELSE NULL
                  END * 2.0
                )
              ) AS BIGINT) AS DECIMAL(38, 0))
            ) < CAST('1000000000000000000' AS DECIMAL(38, 0))
            THEN (
              CAST(CAST(FLOOR(
                (
                  CASE
                    WHEN ABS(
                      CAST(CAST(CAST(CAST(CASE
                        WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                        THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                        ELSE NULL
                      END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                    ) < (
                      ABS(
                        CASE
                          WHEN NOT (
                            CAST(CAST(CAST(CASE
                              WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                              THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                              ELSE NULL
                            END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                          )
                          THEN CAST(CAST(CAST(CAST(CASE
                            WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                            THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                            ELSE NULL
                          END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                          ELSE NULL
                        END
                      ) * 1000000000000.0
                    )
                    THEN CAST(CAST(CAST(CAST(CASE
                      WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                      THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                      ELSE NULL
                    END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                    ELSE NULL
                  END
                ) / (
                  CASE
                    WHEN NOT (
                      CAST(CAST(CAST(CASE
                        WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                        THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                        ELSE NULL
                      END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                    )
                    THEN CAST(CAST(CAST(CAST(CASE
                      WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                      THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                      ELSE NULL
                    END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                    ELSE NULL
                  END
                )
              ) AS BIGINT) AS DECIMAL(38, 0)) * CAST('1000000' AS DECIMAL(38, 0))
            ) + CAST(CAST(FLOOR(
              (
                (
                  CAST(CAST(CAST(CAST(CAST(CASE
                    WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                    THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                    ELSE NULL
                  END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DECIMAL(38, 0)) - (
                    CAST(CAST(FLOOR(
                      (
                        CASE
                          WHEN ABS(
                            CAST(CAST(CAST(CAST(CASE
                              WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                              THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                              ELSE NULL
                            END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                          ) < (
                            ABS(
                              CASE
                                WHEN NOT (
                                  CAST(CAST(CAST(CASE
                                    WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                                    THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                                    ELSE NULL
                                  END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                                )
                                THEN CAST(CAST(CAST(CAST(CASE
                                  WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                                  THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                                  ELSE NULL
                                END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                                ELSE NULL
                              END
                            ) * 1000000000000.0
                          )
                          THEN CAST(CAST(CAST(CAST(CASE
                            WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                            THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                            ELSE NULL
                          END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                          ELSE NULL
                        END
                      ) / (
                        CASE
                          WHEN NOT (
                            CAST(CAST(CAST(CASE
                              WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                              THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                              ELSE NULL
                            END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                          )
                          THEN CAST(CAST(CAST(CAST(CASE
                            WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                            THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                            ELSE NULL
                          END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                          ELSE NULL
                        END
                      )
                    ) AS BIGINT) AS DECIMAL(38, 0)) * CAST(CAST(CAST(CAST(CASE
                      WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                      THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                      ELSE NULL
                    END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DECIMAL(38, 0))
                  ) AS DOUBLE) * 2000000.0
                ) + CASE
                  WHEN NOT (
                    CAST(CAST(CAST(CASE
                      WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                      THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                      ELSE NULL
                    END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                  )
                  THEN CAST(CAST(CAST(CAST(CASE
                    WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                    THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                    ELSE NULL
                  END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                  ELSE NULL
                END
              ) / (
                CASE
                  WHEN NOT (
                    CAST(CAST(CAST(CASE
                      WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                      THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                      ELSE NULL
                    END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                  )
                  THEN CAST(CAST(CAST(CAST(CASE
                    WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                    THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                    ELSE NULL
                  END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
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
                (
                  CASE
                    WHEN ABS(
                      CAST(CAST(CAST(CAST(CASE
                        WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                        THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                        ELSE NULL
                      END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                    ) < (
                      ABS(
                        CASE
                          WHEN NOT (
                            CAST(CAST(CAST(CASE
                              WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                              THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                              ELSE NULL
                            END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                          )
                          THEN CAST(CAST(CAST(CAST(CASE
                            WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                            THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                            ELSE NULL
                          END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                          ELSE NULL
                        END
                      ) * 1000000000000.0
                    )
                    THEN CAST(CAST(CAST(CAST(CASE
                      WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                      THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                      ELSE NULL
                    END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                    ELSE NULL
                  END
                ) / (
                  CASE
                    WHEN NOT (
                      CAST(CAST(CAST(CASE
                        WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                        THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                        ELSE NULL
                      END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                    )
                    THEN CAST(CAST(CAST(CAST(CASE
                      WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                      THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                      ELSE NULL
                    END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                    ELSE NULL
                  END
                )
              ) AS BIGINT) AS DECIMAL(38, 0)) * CAST('1000000' AS DECIMAL(38, 0))
            ) + CAST(CAST(FLOOR(
              (
                (
                  CAST(CAST(CAST(CAST(CAST(CASE
                    WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                    THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                    ELSE NULL
                  END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DECIMAL(38, 0)) - (
                    CAST(CAST(FLOOR(
                      (
                        CASE
                          WHEN ABS(
                            CAST(CAST(CAST(CAST(CASE
                              WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                              THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                              ELSE NULL
                            END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                          ) < (
                            ABS(
                              CASE
                                WHEN NOT (
                                  CAST(CAST(CAST(CASE
                                    WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                                    THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                                    ELSE NULL
                                  END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                                )
                                THEN CAST(CAST(CAST(CAST(CASE
                                  WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                                  THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                                  ELSE NULL
                                END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                                ELSE NULL
                              END
                            ) * 1000000000000.0
                          )
                          THEN CAST(CAST(CAST(CAST(CASE
                            WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                            THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                            ELSE NULL
                          END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                          ELSE NULL
                        END
                      ) / (
                        CASE
                          WHEN NOT (
                            CAST(CAST(CAST(CASE
                              WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                              THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                              ELSE NULL
                            END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                          )
                          THEN CAST(CAST(CAST(CAST(CASE
                            WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                            THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                            ELSE NULL
                          END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                          ELSE NULL
                        END
                      )
                    ) AS BIGINT) AS DECIMAL(38, 0)) * CAST(CAST(CAST(CAST(CASE
                      WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                      THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                      ELSE NULL
                    END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DECIMAL(38, 0))
                  ) AS DOUBLE) * 2000000.0
                ) + CASE
                  WHEN NOT (
                    CAST(CAST(CAST(CASE
                      WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                      THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                      ELSE NULL
                    END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                  )
                  THEN CAST(CAST(CAST(CAST(CASE
                    WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                    THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                    ELSE NULL
                  END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                  ELSE NULL
                END
              ) / (
                CASE
                  WHEN NOT (
                    CAST(CAST(CAST(CASE
                      WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                      THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                      ELSE NULL
                    END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                  )
                  THEN CAST(CAST(CAST(CAST(CASE
                    WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                    THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                    ELSE NULL
                  END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                  ELSE NULL
                END * 2.0
              )
            ) AS BIGINT) AS DECIMAL(38, 0))
          ) < CAST('1000000000000000000' AS DECIMAL(38, 0))
          THEN (
            CAST(CAST(FLOOR(
              (
                CASE
                  WHEN ABS(
                    CAST(CAST(CAST(CAST(CASE
                      WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                      THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                      ELSE NULL
                    END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                  ) < (
                    ABS(
                      CASE
                        WHEN NOT (
                          CAST(CAST(CAST(CASE
                            WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                            THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                            ELSE NULL
                          END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                        )
                        THEN CAST(CAST(CAST(CAST(CASE
                          WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                          THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                          ELSE NULL
                        END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                        ELSE NULL
                      END
                    ) * 1000000000000.0
                  )
                  THEN CAST(CAST(CAST(CAST(CASE
                    WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                    THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                    ELSE NULL
                  END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                  ELSE NULL
                END
              ) / (
                CASE
                  WHEN NOT (
                    CAST(CAST(CAST(CASE
                      WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                      THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                      ELSE NULL
                    END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                  )
                  THEN CAST(CAST(CAST(CAST(CASE
                    WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                    THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                    ELSE NULL
                  END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                  ELSE NULL
                END
              )
            ) AS BIGINT) AS DECIMAL(38, 0)) * CAST('1000000' AS DECIMAL(38, 0))
          ) + CAST(CAST(FLOOR(
            (
              (
                CAST(CAST(CAST(CAST(CAST(CASE
                  WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                  THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                  ELSE NULL
                END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DECIMAL(38, 0)) - (
                  CAST(CAST(FLOOR(
                    (
                      CASE
                        WHEN ABS(
                          CAST(CAST(CAST(CAST(CASE
                            WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                            THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                            ELSE NULL
                          END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                        ) < (
                          ABS(
                            CASE
                              WHEN NOT (
                                CAST(CAST(CAST(CASE
                                  WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                                  THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                                  ELSE NULL
                                END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                              )
                              THEN CAST(CAST(CAST(CAST(CASE
                                WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                                THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                                ELSE NULL
                              END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                              ELSE NULL
                            END
                          ) * 1000000000000.0
                        )
                        THEN CAST(CAST(CAST(CAST(CASE
                          WHEN ABS(CAST(`t9`.`total_lately` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                          THEN CAST(`t9`.`total_lately` AS DECIMAL(38, 6))
                          ELSE NULL
                        END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                        ELSE NULL
                      END
                    ) / (
                      CASE
                        WHEN NOT (
                          CAST(CAST(CAST(CASE
                            WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                            THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                            ELSE NULL
                          END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                        )
                        THEN CAST(CAST(CAST(CAST(CASE
                          WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                          THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                          ELSE NULL
                        END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                        ELSE NULL
                      END
                    )
                  ) AS BIGINT) AS DECIMAL(38, 0)) * CAST(CAST(CAST(CAST(CASE
                    WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                    THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                    ELSE NULL
                  END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DECIMAL(38, 0))
                ) AS DOUBLE) * 2000000.0
              ) + CASE
                WHEN NOT (
                  CAST(CAST(CAST(CASE
                    WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                    THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                    ELSE NULL
                  END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                )
                THEN CAST(CAST(CAST(CAST(CASE
                  WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                  THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                  ELSE NULL
                END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                ELSE NULL
              END
            ) / (
              CASE
                WHEN NOT (
                  CAST(CAST(CAST(CASE
                    WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                    THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                    ELSE NULL
                  END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) = 0
                )
                THEN CAST(CAST(CAST(CAST(CASE
                  WHEN ABS(CAST(`t9`.`orders_made` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
                  THEN CAST(`t9`.`orders_made` AS DECIMAL(38, 6))
                  ELSE NULL
                END AS DECIMAL(18, 6)) AS DECIMAL(25, 6)) * CAST('1000000' AS DECIMAL(8, 0)) AS BIGINT) AS DOUBLE)
                ELSE NULL
              END * 2.0
            )
          ) AS BIGINT) AS DECIMAL(38, 0))
          ELSE NULL
        END AS DECIMAL(18, 0)) * CAST('0.000001' AS DECIMAL(18, 6)) AS DECIMAL(38, 6))
        ELSE NULL
      END AS DECIMAL(18, 6)) AS `step__0`,
      CAST(CASE
        WHEN ABS(
          CAST(CAST(CASE
            WHEN ABS(CAST(`t9`.`visits` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
            THEN CAST(`t9`.`visits` AS DECIMAL(38, 6))
            ELSE NULL
          END AS DECIMAL(18, 6)) * CAST(CAST('0.500000' AS DECIMAL(18, 6)) AS DECIMAL(19, 6)) AS DECIMAL(38, 6))
        ) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
        THEN CAST(CAST(CASE
          WHEN ABS(CAST(`t9`.`visits` AS DECIMAL(38, 6))) < CAST('1000000000000.000000' AS DECIMAL(38, 6))
          THEN CAST(`t9`.`visits` AS DECIMAL(38, 6))
          ELSE NULL
        END AS DECIMAL(18, 6)) * CAST(CAST('0.500000' AS DECIMAL(18, 6)) AS DECIMAL(19, 6)) AS DECIMAL(38, 6))
        ELSE NULL
      END AS DECIMAL(18, 6)) AS `step__1`
    FROM (
      SELECT
        `t8`.`profile_key`,
        `t8`.`email`,
        `t8`.`email__address`,
        `t8`.`email__problem`,
        `t8`.`first_name`,
        `t8`.`country`,
        `t8`.`visits`,
        `t8`.`spent`,
        `t8`.`opted_in`,
        `t8`.`birthday`,
        `t8`.`seen`,
        `t8`.`born`,
        `t8`.`tags`,
        `t8`.`aggregate__0`,
        `t8`.`aggregate__1`,
        `t8`.`aggregate__2`,
        CAST(CASE
          WHEN ABS(`t8`.`aggregate__2`) < CAST('10000000000000000.00' AS DECIMAL(38, 2))
          THEN `t8`.`aggregate__2`
          ELSE NULL
        END AS DECIMAL(18, 2)) AS `total_lately`,
        COALESCE(`t8`.`aggregate__1`, 0) AS `orders_made`
      FROM (
        SELECT
          `t3`.`profile_key`,
          `t3`.`email`,
          `t3`.`email__address`,
          `t3`.`email__problem`,
          `t3`.`first_name`,
          `t3`.`country`,
          `t3`.`visits`,
          `t3`.`spent`,
          `t3`.`opted_in`,
          `t3`.`birthday`,
          `t3`.`seen`,
          `t3`.`born`,
          `t3`.`tags`,
          `t5`.`aggregate__0`,
          `t7`.`aggregate__1`,
          `t7`.`aggregate__2`
        FROM `profiles` AS `t3`
        LEFT OUTER JOIN (
          SELECT
            `t1`.`profile_key` AS `aggregate_key__0`,
            COUNT(*) AS `aggregate__0`
          FROM `related_tickets` AS `t1`
          GROUP BY
            1
        ) AS `t5`
          ON `t3`.`profile_key` = `t5`.`aggregate_key__0`
        LEFT OUTER JOIN (
          SELECT
            `t2`.`profile_key` AS `aggregate_key__1`,
            COUNT(*) AS `aggregate__1`,
            SUM(
              IF(
                COALESCE(
                  (
                    `t2`.`placed` >= CAST('2025-03-31 22:00:00' AS TIMESTAMP)
                  )
                  AND (
                    `t2`.`placed` < CAST('2026-03-31 22:00:00' AS TIMESTAMP)
                  ),
                  FALSE
                ),
                `t2`.`total`,
                NULL
              )
            ) AS `aggregate__2`
          FROM `related_orders` AS `t2`
          GROUP BY
            1
        ) AS `t7`
          ON `t3`.`profile_key` = `t7`.`aggregate_key__1`
      ) AS `t8`
    ) AS `t9`
  ) AS `t10`
) AS `t11`
