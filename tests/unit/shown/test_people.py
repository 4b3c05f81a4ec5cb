"""People of plans and rejected contacts: masked for the eye, in full and alike in every file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from segue.shown import people, rejected
from segue.shown.documents import samples_as_json
from segue.shown.spreadsheets import cell_of, csv_file, csv_pieces
from segue.sync.kinds import Kind, Skip
from segue.sync.people import Drifted, PersonChange, RejectedContact
from segue.sync.ports import Reason

SOMEBODY = PersonChange(
    profile_key="7",
    address="nadia@shop.example",
    kind=Kind.ADD,
    skip=Skip.NONE,
    tags_added=("Vip", "New"),
    tags_removed=(),
)
LEFT_OUT = replace(SOMEBODY, kind=Kind.SKIP, skip=Skip.NO_CONSENT, tags_added=())


def test_a_person_is_shown_masked_and_kept_in_full() -> None:
    shown = people.shown_person(LEFT_OUT, "fr", in_full=False)

    assert (shown.address, shown.reason) == ("n•••@s•••.example", "pas de consentement")
    assert people.shown_person(LEFT_OUT, "fr", in_full=True).address == "nadia@shop.example"
    assert dict(zip(people.COLUMNS, people.file_row(SOMEBODY), strict=True)) == {
        "profile_key": "7",
        "address": "nadia@shop.example",
        "change": "add",
        "reason": "",
        "tags_added": "Vip; New",
        "tags_removed": "",
    }


def test_a_file_and_a_document_use_the_same_codes() -> None:
    (told,) = samples_as_json([LEFT_OUT], in_full=True, personal_keys=False)

    row = dict(zip(people.COLUMNS, people.file_row(LEFT_OUT), strict=True))
    assert (
        (told["kind"], told["reason"]) == (row["change"], row["reason"]) == ("skip", "no_consent")
    )


def test_only_who_is_changed_or_left_out_is_shown() -> None:
    same = replace(SOMEBODY, kind=Kind.SAME)

    assert [*people.changing([same, SOMEBODY])] == [SOMEBODY]


def test_a_rejected_contact_is_told_in_the_reader_s_language() -> None:
    refused = RejectedContact(
        address="omar@shop.example",
        profile_key="8",
        reason=Reason.NOT_SUBSCRIBED,
        field="",
        words="Not subscribed.",
        held_since=datetime(2026, 3, 2, tzinfo=UTC),
    )

    row = dict(zip(rejected.COLUMNS, rejected.file_row(refused, "fr"), strict=True))

    assert row["what_happened"].startswith("Mailchimp ne change l’adresse que des contacts abonnés")
    assert (row["reason"], row["mailchimp_says"]) == ("not_subscribed", "Not subscribed.")
    assert (row["held_since"], row["held_until"]) == ("2026-03-02T00:00:00+00:00", "")


def test_a_download_and_a_written_file_are_alike(tmp_path: Path) -> None:
    rows = [["=1+1", "Émile"], ["plain", "a,b"]]

    with csv_file(tmp_path / "a.csv", ("one", "two")) as write:
        for row in rows:
            write(row)

    download = b"".join(csv_pieces(iter([["one", "two"], *rows])))
    assert (tmp_path / "a.csv").read_bytes() == download
    read = [*csv.reader(io.StringIO(download.decode("utf-8-sig"), newline=""))]
    assert read == [["one", "two"], ["'=1+1", "Émile"], ["plain", "a,b"]]


def test_a_value_is_the_same_in_every_file_and_document() -> None:
    values = [None, True, Decimal("1E+2"), datetime(2026, 3, 2, 1, 2, tzinfo=UTC), "a"]

    assert [cell_of(value) for value in values] == [
        "",
        "true",
        "100",
        "2026-03-02T01:02:00+00:00",
        "a",
    ]


def test_a_row_of_who_differs_says_what_under_each_kind() -> None:
    differs = Drifted(
        profile_key="7",
        address="nadia@shop.example",
        deleted=("Vip", "New"),
        renamed=(),
        lost=("Gold",),
        renewed=("CITY",),
        differing=(),
        is_gone=True,
    )

    assert dict(zip(people.DRIFT_COLUMNS, people.drift_row(differs), strict=True)) == {
        "profile_key": "7",
        "address": "nadia@shop.example",
        "tag_deleted": "Vip; New",
        "tag_renamed": "",
        "tag_lost": "Gold",
        "field_new": "CITY",
        "fields_differ": "",
        "gone": "yes",
    }
