"""What could not be read reaches plan, run, report, segments and JSON at the command line, and holds what stands on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.cli.program import AUDIENCE, Shop, open_shop

CONFIGURATION = """\
version: 1
sources:
  customers: {{type: csv, path: customers.csv}}
profiles:
  source: customers
  key: id
  attributes:
    email: {{column: email, type: email}}
    out: {{column: out, type: boolean}}
    born: {{column: born, type: date, personal: true}}
    spent: {{column: spent, type: decimal}}
segments:
  may_mail: {{label: May mail, rules: {{all: [{{attribute: email, is_blank: false}}, {{attribute: out, is_not: true}}]}}}}
  everybody: {{label: Everybody, rules: {{attribute: email, is_blank: false}}}}
connections:
  main: {{type: mailchimp, api_key: {{env: SEGUE_TEST_KEY}}, base_url: "{base_url}"}}
exports:
  news:
    connection: main
    audience: a1b2c3d4e5
    match: {{email: email}}
    segments: [may_mail]
    consent: {{attested_by: Nadia, attested_on: 2026-01-01, statement: Sign-up form}}
    brakes: {{removal_least: 1000, shrink_least: 1000, growth_least: 1000}}
    first_run: free
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as opened:
        text = CONFIGURATION.format(base_url=opened.sandbox.base_url)
        (opened.folder / "segue.yaml").write_text(text, encoding="utf-8")
        yield opened


def write(shop: Shop, outs: Sequence[str], *, head: str = "id,email,out,born,spent") -> None:
    mark = ";" if ";" in head else ","
    rows = [
        mark.join((f"p{n:03d}", f"p{n:03d}@shop.example", out, "", ""))
        for n, out in enumerate(outs)
    ]
    (shop.folder / "customers.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")


def mailed(shop: Shop) -> set[str]:
    return {one.email for one in shop.sandbox.members(AUDIENCE, status="subscribed")}


def test_nobody_is_written_by_an_opt_out_that_could_not_be_read(shop: Shop) -> None:
    write(shop, ["maybe", "-7", "9.9", "xx", "zz", "no", "true", ""])

    planned = shop.segue("plan")
    ran = shop.segue("run")

    told = "5 of 7 written values of out were not read (71%; neither true nor false: 5)"
    for said in (planned.out, ran.out):
        assert told in said
        assert "asked for by the segments may_mail. Written: maybe, -7, 9.9." in said
    assert "a value that may leave the person out could not be read" in planned.out
    assert (planned.code, ran.code) == (0, 0)
    assert "news: Successful with skips" in ran.out
    assert mailed(shop) == {"p005@shop.example", "p007@shop.example"}


def test_whoever_cannot_be_read_any_more_loses_the_tag(shop: Shop) -> None:
    write(shop, ["no"] * 12)
    shop.segue("run")
    write(shop, ["maybe", *["no"] * 11])

    plan = shop.segue("plan", "--json").json["plans"][0]
    shop.segue("run")

    assert plan["skips"] == {"unread": 1}
    assert plan["counts"]["leave"] == 1
    tagged = [one for one in shop.sandbox.members(AUDIENCE) if one.tags]
    assert len(tagged) == 11


def test_json_tells_exactly_what_was_lost_and_what_it_is_for(shop: Shop) -> None:
    write(shop, ["maybe", "no"])
    with (shop.folder / "customers.csv").open("a", encoding="utf-8") as file:
        file.write("x1,x1@shop.example,no,never,1\nx2,x2@shop.example,no,,many\n")

    plan = shop.segue("plan", "--json").json["plans"][0]
    shop.segue("run")
    [report] = shop.segue("report", "--json").json["runs"]

    assert plan["reading"] == {
        "unread": [
            {
                "place": "out",
                "part": "attribute",
                "table": "profiles",
                "name": "out",
                "source": "customers",
                "column": "out",
                "written": 4,
                "lost": 1,
                "share": 0.25,
                "left_out": 1,
                "kinds": {"not_a_boolean": 1},
                "samples": ["maybe"],
                "grounds": ["rules"],
                "segments": ["may_mail"],
            }
        ],
        "elsewhere": 2,
    }
    assert report["plan"]["reading"] == plan["reading"]


