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
  COALESCE(CONTAINS(`t0`.`tags`, 'vip') OR CONTAINS(`t0`.`tags`, 'a\\b'), FALSE)
  OR COALESCE(
    CONTAINS(LOWER(`t0`.`tags`), LOWER('vip'))
    AND CONTAINS(LOWER(`t0`.`tags`), LOWER('été')),
    FALSE
  )
  OR (
    NOT (
      COALESCE(CONTAINS(`t0`.`tags`, 'lost'), FALSE)
    )
    OR NOT (
      `t0`.`tags` IS NOT NULL
    )
  )
  OR (
    COALESCE(STARTSWITH(`t0`.`born`, '02/') OR STARTSWITH(`t0`.`born`, '12/'), FALSE)
    OR COALESCE(
      `t0`.`born` IN ('03/31', '04/01', '04/02', '04/03', '04/04', '04/05', '04/06'),
      FALSE
    )
    OR NOT (
      COALESCE(`t0`.`born` IN ('02/29'), FALSE)
    )
  ) AS `flag__lists`
FROM `profiles` AS `t0`
