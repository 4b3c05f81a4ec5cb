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
  COALESCE(LOWER("t0"."country") IN (LOWER('France'), LOWER('Pérou')), FALSE)
  AND NOT (
    COALESCE("t0"."country" IN ('o''brien', 'a\b'), FALSE)
  )
  AND (
    NOT (
      COALESCE(STARTS_WITH("t0"."first_name", '100%'), FALSE)
    )
    AND COALESCE(RIGHT("t0"."first_name", LENGTH('_x')) = '_x', FALSE)
  )
  AND (
    NOT (
      COALESCE(POSITION(LOWER('É') IN LOWER("t0"."first_name")) > 0, FALSE)
    )
    AND COALESCE("t0"."first_name" ~ '[^ \t\n\r\f\v   -     　]', FALSE)
    AND (
      COALESCE(RIGHT("t0"."email__address", LENGTH('@shop.example')) = '@shop.example', FALSE)
      AND NOT (
        "t0"."email__address" IS NOT NULL
      )
    )
  ) AS "flag__texts"
FROM "profiles" AS "t0"
