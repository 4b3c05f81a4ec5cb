"""Whole configuration files: what a correct one gives, many mistakes at once, and files that are no text or no YAML."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from segue.configuration import Connection, CredentialKind, SecretReference, load
from segue.core.errors import ConfigurationProblem
from segue.profiles.personal import key_is_personal
from segue.profiles.schema import AttributeType
from segue.profiles.sources import CsvSource, JsonLinesSource, PostgresSource, SqliteSource
from segue.segments.rules import Compare, Comparison
from segue.sync.export import (
    Blanks,
    Brakes,
    Consent,
    Export,
    FieldMatch,
    FirstRun,
    Leftovers,
    MergeType,
    NewStatus,
    SegmentTag,
    Winner,
)
from tests.unit.configuration.configuration_files import CORRECT, changed, mistakes_in, read


def test_a_correct_file_gives_all_its_values(tmp_path: Path) -> None:
    configuration = read(CORRECT, tmp_path)

    assert configuration.home == tmp_path / ".segue"
    assert configuration.time_zone == "Europe/Paris"
    assert configuration.sources["customers"] == CsvSource(
        name="customers", path=tmp_path / "customers.csv", separator=";", encoding="latin-1"
    )
    assert configuration.sources["orders"] == SqliteSource(
        name="orders", path=tmp_path / "shop.sqlite", table="Order"
    )
    assert configuration.connections == {
        "main": Connection(
            name="main",
            label="main",
            kind=CredentialKind.API_KEY,
            credential=SecretReference(env="MAILCHIMP_API_KEY"),
            contact_limit=5000,
        )
    }
    assert configuration.exports["news"] == Export(
        name="news",
        connection="main",
        audience_id="a1b2c3d4e5",
        email_attribute="email",
        segments=(
            SegmentTag(segment="french", tag="French"),
            SegmentTag(segment="spenders", tag="Big"),
        ),
        fields=(
            FieldMatch(tag="FNAME", attribute="first_name", name="FNAME"),
            FieldMatch(
                tag="SPENT", attribute="spent", type=MergeType.NUMBER, name="SPENT", create=True
            ),
        ),
        winner=Winner(newest_by="signup"),
        consent=Consent(attribute="agreed"),
        new_status=NewStatus.SUBSCRIBED,
        contact_limit=5000,
        brakes=Brakes(removal_share=0.3),
    )


@pytest.mark.parametrize(
    ("said", "honours"), [("", False), (", honours_status_if_new: true", True)]
)
def test_an_account_honours_status_if_new_only_where_the_file_says_so(
    tmp_path: Path, said: str, honours: bool
) -> None:
    text = changed("contact_limit: 5000", f"contact_limit: 5000{said}")

    assert read(text, tmp_path).connections["main"].honours_status_if_new is honours


def test_attributes_take_their_defaults_from_type_and_file(tmp_path: Path) -> None:
    schema = read(CORRECT, tmp_path).schema

    email, country = schema.attribute("email"), schema.attribute("country")
    placed = schema.related["orders"].attribute("placed")

    assert email is not None and (email.type, email.personal) == (AttributeType.EMAIL, True)
    assert country is not None and (country.type, country.personal) == (AttributeType.TEXT, False)
    assert placed is not None and placed.time_zone == "Europe/Paris"
    assert schema.related["orders"].key_type is schema.profiles.key_type is AttributeType.TEXT


def test_a_stated_key_type_holds_for_related_tables_too(tmp_path: Path) -> None:
    schema = read(changed("  key: Id\n", "  key: {column: Id, type: integer}\n"), tmp_path).schema

    assert schema.profiles.key == "Id"
    assert schema.related["orders"].key_type is schema.profiles.key_type is AttributeType.INTEGER


@pytest.mark.parametrize(
    ("written", "newest_by"),
    [("", None), ("  winner: first_row\n", None), ("  winner: {newest_by: signup}\n", "signup")],
)
def test_the_winner_of_rows_with_one_key_is_the_first_unless_an_attribute_is_named(
    tmp_path: Path, written: str, newest_by: str | None
) -> None:
    schema = read(changed("  key: Id\n", f"  key: Id\n{written}"), tmp_path).schema

    assert schema.profiles.newest_by == newest_by


@pytest.mark.parametrize(
    ("key", "personal"),
    [("Id", False), ("Email", True), ("First", True), ("{column: Id, personal: true}", True)],
)
def test_a_key_is_personal_as_its_column_or_as_it_says(
    tmp_path: Path, key: str, personal: bool
) -> None:
    schema = read(changed("  key: Id\n", f"  key: {key}\n"), tmp_path).schema

    assert key_is_personal(schema) is personal


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("20.50", Decimal("20.50")),
        ("7", Decimal(7)),
        ("-0.10", Decimal("-0.10")),
    ],
)
def test_numbers_stay_exact(tmp_path: Path, written: str, value: Decimal) -> None:
    text = changed("{attribute: country, is: France}", f"{{attribute: spent, is: {written}}}")

    rule = read(text, tmp_path).segments["french"].rule

    assert isinstance(rule, Compare)
    assert rule.values == (value,)
    assert str(rule.values[0]) == str(value)


def test_dates_are_dates(tmp_path: Path) -> None:
    text = changed("{attribute: country, is: France}", "{attribute: signup, after: 2010-01-31}")

    rule = read(text, tmp_path).segments["french"].rule

    assert rule == Compare(
        attribute="signup", comparison=Comparison.AFTER, values=(date(2010, 1, 31),)
    )


@pytest.mark.parametrize("written", ["NO", "no", "yes", "on", "off", "01234", "12e4", "1_000"])
def test_words_and_codes_stay_text(tmp_path: Path, written: str) -> None:
    text = changed("is: France", f"is: {written}, ignore_case: false")

    rule = read(text, tmp_path).segments["french"].rule

    assert rule == Compare(attribute="country", comparison=Comparison.IS, values=(written,))


def test_an_unquoted_audience_id_that_looks_like_an_exponent_is_text(tmp_path: Path) -> None:
    export = read(changed("a1b2c3d4e5", "12345e6789"), tmp_path).exports["news"]

    assert export.audience_id == "12345e6789"


def test_aliases_repeat_a_value(tmp_path: Path) -> None:
    text = changed("{removal_share: 0.3}", "&usual {removal_share: 0.3}")
    text += "  more:\n    connection: main\n    audience: ffffffffff\n    match: {email: email}\n"
    text += "    segments: [french]\n    new_contacts: pending\n    brakes: *usual\n"

    exports = read(text, tmp_path).exports

    assert exports["more"].brakes == exports["news"].brakes == Brakes(removal_share=0.3)


def test_pending_and_transactional_contacts_need_no_consent(tmp_path: Path) -> None:
    for status in ("pending", "transactional"):
        text = changed("    consent: {attribute: agreed}\n", "").replace("subscribed", status)

        export = read(text, tmp_path).exports["news"]

        assert (export.consent, export.new_status.value) == (None, status)


def test_an_attestation_is_recorded(tmp_path: Path) -> None:
    written = '{attested_by: "Alice, DPO", attested_on: 2026-01-31, statement: "All have asked."}'

    export = read(changed("{attribute: agreed}", written), tmp_path).exports["news"]

    assert export.consent == Consent(
        attested_by="Alice, DPO", attested_on=date(2026, 1, 31), attestation="All have asked."
    )


def test_an_address_field_maps_its_parts(tmp_path: Path) -> None:
    parts = "{addr1: first_name, city: shop_city, state: country, zip: country}"
    text = changed(
        "{attribute: spent, type: number, create: true}", f"{{type: address, parts: {parts}}}"
    )

    field = read(text, tmp_path).exports["news"].fields[1]

    assert field.type is MergeType.ADDRESS
    assert dict(field.parts) == {
        "addr1": "first_name",
        "city": "shop_city",
        "state": "country",
        "zip": "country",
    }


def test_nested_columns_of_json_lines_need_no_join(tmp_path: Path) -> None:
    text = changed(
        "{type: parquet, path: shops.parquet}", "{type: json, path: shops.jsonl}"
    ).replace("  source: customers\n", "  source: shops\n")

    configuration = read(text.replace("shop.City", "shpo.City"), tmp_path)

    assert configuration.sources["shops"] == JsonLinesSource(
        name="shops", path=tmp_path / "shops.jsonl"
    )


def test_a_database_password_comes_from_the_environment_and_is_never_shown(tmp_path: Path) -> None:
    text = changed(
        "{type: parquet, path: shops.parquet}",
        "{type: postgresql, dsn: {env: SHOP_URL}, table: public.shop}",
    )

    found = read(text, tmp_path, {"SHOP_URL": "host=db password=hush"}).sources["shops"]

    assert found == PostgresSource(name="shops", dsn="host=db password=hush", table="public.shop")
    assert "hush" not in repr(found)


def test_a_database_password_that_is_not_set_is_named(tmp_path: Path) -> None:
    text = changed(
        "{type: parquet, path: shops.parquet}",
        "{type: postgresql, dsn: {env: SHOP_URL}, table: public.shop}",
    )

    (mistake,) = mistakes_in(text, tmp_path)

    assert (mistake.line, mistake.column, mistake.code) == (7, 34, "secret_missing")
    assert "SHOP_URL" in mistake.message


def test_all_mistakes_of_a_file_are_told_at_once_in_its_order(tmp_path: Path) -> None:
    text = CORRECT
    for old, new in (
        ("version: 1", "version: 3"),
        ("Europe/Paris", "Europe/Pari"),
        ("latin-1", "latin-99"),
        ("  source: customers", "  source: custmers"),
        ("column: Ok, type: boolean", "column: Ok, type: boolean, scale: 2"),
        ("attribute: country, is", "attribute: contry, is"),
        ("more_than: 3", "more_then: 3"),
        ("contact_limit: 5000", "contact_limit: none"),
        ("connection: main", "connection: mian"),
        ("a1b2c3d4e5", "1234567890"),
        ("FNAME: first_name", "fname: first_name"),
        ("[french,", "[frensh,"),
        ("newest_by: signup", "newest_by: country"),
        ("{attribute: agreed}", "{attribute: country}"),
        ("removal_share: 0.3", "removal_share: 30"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)

    mistakes = mistakes_in(text, tmp_path)

    assert [(m.line, m.code) for m in mistakes] == [
        (1, "not_allowed_value"),
        (2, "unknown_time_zone"),
        (5, "unknown_encoding"),
        (9, "unknown_source"),
        (20, "option_not_for_type"),
        (30, "rule_unknown_attribute"),
        (36, "rule_without_comparison"),
        (36, "rule_unknown_key"),
        (38, "wrong_kind"),
        (41, "unknown_connection"),
        (42, "wrong_kind"),
        (46, "bad_name"),
        (48, "unknown_segment"),
        (50, "wrong_attribute_type"),
        (51, "wrong_attribute_type"),
        (53, "out_of_range"),
    ]


def test_a_secret_is_never_repeated(tmp_path: Path) -> None:
    key = "0123456789abcdef0123456789abcdef-us6"

    (mistake,) = mistakes_in(changed("{env: MAILCHIMP_API_KEY}", key), tmp_path)

    assert key[:8] not in str(mistake)


def test_a_file_in_another_encoding_is_told_by_its_first_bad_byte(tmp_path: Path) -> None:
    file = tmp_path / "segue.yaml"
    file.write_bytes(b"version: 1\n# \xe9t\xe9\n")

    with pytest.raises(ConfigurationProblem) as caught:
        load(file, environment={})

    (mistake,) = caught.value.mistakes
    assert (mistake.line, mistake.column, mistake.code) == (2, 3, "wrong_encoding")
    assert mistake.message == "The file is not UTF-8: byte 0xE9 cannot be read."


def test_a_mark_of_utf_8_at_the_beginning_is_taken_away(tmp_path: Path) -> None:
    assert read("\ufeff" + CORRECT, tmp_path).time_zone == "Europe/Paris"


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    for text in ("", "# nothing\n"):
        (mistake,) = mistakes_in(text, tmp_path)

        assert (mistake.code, mistake.line) == ("file_empty", 1)


def test_a_file_that_unfolds_without_end_is_refused_quickly(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]

    mistakes = mistakes_in("\n".join(lines), tmp_path)

    assert [m.code for m in mistakes if m.code == "too_many_aliases"] == ["too_many_aliases"]


@pytest.mark.parametrize("depth", [150, 700, 50_000])
def test_a_file_that_is_nested_without_end_is_refused(tmp_path: Path, depth: int) -> None:
    mistakes = mistakes_in(f"version: {'[' * depth}{']' * depth}", tmp_path)

    assert "nested_too_deep" in {m.code for m in mistakes}


def test_a_text_that_is_no_mapping_is_told(tmp_path: Path) -> None:
    (mistake,) = mistakes_in("- version\n", tmp_path)

    assert mistake.message == "The file must be a mapping (`key: value` lines), and this is a list."


def test_a_file_that_is_not_there_is_told_with_the_way_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationProblem) as caught:
        load(tmp_path / "segue.yaml", environment={})

    assert caught.value.code == "configuration_not_found"
    assert "segue init" in caught.value.action


def test_a_folder_instead_of_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationProblem) as caught:
        load(tmp_path, environment={})

    assert caught.value.code == "configuration_unreadable"


def test_a_blank_keeps_what_mailchimp_holds_unless_the_field_or_the_matching_says_clear(
    tmp_path: Path,
) -> None:
    def blanks(text: str) -> list[Blanks]:
        return [field.blanks for field in read(text, tmp_path).exports["news"].fields]

    own = changed("create: true}", "create: true, blanks: clear}")
    for_all = changed("      email: email\n", "      email: email\n      blanks: clear\n")
    but_one = for_all.replace("create: true}", "create: true, blanks: keep}")

    assert blanks(CORRECT) == [Blanks.KEEP, Blanks.KEEP]
    assert blanks(own) == [Blanks.KEEP, Blanks.CLEAR]
    assert blanks(for_all) == [Blanks.CLEAR, Blanks.CLEAR]
    assert blanks(but_one) == [Blanks.CLEAR, Blanks.KEEP]


def test_first_runs_leftovers_and_new_contacts_are_as_said(tmp_path: Path) -> None:
    usual = read(changed("    new_contacts: subscribed\n", ""), tmp_path).exports["news"]
    text = changed(
        "    new_contacts: subscribed\n",
        "    first_run: free\n    leftovers: remove\n    was: old\n",
    )
    said = read(text, tmp_path).exports["news"]

    assert (usual.first_run, usual.leftovers, usual.was) == (FirstRun.APPROVE, Leftovers.SHOW, "")
    assert (usual.new_status, usual.new_status_said) == (NewStatus.SUBSCRIBED, False)
    assert read(CORRECT, tmp_path).exports["news"].new_status_said
    assert (said.first_run, said.leftovers, said.was) == (FirstRun.FREE, Leftovers.REMOVE, "old")


def test_every_brake_of_the_engine_can_be_set_in_the_file(tmp_path: Path) -> None:
    written = {
        name: 0.25 if name.endswith("_share") else 7
        for name in (field.name for field in fields(Brakes))
    }

    text = changed("{removal_share: 0.3}", str(written).replace("'", ""))

    assert read(text, tmp_path).exports["news"].brakes == Brakes(**written)