def test_what_the_export_does_not_stand_on_is_one_line(shop: Shop) -> None:
    (shop.folder / "customers.csv").write_text(
        "id,email,out,born,spent\n1,p1@shop.example,no,never,many\n", encoding="utf-8"
    )

    ran = shop.segue("run", "--language", "fr")

    assert "2 valeurs ou lignes sur lesquelles cette exportation ne repose pas" in ran.out
    assert "Lu avec des problèmes" not in ran.out
    assert "never" not in ran.out and "many" not in ran.out


def test_more_than_a_fifth_and_at_least_ten_hold_until_exactly_this_plan_is_approved(
    shop: Shop,
) -> None:
    write(shop, [*["maybe"] * 10, *["no"] * 30])

    held = shop.segue("run", "--yes")
    plan = shop.segue("plan", "--json").json["plans"][0]
    approved = shop.segue("run", "--approve", plan["digest"])
    again = shop.segue("run")

    assert held.code == 4
    assert (
        "10 of 40 written values of out could not be read or joined (limit 20%); the export stands on them."
        in held.out
    )
    assert plan["stops"] == [
        {
            "kind": "values_unread",
            "subject": "out",
            "count": 10,
            "total": 40,
            "threshold": 0.2,
            "approvable": True,
            "before": "",
            "after": "",
            "people": 0,
        }
    ]
    assert (approved.code, again.code) == (0, 0)
    assert len(mailed(shop)) == 30


def test_an_approval_does_not_count_when_more_was_lost_meanwhile(shop: Shop) -> None:
    write(shop, [*["maybe"] * 10, *["no"] * 30])
    digest = shop.segue("plan", "--json").json["plans"][0]["digest"]
    write(shop, [*["maybe"] * 10, *["no"] * 30, "perhaps"])

    late = shop.segue("run", "--approve", digest)

    assert late.code == 4
    assert "plan_changed" in late.out
    assert mailed(shop) == set()


@pytest.mark.parametrize(("unread", "written", "code"), [(9, 9, 0), (10, 50, 0), (10, 49, 4)])
def test_at_the_limit_nothing_holds(shop: Shop, unread: int, written: int, code: int) -> None:
    write(shop, [*["maybe"] * unread, *["no"] * (written - unread)])

    assert shop.segue("run").code == code


FORMS = {
    "encoding": ("utf-8", "windows-1252", "The data source customers was written in utf-8 and is written in windows-1252 now."),
    "separator": (",", ";", "The values of the data source customers were separated by , and are separated by ; now."),
    "columns": (
        "spent",
        "spent,city",
        "The columns of the data source customers changed: 1 of them is gone or new (gone: –; new: city).",
    ),
}  # fmt: skip


def reform(shop: Shop, fact: str) -> None:
    file = shop.folder / "customers.csv"
    text = file.read_text(encoding="utf-8")
    if fact == "encoding":
        file.write_bytes(text.encode("cp1252"))
    elif fact == "separator":
        file.write_text(text.replace(",", ";"), encoding="utf-8")
    else:
        file.write_text(
            text.replace(",spent\n", ",spent,city\n").replace(",\n", ",,\n"), encoding="utf-8"
        )


@pytest.mark.parametrize("fact", FORMS)
def test_a_file_of_another_form_holds_until_it_is_approved(shop: Shop, fact: str) -> None:
    write(shop, ["no"] * 3, head="id,email,out,born,spent")
    with (shop.folder / "customers.csv").open("a", encoding="utf-8") as file:
        file.write("é1,e1@shop.example,no,,\n")
    first = shop.segue("run")
    reform(shop, fact)

    held = shop.segue("run", "--yes")
    # The next refresh reads the same form again: what nobody approved still holds.
    shop.segue("profiles", "--force")
    still = shop.segue("run", "--yes")
    digest = shop.segue("plan", "--json").json["plans"][0]["digest"]
    approved = shop.segue("run", "--approve", digest)
    later = shop.segue("run")

    assert first.code == 0
    assert [held.code, still.code, approved.code, later.code] == [4, 4, 0, 0]
    assert FORMS[fact][2] in held.out
    assert FORMS[fact][2] in still.out


def test_before_the_first_run_the_form_is_compared_with_the_refresh_before(shop: Shop) -> None:
    write(shop, ["no"] * 3)
    shop.segue("profiles")
    reform(shop, "separator")

    assert shop.segue("run", "--yes").code == 4


