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
  (
    MD5('spring:' || CAST("t0"."profile_key" AS TEXT)) <= '1fffffffffffffffffffffffffffffff'
  )
  OR NOT (
    MD5(':' || CAST("t0"."profile_key" AS TEXT)) <= 'ffffffffffffffffffffffffffffffff'
  ) AS "flag__chosen"
FROM "profiles" AS "t0"
