SELECT
  "t1"."profile_key",
  "t1"."email",
  "t1"."email__address",
  "t1"."email__problem",
  "t1"."first_name",
  "t1"."country",
  "t1"."visits",
  "t1"."spent",
  "t1"."opted_in",
  "t1"."birthday",
  "t1"."seen",
  "t1"."born",
  "t1"."tags",
  (
    MD5('spring:' || CAST("t1"."profile_key" AS TEXT)) <= '1fffffffffffffffffffffffffffffff'
  )
  OR NOT (
    MD5(':' || CAST("t1"."profile_key" AS TEXT)) <= 'ffffffffffffffffffffffffffffffff'
  ) AS "flag__chosen"
FROM (
  SELECT
    *
  FROM "profiles" AS "t0"
) AS "t1"
