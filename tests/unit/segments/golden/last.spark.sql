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
  COALESCE(`t9`.`aggregate__0` = 'Jazz', FALSE)
  OR COALESCE(`t9`.`aggregate__1` = FALSE, FALSE) AS `flag__last`
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
    `t8`.`aggregate__1`
  FROM `profiles` AS `t2`
  LEFT OUTER JOIN (
    SELECT
      `t6`.`profile_key` AS `aggregate_key__0`,
      MAX(
        IF(
          COALESCE(`t6`.`placed` = `t6`.`edge_aggregate__0`, FALSE),
          CASE
            WHEN COALESCE(REGEXP_LIKE(`t6`.`genre`, '[^ \\t\\n\\r\\f\\v   -     　]'), FALSE)
            THEN `t6`.`genre`
            ELSE NULL
          END,
          NULL
        )
      ) AS `aggregate__0`,
      BOOL_OR(
        IF(
          COALESCE(`t6`.`due` = `t6`.`edge_aggregate__1`, FALSE)
          AND COALESCE(`t6`.`quantity` > 1, FALSE),
          `t6`.`paid`,
          NULL
        )
      ) AS `aggregate__1`
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
        `t5`.`edge_aggregate__0`,
        `t5`.`edge_aggregate__1`
      FROM `related_orders` AS `t3`
      LEFT OUTER JOIN (
        SELECT
          `t1`.`profile_key` AS `edge_key`,
          MAX(`t1`.`placed`) AS `edge_aggregate__0`,
          MAX(IF(COALESCE(`t1`.`quantity` > 1, FALSE), `t1`.`due`, NULL)) AS `edge_aggregate__1`
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
