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
  COALESCE(
    `t9`.`aggregate__0` > CAST(CAST('12.345' AS DECIMAL(18, 3)) * CAST(`t9`.`aggregate__1` AS DECIMAL(18, 0)) AS DECIMAL(38, 3)),
    FALSE
  )
  OR COALESCE(
    `t9`.`aggregate__2` IN (
      CAST(CAST('1' AS DECIMAL(18, 0)) * CAST(`t9`.`aggregate__3` AS DECIMAL(18, 0)) AS DECIMAL(38, 0)),
      CAST(CAST('2.5' AS DECIMAL(18, 1)) * CAST(`t9`.`aggregate__3` AS DECIMAL(18, 0)) AS DECIMAL(38, 1))
    ),
    FALSE
  )
  OR COALESCE(COALESCE(`t9`.`aggregate__4`, 0) >= 3, FALSE)
  OR (
    COALESCE(`t9`.`aggregate__5` = 'Jazz', FALSE)
    OR COALESCE(`t9`.`aggregate__6` = FALSE, FALSE)
  ) AS `flag__averages`
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
    `t8`.`aggregate__0`,
    `t8`.`aggregate__1`,
    `t8`.`aggregate__2`,
    `t8`.`aggregate__3`,
    `t8`.`aggregate__4`,
    `t8`.`aggregate__5`,
    `t8`.`aggregate__6`
  FROM `profiles` AS `t2`
  LEFT OUTER JOIN (
    SELECT
      `t6`.`profile_key` AS `aggregate_key__0`,
      SUM(IF(COALESCE(`t6`.`genre` = 'Jazz', FALSE), `t6`.`total`, NULL)) AS `aggregate__0`,
      SUM(
        CAST(COALESCE(`t6`.`genre` = 'Jazz', FALSE) AND (
          `t6`.`total` IS NOT NULL
        ) AS BIGINT)
      ) AS `aggregate__1`,
      SUM(`t6`.`quantity`) AS `aggregate__2`,
      SUM(CAST(`t6`.`quantity` IS NOT NULL AS BIGINT)) AS `aggregate__3`,
      COUNT(
        DISTINCT CASE
          WHEN COALESCE(REGEXP_LIKE(`t6`.`genre`, '[^ \\t\\n\\r\\f\\v   -     　]'), FALSE)
          THEN `t6`.`genre`
          ELSE NULL
        END
      ) AS `aggregate__4`,
      MIN(
        IF(
          COALESCE(`t6`.`placed` = `t6`.`edge_aggregate__5`, FALSE),
          CASE
            WHEN COALESCE(REGEXP_LIKE(`t6`.`genre`, '[^ \\t\\n\\r\\f\\v   -     　]'), FALSE)
            THEN `t6`.`genre`
            ELSE NULL
          END,
          NULL
        )
      ) AS `aggregate__5`,
      BOOL_AND(IF(COALESCE(`t6`.`due` = `t6`.`edge_aggregate__6`, FALSE), `t6`.`paid`, NULL)) AS `aggregate__6`
    FROM (
      SELECT
        `t3`.`profile_key`,
        `t3`.`contact`,
        `t3`.`contact__address`,
        `t3`.`contact__problem`,
        `t3`.`genre`,
        `t3`.`quantity`,
        `t3`.`total`,
        `t3`.`paid`,
        `t3`.`due`,
        `t3`.`placed`,
        `t3`.`labels`,
        `t3`.`number`,
        `t5`.`edge_aggregate__5`,
        `t5`.`edge_aggregate__6`
      FROM `related_orders` AS `t3`
      LEFT OUTER JOIN (
        SELECT
          `t1`.`profile_key` AS `edge_key`,
          MIN(`t1`.`placed`) AS `edge_aggregate__5`,
          MIN(`t1`.`due`) AS `edge_aggregate__6`
        FROM `related_orders` AS `t1`
        GROUP BY
          1
      ) AS `t5`
        ON `t3`.`profile_key` = `t5`.`edge_key`
    ) AS `t6`
    GROUP BY
      1
  ) AS `t8`
    ON `t2`.`profile_key` = `t8`.`aggregate_key__0`
) AS `t9`
