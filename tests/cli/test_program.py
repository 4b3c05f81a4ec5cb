"""The program as a person meets it: whole printed output, exit codes, masked addresses."""

from __future__ import annotations

import csv
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.program import AUDIENCE, CUSTOMERS, Shop, open_shop, steady

pytestmark = pytest.mark.any_day


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as opened:
        yield opened


def test_a_correct_configuration_is_told(shop: Shop) -> None:
    ended = shop.segue("check")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        f"{shop.folder}/segue.yaml is correct.\n"
        "Data sources: 1, profile attributes: 4, related tables: 0, segments: 2, connections: 1, exports: 1.\n"
    )


def test_a_check_counts_contacts_as_a_run_does(shop: Shop) -> None:
    """Mailchimp's own count of an audience may be minutes old."""
    shop.sandbox.set_switches(replace(shop.sandbox.switches, stats_cache_s=3_600))
    shop.segue("check", "--connection")  # Mailchimp counts, and keeps that number for an hour
    shop.segue("run")

    told, asked = shop.segue("check", "--connection"), shop.segue("check", "--connection", "--json")

    (connection,) = asked.json["connections"]
    counted = [*connection["audiences"], *connection["exports"]]
    assert [one["contacts"] for one in counted] == [3, 3]
    assert connection["account"]["contacts"] >= 3
    assert "  3 contacts, " in told.out


def test_check_with_a_connection_tells_account_and_audience(shop: Shop) -> None:
    ended = shop.segue("check", "--connection", "main")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.partition("exports: 1.\n")[2] == (
        "Connection main: Segue Sandbox, role owner, plan monthly, 0 contacts.\n"
        "\n"
        "Audience    ID           Contacts\n"
        "─────────────────────────────────\n"
        "Customers   a1b2c3d4e5          0\n"
        "\n"
        "Export news: audience Customers (a1b2c3d4e5) fits.\n"
        "  0 contacts, 0 tags, merge fields ADDRESS, FNAME, LNAME, PHONE.\n"
    )


def test_a_process_of_its_own_prints_the_same(shop: Shop) -> None:
    planned = shop.segue("plan", "--language", "fr")

    process = shop.process("plan", "--language", "fr")

    assert process == planned


def test_a_key_that_is_refused_is_a_lost_connection(shop: Shop) -> None:
    checked = shop.segue("check", "--connection", key="wrong-us1")
    ran = shop.segue("run", key="wrong-us1")

    assert (checked.code, ran.code) == (6, 6)
    assert ran.err.startswith("Connection lost: ")
    assert "What to do: " in ran.err
    assert "wrong-us1" not in checked.out + checked.err + ran.out + ran.err


def test_a_key_that_is_not_set_is_named(shop: Shop) -> None:
    ended = shop.segue("plan", key=" ")

    assert ended.code == 2
    assert ended.err == (
        "The configuration must be corrected: The environment variable SEGUE_TEST_KEY, which connection `main` needs, is empty.\n"
        "What to do: Set it before starting segue: export SEGUE_TEST_KEY=…\n"
        "(secret_missing, variable=SEGUE_TEST_KEY)\n"
    )


def test_segments_are_listed_counted_sampled_and_described(shop: Shop) -> None:
    listed = shop.segue("segments")
    listed_by_name = shop.segue("segments", "list")
    counted = shop.segue("segments", "count", "french", "--language", "fr")
    sampled = shop.segue("segments", "sample", "french", "-n", "2")
    described = shop.segue("segments", "describe", "french", "--language", "fr")

    assert listed == listed_by_name
    assert listed.out == (
        "\n"
        "Segment   Label     Active   Members\n"
        "────────────────────────────────────\n"
        "french    French    yes            4\n"
        "spanish   Spanish   yes            3\n"
    )
    assert counted.out == "french\u00a0: 4 membres\n"
    assert sampled.out == (
        "\n"
        "profile_key   email               first_name   country   agreed\n"
        "───────────────────────────────────────────────────────────────\n"
        "1             n•••@s•••.example   N•••         France    true\n"
        "2             o•••@s•••.example   O•••         France    true\n"
        "\n"
        "Personal data is masked; --show-personal shows it.\n"
    )
    assert "country est «\u00a0France\u00a0»" in described.out
    assert "nadia@shop.example" in shop.segue("segments", "sample", "french", "--show-personal").out


