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
      `t0`.`birthday` >= MAKE_DATE(2026, 3, 1)
    )
    AND (
      `t0`.`birthday` <= MAKE_DATE(2026, 3, 31)
    ),
    FALSE
  )
  OR COALESCE(
    (
      `t0`.`birthday` >= MAKE_DATE(2026, 3, 31)
    )
    AND (
      `t0`.`birthday` <= MAKE_DATE(2026, 4, 13)
    ),
    FALSE
  )
  OR COALESCE(EXTRACT(month FROM `t0`.`birthday`) IN (2, 3), FALSE)
  OR (
    COALESCE(`t0`.`birthday` = MAKE_DATE(2024, 2, 29), FALSE)
    OR NOT (
      COALESCE(`t0`.`birthday` = MAKE_DATE(2024, 2, 29), FALSE)
    )
  ) AS `flag__days`
FROM `profiles` AS `t0`
