SELECT
  `t0`.`profile_key`,
  `t0`.`email`,
  `t0`.`email__address`,
  `t0`.`email__problem`,
  `t0`.`first_name`,
  `t0`.`country`,
  `t0`.`visits`,
  `t0`.`spent`,
  `t0`.`opted_in`,
  `t0`.`birthday`,
  `t0`.`seen`,
  `t0`.`born`,
  `t0`.`tags`,
  COALESCE(
    (
      `t0`.`spent` >= CAST('10.00' AS DECIMAL(18, 2))
    )
    AND (
      `t0`.`spent` <= CAST('20.50' AS DECIMAL(18, 2))
    ),
    FALSE
  )
  OR COALESCE(`t0`.`spent` > CAST('10.495' AS DECIMAL(38, 3)), FALSE)
  OR (
    COALESCE(
      `t0`.`spent` IN (CAST('-0.01' AS DECIMAL(18, 2)), CAST('3.00' AS DECIMAL(18, 2))),
      FALSE
    )
    OR COALESCE(`t0`.`visits` >= 1099511627776, FALSE)
  )
  OR (
    NOT (
      COALESCE(`t0`.`visits` = 0, FALSE)
    )
    OR COALESCE(`t0`.`opted_in` = TRUE, FALSE)
    OR NOT (
      `t0`.`opted_in` IS NOT NULL
    )
  ) AS `flag__numbers`
FROM `profiles` AS `t0`