def test_an_unknown_segment_is_proposed(shop: Shop) -> None:
    ended = shop.segue("segments", "count", "frensh")

    assert ended.code == 2
    assert "There is no segment `frensh`." in ended.err
    assert "Did you mean `french`?" in ended.err


def test_the_plan_is_printed_whole(shop: Shop) -> None:
    ended = shop.segue("plan")

    assert (ended.code, ended.err) == (0, "")
    assert steady(ended.out) == (
        "Plan of news for audience Customers (a1b2c3d4e5)\n"
        "7 people in the chosen segments, 4 wanted, 0 acknowledged before.\n"
        "\n"
        "Change   People\n"
        "───────────────\n"
        "add           3\n"
        "skip          4\n"
        "\n"
        "Segment   Tag       Before   After   Added   Removed\n"
        "────────────────────────────────────────────────────\n"
        "french    French         0       2       2         0\n"
        "spanish   Spanish        0       1       1         0\n"
        "\n"
        "Reason                                   Skipped\n"
        "────────────────────────────────────────────────\n"
        "e-mail address not valid                       1\n"
        "another profile with this address wins         1\n"
        "no consent                                     1\n"
        "unsubscribed                                   1\n"
        "\n"
        "The audience is stamped with the id of this installation, as an empty tag: segue: installation DIGEST\n"
        "Writing calls: at least 2.\n"
        "\n"
        "Examples\n"
        "Change   Profile   Address             Tag        Reason\n"
        "────────────────────────────────────────────────────────────────────────────────────────\n"
        "add      1         n•••@s•••.example   +French\n"
        "add      3         p•••@s•••.example   +Spanish\n"
        "add      4         e•••@s•••.example   +French\n"
        "skip     2         o•••@s•••.example              unsubscribed\n"
        "skip     5         n•••                           e-mail address not valid\n"
        "skip     6         n•••@s•••.example              another profile with this address wins\n"
        "skip     7         r•••@s•••.example              no consent\n"
        "\n"
        "Addresses are masked; --show-addresses shows them.\n"
        "Digest: DIGEST\n"
        "Nothing was written. To run it: segue run --export news\n"
        "\n"
    )
    assert shop.sandbox.writes == []


