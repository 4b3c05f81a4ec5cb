SELECT
  "t18"."profile_key",
  "t18"."email",
  "t18"."email__address",
  "t18"."email__problem",
  "t18"."first_name",
  "t18"."country",
  "t18"."visits",
  "t18"."spent",
  "t18"."opted_in",
  "t18"."birthday",
  "t18"."seen",
  "t18"."born",
  "t18"."tags",
  (
    COALESCE("t18"."aggregate__0", 0) > 0
  )
  OR COALESCE("t18"."aggregate__1" = 'Jazz', FALSE) AS "flag__parts"
FROM (
  SELECT
    "t4"."profile_key",
    "t4"."email",
    "t4"."email__address",
    "t4"."email__problem",
    "t4"."first_name",
    "t4"."country",
    "t4"."visits",
    "t4"."spent",
    "t4"."opted_in",
    "t4"."birthday",
    "t4"."seen",
    "t4"."born",
    "t4"."tags",
    "t17"."aggregate__0",
    "t17"."aggregate__1"
  FROM "profiles" AS "t4"
  LEFT OUTER JOIN (
    SELECT
      "t15"."profile_key" AS "aggregate_key__0",
      COUNT(*) FILTER(WHERE
        COALESCE("t15"."genre" = 'Jazz', FALSE)
        AND COALESCE("t15"."aggregate__0" >= CAST("t15"."total" AS DECIMAL(38, 2)), FALSE)
        AND NOT (
          COALESCE("t15"."aggregate__1", 0) > 0
        )) AS "aggregate__0",
      MAX(
        CASE
          WHEN COALESCE(REGEXP_MATCHES("t15"."genre", '[^ \t\n\r\f\v   -     　]'), FALSE)
          THEN "t15"."genre"
          ELSE NULL
        END
      ) FILTER(WHERE
        COALESCE("t15"."placed" = "t15"."edge_aggregate__1", FALSE)
        AND COALESCE(COALESCE("t15"."aggregate__2", 0) > 1, FALSE)) AS "aggregate__1"
    FROM (
      SELECT
        "t5"."profile_key",
        "t5"."contact",
        "t5"."contact__address",
        "t5"."contact__problem",
        "t5"."genre",
        "t5"."quantity",
        "t5"."total",
        "t5"."paid",
        "t5"."due",
        "t5"."placed",
        "t5"."labels",
        "t5"."number",
        "t11"."aggregate__0",
        "t11"."aggregate__1",
        "t11"."aggregate__2",
        "t14"."edge_aggregate__1"
      FROM "related_orders" AS "t5"
      LEFT OUTER JOIN (
        SELECT
          "t9"."order" AS "aggregate_key__0",
          SUM("t9"."amount") AS "aggregate__0",
          COUNT(*) FILTER(WHERE
            COALESCE(
              "t9"."aggregate__0" < CAST(CAST(2 AS DECIMAL(18, 0)) * CAST("t9"."aggregate__1" AS DECIMAL(18, 0)) AS DECIMAL(38, 0)),
              FALSE
            )) AS "aggregate__1",
          COUNT(*) AS "aggregate__2"
        FROM (
          SELECT
            "t6"."profile_key",
            "t6"."order",
            "t6"."product",
            "t6"."amount",
            "t6"."packed",
            "t8"."aggregate__0",
            "t8"."aggregate__1"
          FROM "related_lines" AS "t6"
          LEFT OUTER JOIN (
            SELECT
              CASE
                WHEN COALESCE(REGEXP_MATCHES("t3"."about", '[^ \t\n\r\f\v   -     　]'), FALSE)
                THEN "t3"."about"
                ELSE NULL
              END AS "aggregate_key__0",
              SUM("t3"."stars") AS "aggregate__0",
              COUNT(*) FILTER(WHERE
                "t3"."stars" IS NOT NULL) AS "aggregate__1"
            FROM "related_notes" AS "t3"
            GROUP BY
              1
          ) AS "t8"
            ON "t6"."product" = "t8"."aggregate_key__0"
        ) AS "t9"
        GROUP BY
          1
      ) AS "t11"
        ON "t5"."number" = "t11"."aggregate_key__0"
      LEFT OUTER JOIN (
        SELECT
          "t12"."profile_key" AS "edge_key",
          MAX("t12"."placed") FILTER(WHERE
            COALESCE(COALESCE("t12"."aggregate__2", 0) > 1, FALSE)) AS "edge_aggregate__1"
        FROM (
          SELECT
            "t5"."profile_key",
            "t5"."contact",
            "t5"."contact__address",
            "t5"."contact__problem",
            "t5"."genre",
            "t5"."quantity",
            "t5"."total",
            "t5"."paid",
            "t5"."due",
            "t5"."placed",
            "t5"."labels",
            "t5"."number",
            "t11"."aggregate__0",
            "t11"."aggregate__1",
            "t11"."aggregate__2"
          FROM "related_orders" AS "t5"
          LEFT OUTER JOIN (
            SELECT
              "t9"."order" AS "aggregate_key__0",
              SUM("t9"."amount") AS "aggregate__0",
              COUNT(*) FILTER(WHERE
                COALESCE(
                  "t9"."aggregate__0" < CAST(CAST(2 AS DECIMAL(18, 0)) * CAST("t9"."aggregate__1" AS DECIMAL(18, 0)) AS DECIMAL(38, 0)),
                  FALSE
                )) AS "aggregate__1",
              COUNT(*) AS "aggregate__2"
            FROM (
              SELECT
                "t6"."profile_key",
                "t6"."order",
                "t6"."product",
                "t6"."amount",
                "t6"."packed",
                "t8"."aggregate__0",
                "t8"."aggregate__1"
              FROM "related_lines" AS "t6"
              LEFT OUTER JOIN (
                SELECT
                  CASE
                    WHEN COALESCE(REGEXP_MATCHES("t3"."about", '[^ \t\n\r\f\v   -     　]'), FALSE)
                    THEN "t3"."about"
                    ELSE NULL
                  END AS "aggregate_key__0",
                  SUM("t3"."stars") AS "aggregate__0",
                  COUNT(*) FILTER(WHERE
                    "t3"."stars" IS NOT NULL) AS "aggregate__1"
                FROM "related_notes" AS "t3"
                GROUP BY
                  1
              ) AS "t8"
                ON "t6"."product" = "t8"."aggregate_key__0"
            ) AS "t9"
            GROUP BY
              1
          ) AS "t11"
            ON "t5"."number" = "t11"."aggregate_key__0"
        ) AS "t12"
        GROUP BY
          1
      ) AS "t14"
        ON "t5"."profile_key" = "t14"."edge_key"
    ) AS "t15"
    GROUP BY
      1
  ) AS "t17"
    ON "t4"."profile_key" = "t17"."aggregate_key__0"
) AS "t18"