def test_the_first_refresh_has_nothing_to_compare_with(shop: Shop) -> None:
    write(shop, ["no"] * 3)

    assert shop.segue("run").code == 0


def test_segments_say_which_of_them_stand_on_what_was_not_read(shop: Shop) -> None:
    write(shop, ["maybe", "no", "no"])
    file = shop.folder / "customers.csv"
    file.write_text(
        file.read_text(encoding="utf-8").replace("p002@shop.example", "nobody"), encoding="utf-8"
    )

    listed = shop.segue("segments")
    counted = shop.segue("segments", "count", "may_mail", "--language", "fr")
    one, other = shop.segue("segments", "--json").json

    assert "may_mail: 1 of 3 written values of out was not read (33%)." in listed.out
    assert listed.out.count("Read with problems") == 1
    assert "may_mail\u00a0: 1 valeur écrite de out sur 3 n’a pas été lue" in counted.out
    assert [loss["place"] for loss in one["unread"]] == ["out"]
    assert other["unread"] == []


def test_profiles_ends_well_and_tells_share_samples_and_changes(shop: Shop) -> None:
    write(shop, ["maybe", "no", "no", "no"])
    first = shop.segue("profiles")
    with (shop.folder / "customers.csv").open("a", encoding="utf-8") as file:
        file.write("x,x@shop.example,no,never,\n")
    document = shop.segue("profiles", "--json").json
    reform(shop, "separator")
    changed = shop.segue("profiles")

    assert (first.code, changed.code) == (0, 0)
    assert "Read with problems" in first.out
    losses = {loss["place"]: loss for loss in document["losses"]}
    assert (losses["out"]["samples"], losses["born"]["samples"]) == (["maybe"], ["•••"])
    assert (
        "Changed since the refresh before: the values of customers were separated by ,"
        in changed.out
    )


def test_a_text_that_leaves_people_out_is_no_blank_when_its_bytes_are_no_text(shop: Shop) -> None:
    text = (shop.folder / "segue.yaml").read_text(encoding="utf-8")
    text = text.replace("type: boolean}", "type: text}").replace(
        "is_not: true", "is_not: désabonné"
    )
    (shop.folder / "segue.yaml").write_text(text, encoding="utf-8")
    write(shop, ["désabonné", "écrire", "écrire", ""])
    with (shop.folder / "customers.csv").open("ab") as file:
        file.write("x1,x1@shop.example,désabonné,,\n".encode("cp1252"))

    plan = shop.segue("plan", "--json").json["plans"][0]
    shop.segue("run")

    assert plan["skips"] == {"unread": 1}
    assert plan["reading"]["unread"][0]["kinds"] == {"text_undecodable": 1}
    assert mailed(shop) == {f"p{n:03d}@shop.example" for n in (1, 2, 3)}


def test_a_join_that_finds_too_little_holds_what_is_read_by_it(shop: Shop) -> None:
    text = (shop.folder / "segue.yaml").read_text(encoding="utf-8")
    text = (
        text.replace("profiles:\n", "  towns: {type: csv, path: towns.csv}\nprofiles:\n", 1)
        .replace("  key: id\n", "  key: id\n  joins: [{source: towns, on: {born: name}}]\n", 1)
        .replace(
            "    born: {column: born, type: date, personal: true}\n", "    region: towns.region\n"
        )
        .replace("match: {email: email}", "match: {email: email, fields: {FNAME: region}}")
    )
    (shop.folder / "segue.yaml").write_text(text, encoding="utf-8")
    (shop.folder / "towns.csv").write_text("name,region\nNice,South\n", encoding="utf-8")
    rows = [f"p{n},p{n}@shop.example,no,{'Nise' if n < 12 else 'Nice'},\n" for n in range(40)]
    (shop.folder / "customers.csv").write_text(
        "id,email,out,born,spent\n" + "".join(rows), encoding="utf-8"
    )

    held = shop.segue("run", "--yes")
    listed = shop.segue("plan")

    assert held.code == 4
    assert (
        "12 of 40 written values of customers.born could not be read or joined (limit 20%)"
        in held.out
    )
    assert (
        "12 of 40 rows found nothing to join by customers.born (30%; without a match: 12): joins the data sources. Written: Nise."
        in listed.out
    )


