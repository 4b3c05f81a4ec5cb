"""Values as people write them, through the whole program: read, asked by rules, shown, and sent to Mailchimp."""

from __future__ import annotations

from pathlib import Path

from tests.cli.values_shop import values_shop

OPTED_OUT = ["Y", "-1", "1.0", "✓", "WAHR", "oui", "on", "ja", "sí", "N", "0.0", "nein", "off", ""]


def test_an_opt_out_is_heeded_however_it_is_written(tmp_path: Path) -> None:
    with values_shop(
        tmp_path,
        {"out": OPTED_OUT},
        attributes={"out": "{column: out, type: boolean}"},
        segments={"may_mail": "{attribute: out, is_not: true}"},
    ) as shop:
        may_mail = shop.members("may_mail")
        problems = shop.problems()

    assert (may_mail, problems) == (["10", "11", "12", "13", "14"], [])


def test_own_words_come_first_and_a_word_that_nobody_declared_is_reported(tmp_path: Path) -> None:
    own = "{column: out, type: boolean, true_values: [desabonne, no], false_values: [abonne, 1]}"
    with values_shop(
        tmp_path,
        {"out": ["Desabonne", "no", "abonne", "1", "yes", "maybe"]},
        attributes={"out": own},
        segments={"may_mail": "{attribute: out, is_not: true}"},
    ) as shop:
        read = shop.read("out")
        problems = shop.problems()

    assert read == ["true", "true", "false", "false", "true", ""]
    assert problems == [("out", "not_a_boolean")]


def test_a_word_for_both_answers_is_refused(tmp_path: Path) -> None:
    both = "{column: out, type: boolean, true_values: [Y, on], false_values: [off, ON]}"
    with values_shop(tmp_path, {"out": ["Y"]}, attributes={"out": both}) as shop:
        checked = shop.segue("check")

    assert checked.code == 2
    assert "`ON` stands among the words for true and for false." in checked.err


def test_birthdays_without_a_year_are_sent_and_asked_by_month_and_day(tmp_path: Path) -> None:
    with values_shop(
        tmp_path,
        {"born": ["05/12", "02/29", "1990-12-31", ""], "jour": ["12/05", "29/02", "31.12.", "1/2"]},
        attributes={
            "born": "{column: born, type: birthday}",
            "jour": '{column: jour, type: birthday, formats: ["%d/%m", "%d.%m."]}',
        },
        segments={
            "may": "{attribute: born, month_of: 5}",
            "last_day": "{attribute: jour, is: 12/31}",
            "some_day": "{attribute: born, within_next: {years: 1}}",
            "unknown": "{attribute: born, is_blank: true}",
        },
        fields={"BDAY": ("birthday", "born"), "NOTE": ("text", "jour")},
    ) as shop:
        members = [shop.members(name) for name in ("may", "last_day", "some_day", "unknown")]
        sent = shop.sent()

    assert members == [["1"], ["3"], ["1", "2", "3"], ["4"]]
    assert [one.get("BDAY", "") for one in sent.values()] == ["05/12", "02/29", "12/31", ""]
    assert [one["NOTE"] for one in sent.values()] == ["05/12", "02/29", "12/31", "02/01"]


def test_a_list_finds_whole_texts_and_is_sent_side_by_side(tmp_path: Path) -> None:
    with values_shop(
        tmp_path,
        {"tags": ["vip, gold", "vipers", '["VIP", "a, b"]', ""]},
        attributes={"tags": "{column: tags, type: list}"},
        segments={
            "any": "{attribute: tags, has_any_of: [vip, silver]}",
            "folded": "{attribute: tags, has_any_of: [vip], ignore_case: true}",
            "all": "{attribute: tags, has_all_of: [gold, vip]}",
            "none": "{attribute: tags, has_none_of: [vip]}",
        },
        fields={"NOTE": ("text", "tags")},
    ) as shop:
        members = [shop.members(name) for name in ("any", "folded", "all", "none")]
        sent = shop.sent()
        shown = shop.read("tags")

    assert members == [["1"], ["1", "3"], ["1"], ["2", "3", "4"]]
    assert [one.get("NOTE", "") for one in sent.values()] == [
        "vip, gold",
        "vipers",
        "VIP, a, b",
        "",
    ]
    assert shown == ["vip, gold", "vipers", "VIP, a, b", ""]


def test_a_number_that_a_spreadsheet_spoiled_is_not_sent_to_a_phone_field(tmp_path: Path) -> None:
    with values_shop(
        tmp_path,
        {"tel": ["3.36123E+10", "3,36E+10", "'+33600000001", "06 12 34 56 78", "none"]},
        attributes={"tel": "tel"},
        fields={"TEL": ("phone", "tel")},
    ) as shop:
        plan = shop.segue("plan")
        sent = shop.sent()

    assert "3 people have a value that does not fit TEL" in plan.out
    assert [one.get("TEL", "") for one in sent.values()] == [
        *("", "", "+33600000001", "06 12 34 56 78", ""),
    ]


def test_money_is_summed_whatever_sign_stands_beside_it(tmp_path: Path) -> None:
    with values_shop(
        tmp_path,
        {"spent": ["€ 1 234,50", "(12,50)", "12,50-", "12,5 %", "1.234"]},
        attributes={"spent": '{column: spent, type: decimal, decimal_mark: ","}'},
        segments={"big": "{attribute: spent, at_least: 1000}"},
        fields={"SPENT": ("number", "spent")},
    ) as shop:
        sent = shop.sent()
        big, problems = shop.members("big"), shop.problems()

    assert [one.get("SPENT", "") for one in sent.values()] == [1234.5, -12.5, -12.5, 12.5, ""]
    assert (big, problems) == (["1"], [("spent", "not_a_number")])


def test_no_two_keys_become_one_because_of_signs_beside_their_digits(tmp_path: Path) -> None:
    with values_shop(tmp_path, {"n": ["a"]}, attributes={"n": "n"}) as shop:
        file = shop.shop.folder / "segue.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("key: id", "key: {column: id, type: integer}"), "utf-8")
        shop.shop.write_customers(
            "id,email,n\n12,a@shop.example,a\n12 %,b@shop.example,b\n(12),c@shop.example,c\n"
        )
        problems = shop.problems()
        read = shop.read("n")

    assert (read, problems) == (["a"], [("id", "key_invalid"), ("id", "key_invalid")])


def test_an_x_is_told_until_it_is_declared(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    (tmp_path / "declared").mkdir()
    segments = {"may_mail": "{attribute: out, is: true}"}

    with values_shop(
        tmp_path / "bare",
        {"out": ["x", ""]},
        attributes={"out": "{column: out, type: boolean}"},
        segments=segments,
    ) as shop:
        bare = shop.read("out"), shop.problems()
    with values_shop(
        tmp_path / "declared",
        {"out": ["x", ""]},
        attributes={"out": "{column: out, type: boolean, true_values: [x]}"},
        segments=segments,
    ) as shop:
        declared = shop.read("out"), shop.problems()

    assert bare == (["", ""], [("out", "not_a_boolean")])
    assert declared == (["true", ""], [])
