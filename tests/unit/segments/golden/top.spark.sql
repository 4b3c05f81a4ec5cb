SELECT
  `t6`.`profile_key`,
  `t6`.`email`,
  `t6`.`email__address`,
  `t6`.`email__problem`,
  `t6`.`first_name`,
  `t6`.`country`,
  `t6`.`visits`,
  `t6`.`spent`,
  `t6`.`opted_in`,
  `t6`.`birthday`,
  `t6`.`seen`,
  `t6`.`born`,
  `t6`.`tags`,
  COALESCE(`t6`.`rank__0` < 100, FALSE)
  OR COALESCE(
    CAST(`t6`.`rank__0` * 100 AS DECIMAL(38, 1)) < CAST(CAST('2.5' AS DECIMAL(18, 1)) * CAST(`t6`.`ranked__0` AS DECIMAL(18, 0)) AS DECIMAL(38, 1)),
    FALSE
  )
  OR COALESCE(
    CAST(`t6`.`rank__1` * 100 AS DECIMAL(38, 0)) < CAST(CAST('5' AS DECIMAL(18, 0)) * CAST(`t6`.`ranked__1` AS DECIMAL(18, 0)) AS DECIMAL(38, 0)),
    FALSE
  ) AS `flag__top`
FROM (
  SELECT
    `t5`.`profile_key`,
    `t5`.`email`,
    `t5`.`email__address`,
    `t5`.`email__problem`,
    `t5`.`first_name`,
    `t5`.`country`,
    `t5`.`visits`,
    `t5`.`spent`,
    `t5`.`opted_in`,
    `t5`.`birthday`,
    `t5`.`seen`,
    `t5`.`born`,
    `t5`.`tags`,
    `t5`.`aggregate__0`,
    CASE
      WHEN `t5`.`spent` IS NOT NULL
      THEN ROW_NUMBER() OVER (
        PARTITION BY `t5`.`spent` IS NULL
        ORDER BY `t5`.`spent` DESC, `t5`.`profile_key` ASC NULLS LAST
      ) - 1
      ELSE NULL
    END AS `rank__0`,
    COUNT(`t5`.`spent`) OVER (
      PARTITION BY `t5`.`spent` IS NULL
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS `ranked__0`,
    CASE
      WHEN CASE
        WHEN COALESCE(`t5`.`aggregate__0`, 0) > 0
        THEN COALESCE(`t5`.`aggregate__0`, 0)
        ELSE NULL
      END IS NOT NULL
      THEN ROW_NUMBER() OVER (
        PARTITION BY CASE
          WHEN COALESCE(`t5`.`aggregate__0`, 0) > 0
          THEN COALESCE(`t5`.`aggregate__0`, 0)
          ELSE NULL
        END IS NULL
        ORDER BY CASE
          WHEN COALESCE(`t5`.`aggregate__0`, 0) > 0
          THEN COALESCE(`t5`.`aggregate__0`, 0)
          ELSE NULL
        END DESC, `t5`.`profile_key` ASC NULLS LAST
      ) - 1
      ELSE NULL
    END AS `rank__1`,
    COUNT(
      CASE
        WHEN COALESCE(`t5`.`aggregate__0`, 0) > 0
        THEN COALESCE(`t5`.`aggregate__0`, 0)
        ELSE NULL
      END
    ) OVER (
      PARTITION BY CASE
        WHEN COALESCE(`t5`.`aggregate__0`, 0) > 0
        THEN COALESCE(`t5`.`aggregate__0`, 0)
        ELSE NULL
      END IS NULL
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS `ranked__1`
  FROM (
    SELECT
      `t2`.`profile_key`,
      `t2`.`email`,
      `t2`.`email__address`,
      `t2`.`email__problem`,
      `t2`.`first_name`,
      `t2`.`country`,
      `t2`.`visits`,
      `t2`.`spent`,
      `t2`.`opted_in`,
      `t2`.`birthday`,
      `t2`.`seen`,
      `t2`.`born`,
      `t2`.`tags`,
      `t4`.`aggregate__0`
    FROM `profiles` AS `t2`
    LEFT OUTER JOIN (
      SELECT
        `t1`.`profile_key` AS `aggregate_key__0`,
        SUM(CAST(COALESCE(`t1`.`genre` = 'Jazz', FALSE) AS BIGINT)) AS `aggregate__0`
      FROM `related_orders` AS `t1`
      GROUP BY
        1
    ) AS `t4`
      ON `t2`.`profile_key` = `t4`.`aggregate_key__0`
  ) AS `t5`
) AS `t6`