def test_related_rows_of_nobody_are_told_where_a_segment_asks_for_them(shop: Shop) -> None:
    text = (shop.folder / "segue.yaml").read_text(encoding="utf-8")
    text = (
        text.replace("profiles:\n", "  till: {type: csv, path: till.csv}\nprofiles:\n", 1)
        .replace(
            "segments:\n",
            "related:\n  orders: {source: till, profile_key: customer, attributes: {total: {column: total, type: decimal}}}\n"
            "segments:\n",
            1,
        )
        .replace("{attribute: out, is_not: true}", "{related: orders, exists: true}")
    )
    (shop.folder / "segue.yaml").write_text(text, encoding="utf-8")
    (shop.folder / "till.csv").write_text("customer,total\np000,5\nx,1\ny,2\n", encoding="utf-8")
    write(shop, ["no"])

    ran = shop.segue("run")

    assert ran.code == 0
    assert (
        "2 rows of till.customer were left out (of no profile: 2): asked for by the segments may_mail, tells whose row it is."
        in ran.out
    )


def test_kinds_of_problems_are_words_in_both_languages(shop: Shop) -> None:
    write(shop, ["maybe", "no"])

    english = shop.segue("profiles")
    french = shop.segue("profiles", "--problems", "--language", "fr")
    planned = shop.segue("plan", "--language", "fr")

    assert "1 profil" not in english.out
    assert "The value is neither true nor false" in " ".join(english.out.split())
    assert "valeur n" in french.out and "The value is neither" not in french.out
    assert "ni vrai ni faux\u00a0: 1" in planned.out
    assert "not_a_boolean" not in planned.out


OPENED = "12 of 12 people whom out left out at the last run are left out no more (limit 20%); up to 12 of them would get a tag now."
EMPTIED = (
    "out is filled for 15 fewer people than at the last run, of 15 (limit 20%); it leaves people out or decides between "
    "profiles, and up to 12 people would get a tag because of it."
)


def test_opt_outs_that_vanished_hold_and_no_standing_yes_lifts_that(shop: Shop) -> None:
    write(shop, [*["yes"] * 12, *["no"] * 3])
    shop.segue("run")
    write(shop, [""] * 15)

    held = shop.segue("run", "--yes")
    french = shop.segue("plan", "--language", "fr")
    plan = shop.segue("plan", "--json").json["plans"][0]
    before = mailed(shop)
    approved = shop.segue("run", "--approve", plan["digest"])
    later = shop.segue("run")

    assert (held.code, approved.code, later.code) == (4, 0, 0)
    assert OPENED in held.out
    assert EMPTIED in held.out
    assert (
        "12 personnes sur 12 que out excluait à la dernière exécution ne sont plus exclues"
        in french.out
    )
    assert "out est rempli pour 15 personnes de moins" in french.out
    assert [(one["kind"], one["people"]) for one in plan["stops"]] == [
        ("guard_opened", 12),
        ("guard_emptied", 12),
    ]
    assert plan["guards"] == [
        {
            "subject": "out",
            "segments": ["may_mail"],
            "written": 0,
            "left_out": 0,
            "written_before": 15,
            "left_out_before": 12,
            "entering": 12,
        }
    ]
    assert (len(before), len(mailed(shop))) == (3, 15)


def test_whoever_opted_out_in_another_profile_is_told_as_such(shop: Shop) -> None:
    write(shop, ["yes", "no"])
    with (shop.folder / "customers.csv").open("a", encoding="utf-8") as file:
        file.write("x1,P000@shop.example,,,\n")

    planned = shop.segue("plan")
    french = shop.segue("plan", "--language", "fr")
    shop.segue("run")

    assert "another profile with this address is left out by a yes or a no" in planned.out
    assert "un autre profil avec cette adresse est exclu par un oui ou un non" in french.out
    assert mailed(shop) == {"p001@shop.example"}


def test_an_opt_out_that_could_not_be_read_counts_for_every_profile_with_the_address(
    shop: Shop,
) -> None:
    write(shop, ["maybe", "no"])
    with (shop.folder / "customers.csv").open("a", encoding="utf-8") as file:
        file.write("a1,P000@shop.example,,,\n")

    plan = shop.segue("plan", "--json").json["plans"][0]
    shop.segue("run")

    assert plan["skips"] == {"duplicate": 1, "unread": 1}
    assert mailed(shop) == {"p001@shop.example"}