def test_the_plan_person_by_person_is_a_private_file(shop: Shop) -> None:
    shop.segue("plan", "--csv", "people.csv")

    file = shop.folder / "people.csv"
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert rows == [
        ["export", "profile_key", "address", "change", "reason", "tags_added", "tags_removed"],
        ["news", "1", "nadia@shop.example", "add", "", "French", ""],
        ["news", "3", "pia@shop.example", "add", "", "Spanish", ""],
        ["news", "4", "emile@shop.example", "add", "", "French", ""],
        ["news", "2", "omar@shop.example", "skip", "unsubscribed", "", ""],
        ["news", "5", "nobody", "skip", "invalid_address", "", ""],
        ["news", "6", "nadia@shop.example", "skip", "duplicate", "", ""],
        ["news", "7", "rosa@shop.example", "skip", "no_consent", "", ""],
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [p.name for p in shop.folder.iterdir() if p.name.endswith(".part")] == []


def test_what_a_run_keeps_is_for_its_owner_alone_also_in_a_folder_made_for_everybody(
    shop: Shop,
) -> None:
    home = shop.folder / ".segue"
    home.mkdir(mode=0o755)
    before = os.umask(0o000)

    try:
        ended = shop.segue("run")
        after = os.umask(0o000)
    finally:
        os.umask(before)

    assert (ended.code, after) == (0, 0o000)
    open_to_others = [p.name for p in home.rglob("*") if stat.S_IMODE(p.stat().st_mode) & 0o077]
    assert open_to_others == []


def test_a_run_a_second_run_and_their_reports(shop: Shop) -> None:
    first = shop.segue("run")
    second = shop.segue("run", "--language", "fr")
    listed = shop.segue("report")

    assert (first.code, second.code, listed.code) == (0, 0, 0)
    assert steady(first.out) == (
        "news: Successful with skips\n  3 accepted, 0 rejected, 4 skipped, 0 not sent, in TIME.\n"
    )
    assert steady(second.out) == (
        "news\u00a0: Réussi avec exclusions\n  0 accepté, 0 rejeté, 4 exclus, 0 non envoyé, en TIME.\n"
    )
    assert [line.split()[1:3] for line in listed.out.splitlines()[3:]] == [
        ["news", "Successful"]
    ] * 2
    assert [m.email for m in shop.sandbox.members(AUDIENCE, status="subscribed")] == [
        "emile@shop.example",
        "nadia@shop.example",
        "pia@shop.example",
    ]


def test_one_run_is_reported_in_full(shop: Shop) -> None:
    shop.segue("run")
    (name,) = [report["run"] for report in shop.segue("report", "--json").json["runs"]]

    ended = shop.segue("report", name)

    assert ended.code == 0
    assert ended.out.startswith(f"{name}\nnews: Successful with skips\n")
    assert "Reading the audience at Mailchimp" in ended.out
    assert "Calls to Mailchimp: " in ended.out


def test_a_held_plan_ends_with_code_4_and_runs_with_its_digest(shop: Shop) -> None:
    shop.segue("run")
    shop.write_customers(CUSTOMERS.replace("Spain", "Portugal"))

    planned = shop.segue("plan")
    held = shop.segue("run", "--yes")
    writes = len(shop.sandbox.writes)
    digest = shop.segue("plan", "--json").json["plans"][0]["digest"]
    wrong = shop.segue("run", "--approve", "0123456789abcdef")
    approved = shop.segue("run", "--approve", digest)

    assert (planned.code, held.code, wrong.code, approved.code) == (4, 4, 4, 0)
    assert f"segue run --export news --approve {digest}" in planned.out
    assert "Segment spanish is empty; 1 person carries its tag." in planned.out
    assert "news: Needs approval" in held.out
    assert "plan_changed" in wrong.out
    assert len(shop.sandbox.writes) == writes + 1
    pia = shop.sandbox.member(AUDIENCE, "pia@shop.example")
    assert pia is not None and (pia.status, pia.tags) == ("subscribed", frozenset())


def test_rejected_contacts_are_written_with_reason_and_fix(shop: Shop) -> None:
    shop.write_customers(CUSTOMERS + "8,=cmd@shop.example,Eve,Spain,true\n")
    shop.sandbox.refuse_addresses("=cmd*", number=2)

    ran = shop.segue("run")
    ended = shop.segue("report", "--rejected", "rejected.csv")

    assert "1 rejected" in ran.out
    assert "segue report" in ran.out and "--rejected rejected.csv" in ran.out
    assert (
        ended.out
        == "1 rejected contact written to rejected.csv; 0 of them are held since earlier runs.\n"
    )
    text = (shop.folder / "rejected.csv").read_text(encoding="utf-8-sig")
    header, row = csv.reader(text.splitlines())
    assert header == [
        "address",
        "profile_key",
        "reason",
        "field",
        "what_happened",
        "what_to_do",
        "mailchimp_says",
        "held_since",
        "held_until",
    ]
    assert row[:6] == [
        "'=cmd@shop.example",
        "8",
        "fake_address",
        "",
        "Mailchimp takes this address for fake or misspelt.",
        "Check the domain after the @ in the data source (gmial.com, example.com) and correct it.",
    ]
    assert "looks fake" in row[6]
    assert row[7:] == ["", ""]


def test_profiles_and_problems_in_the_data_are_told(shop: Shop) -> None:
    counted = shop.segue("profiles")
    listed = shop.segue("profiles", "--problems")

    assert counted.out.startswith("7 profiles.\n")
    assert "no_at_sign" in counted.out
    assert listed.out == (
        "\n"
        "Data source   Row   Column   Value   Problem                      Fix\n"
        f"{'─' * 100}\n"
        "customers       6   email    •••     The address has no sign @.   Correct the address in the source.\n"
    )


def test_no_address_is_shown_unless_asked_for(shop: Shop) -> None:
    shop.segue("run")
    shown = [
        shop.segue(*command.split())
        for command in (
            "plan --full",
            "segments sample spanish",
            "profiles --problems",
            "report",
            "plan --json --full",
        )
    ]

    for ended in shown:
        assert "@shop.example" not in ended.out + ended.err
        assert ended.out
    assert "nadia@shop.example" in shop.segue("plan", "--full", "--show-addresses").out


def test_before_the_first_run_the_report_says_so(shop: Shop) -> None:
    ended = shop.segue("report")

    assert (ended.code, ended.out) == (0, "No run yet. Start one: segue run\n")


def test_a_run_that_nobody_knows_is_told(shop: Shop) -> None:
    ended = shop.segue("report", "nothing")

    assert ended.code == 2
    assert "There is no run 'nothing'." in ended.err
