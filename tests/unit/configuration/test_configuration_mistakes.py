"""Every kind of mistake in segue.yaml: where it is shown, what is said, what to do. The mark ¦ is where it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.unit.configuration.configuration_files import MARK, changed, marked_place, mistakes_in

# name · text of the correct file · what stands there instead · fragment of the message · fragment of the action
KINDS: tuple[tuple[str, str, str, str, str], ...] = (
    # the whole file
    ("version", "version: 1", "version: ¦2", "cannot be `2`", "Write `version: 1`"),
    ("unknown section", "home: .segue", "¦sorces: {}", "not a setting of this file", "Did you mean `sources`?"),
    ("zone of the system", "Europe/Paris", "¦posix/Europe/Paris", "not a time zone", "Did you mean `Europe/Paris`?"),
    ("zone of the machine", "Europe/Paris", "¦localtime", "not a time zone", "Use an IANA name"),
    ("unknown zone", "Europe/Paris", "¦Europe/Pari", "not a time zone", "Did you mean `Europe/Paris`?"),
    ("number for text", "home: .segue", "home: ¦12", "must be text, and this is a whole number", "in quotes"),
    ("no value", "home: .segue", "¦home:", "has no value", "folder"),
    ("section is a list", "  customers: {type: csv, path: customers.csv, separator: \";\", encoding: latin-1}\n  orders: {type: sqlite, path: shop.sqlite, table: Order}\n  shops: {type: parquet, path: shops.parquet}", "  ¦- customers", "must be a mapping", "Name each file"),
    ("duplicate key", "time_zone: Europe/Paris", "time_zone: UTC\n¦time_zone: UTC", "given twice; the first is on line 2", "Remove or rename"),
    # sources
    ("source type", "type: parquet", "type: ¦parket", "cannot be `parket`", "Did you mean `parquet`?"),
    ("source setting", "separator: \";\"", "¦seperator: \";\"", "not a setting of `customers`", "Did you mean `separator`?"),
    ("long separator", "separator: \";\"", "separator: ¦\";;\"", "too long", "One character"),
    ("separator is quote", "separator: \";\"", "separator: ¦'\"'", "same sign", "two different"),
    ("encoding", "latin-1", "¦latin-99", "not a known encoding", "Did you mean `latin-1`?"),
    ("source by URL", "path: shops.parquet", "path: ¦https://shop.example/x.parquet", "not from a URL", "Download it"),
    ("bad source name", "  orders: {type", "  ¦More: {type: parquet, path: x}\n  orders: {type", "cannot be used as a name", "lower-case letters"),
    # profiles
    ("unknown source", "  source: customers", "  source: ¦custmers", "no data source `custmers`", "Did you mean `customers`?"),
    ("unknown joined source", "source: shops, name", "source: ¦shosp, name", "no data source `shosp`", "Did you mean `shops`?"),
    ("join twice", "    - {source: shops, name: shop, on: {ShopId: Id}}", "    - {source: shops, name: shop, on: {ShopId: Id}}\n    - ¦{source: orders, name: shop, on: {OrderId: Id}}", "Two joins are called `shop`", "`name` of its own"),
    ("unknown join", "shop.City", "¦shp.City", "refers to a join `shp`", "Did you mean `shop`?"),
    ("join on nothing", "on: {ShopId: Id}", "on: ¦{}", "`on` is empty", "Pairs"),
    ("attribute name", "    shop_city: shop.City", "    ¦ShopCity: shop.City", "cannot be used as a name", "lower-case letters"),
    ("attribute name with two underscores", "    shop_city: shop.City", "    ¦shop__city: shop.City", "cannot be used as a name", "single underscores"),
    ("related table named profiles", "related:\n  orders:", "related:\n  ¦profiles: {source: shops, profile_key: Id, attributes: {city: {column: City}}}\n  orders:", "a name that Segue uses itself", "another name"),
    ("reserved name", "    agreed:", "    ¦profile_key: Nr\n    agreed:", "a name that Segue uses itself", "another name"),
    ("attribute type", "column: Ok, type: boolean", "column: Ok, type: ¦bool", "cannot be `bool`", "Did you mean `boolean`?"),
    ("option for another type", "{column: First, personal: true}", "{column: First, ¦scale: 2}", "no meaning for an attribute of type text", "set `type: decimal`"),
    ("marks alike", "thousands_mark: \".\"", "thousands_mark: ¦\",\"", "same sign", "two different"),
    ("unknown date part", "\"%d/%m/%Y\"", "¦\"%d/%Q/%Y\"", "`%Q` is not a part of a date", "%Y %m %d"),
    ("date without year", "\"%d/%m/%Y\"", "¦\"%d/%m\"", "holds no year", "Add %Y"),
    ("scale out of range", "{column: Total, type: decimal}", "{column: Total, type: decimal, scale: ¦12}", "out of range: 12", "from 0 to 9"),
    ("zone of an attribute", "type: timestamp}", "type: timestamp, time_zone: ¦Mars/Base}", "not a time zone", "IANA"),
    ("key type", "  key: Id", "  key: {column: Id, type: ¦uuid}", "cannot be `uuid`", "`text`, `integer`"),
    ("key personal", "  key: Id", "  key: {column: Id, personal: ¦maybe}", "must be true or false", ""),
    ("winner of rows", "  key: Id", "  key: Id\n  winner: ¦newest", "cannot be `newest`", "first_row"),
    ("winner of rows by a text", "  key: Id", "  key: Id\n  winner: {newest_by: ¦country}", "must be of type timestamp or date", "Choose `signup` or `spent`"),
    ("winner of rows by nothing", "  key: Id", "  key: Id\n  winner: {newest_by: ¦sinup}", "no attribute `sinup`", "Did you mean `signup`?"),
    # related tables
    # segments
    ("segment setting", "label: French, rules", "¦lable: French, rules", "not a setting of `french`", "Did you mean `label`?"),
    ("attribute of a rule", "attribute: country", "attribute: ¦contry", "no attribute `contry`", "Did you mean `country`?"),
    ("setting of a rule", "is: France", "is: France, ¦ignore_caze: true", "`ignore_caze` is not known here", "Did you mean `ignore_case`?"),
    ("rule without comparison", "{attribute: country, is: France}", "¦{attribute: country}", "does not say how `country` is compared", "`is`, `is_not`"),
    ("empty rule", "{attribute: country, is: France}", "¦{}", "The rule is empty", "Write a rule such as"),
    ("value of another type", "at_least: 20.50", "at_least: ¦twenty", "A number is needed here", "Write digits"),
    ("segment refers to itself", "{attribute: country, is: France}", "¦{segment: french}", "refers to itself", "Remove one of these references"),
    # connections
    ("connection type", "type: mailchimp", "type: ¦mailjet", "cannot be `mailjet`", "Write `type: mailchimp`"),
    ("secret in the file", "{env: MAILCHIMP_API_KEY}", "¦0123456789abcdef0123456789abcdef-us6", "belongs outside this file", "revoke the secret"),
    ("secret as name of a variable", "{env: MAILCHIMP_API_KEY}", "{env: ¦0123456789abcdef}", "belongs outside this file", "{env: NAME}"),
    ("secret in a comment", "home: .segue", "home: .segue  # ¦0123456789abcdef0123456789abcdef-us6", "looks like a Mailchimp API key", "environment variable"),
    ("plain http", "contact_limit: 5000", "base_url: ¦http://mail.example/3.0", "unprotected", "Use https"),
    ("not a service", "contact_limit: 5000", "base_url: ¦https://u@mail.example/3.0", "not the address of a service", "https://us1.api"),
    ("contact limit", "contact_limit: 5000", "contact_limit: ¦0", "out of range: 0", "at least 1"),
    # exports
    ("unknown connection", "connection: main", "connection: ¦mian", "no connection `mian`", "Did you mean `main`?"),
    ("audience is a number", "a1b2c3d4e5", "¦1234567890", "must be text", "in quotes"),
    ("audience with signs", "a1b2c3d4e5", "¦a1-b2", "not written as expected", "audience ID"),
    ("e-mail of another type", "      email: email", "      email: ¦country", "must be of type email", "Choose `email` or `second`"),
    ("merge tag in small letters", "        FNAME: first_name", "        ¦fname: first_name", "cannot be used as a name", "1 to 10 capital letters"),
    ("long merge tag", "        FNAME: first_name", "        ¦FIRSTNAME_OF: first_name", "cannot be used as a name", "1 to 10"),
    ("EMAIL as a merge field", "        FNAME: first_name", "        ¦EMAIL: email", "not a merge field", "Remove this line"),
    ("unknown attribute of a field", "FNAME: first_name", "FNAME: ¦frist_name", "no attribute `frist_name`", "Did you mean `first_name`?"),
    ("type of a merge field", "type: number", "type: ¦nummer", "cannot be `nummer`", "Did you mean `number`?"),
    ("attribute does not fit the field", "{attribute: spent, type: number", "{attribute: ¦country, type: number", "must be of type integer or decimal", "Choose `spent`"),
    ("dropdown cannot be created", "attribute: spent, type: number, create: true", "attribute: country, type: dropdown, ¦create: true", "choices are not known", "in Mailchimp"),
    ("address with attribute", "{attribute: spent, type: number, create: true}", "{type: address, parts: {addr1: country, city: country, state: country, zip: country}, ¦attribute: country}", "no meaning for a merge field of type address", "Give `parts`"),
    ("unknown segment", "[french,", "[¦frensh,", "no segment `frensh`", "Did you mean `french`?"),
    ("no segments", "[french, {segment: spenders, tag: Big}]", "¦[]", "`segments` is empty", "at least one segment"),
    ("segment twice", "{segment: spenders, tag: Big}", "¦{segment: french, tag: Big}", "chosen twice", "Remove one"),
    ("empty tag", "tag: Big", "tag: ¦\" \"", "tag is empty", "a name"),
    ("long tag", "tag: Big", f"tag: ¦{'x' * 101}", "has 101 characters", "shorter"),
    ("tag on two lines", "tag: Big", "tag: ¦\"a\\nb\"", "control character", "on one line"),
    ("template for tags", "\"{label}\"", "¦\"{title}\"", "something else in braces", "{label} or {name}"),
    ("template without a name", "\"{label}\"", "¦Customers", "so all tags are alike", "{label} or {name}"),
    ("template with a loose brace", "\"{label}\"", "¦\"{label\"", "something else in braces", "{label} or {name}"),
    ("winner", "{newest_by: signup}", "¦newest", "cannot be `newest`", "first_key"),
    ("winner by a text", "newest_by: signup", "newest_by: ¦country", "must be of type timestamp or date", "Choose `signup` or `spent`"),
    ("consent by a text", "{attribute: agreed}", "{attribute: ¦country}", "must be of type boolean", "Choose `agreed`"),
    ("consent twice", "    consent: {attribute: agreed}", "    ¦consent: {attribute: agreed, attested_by: Alice}", "given twice", "Keep one"),
    ("half an attestation", "    consent: {attribute: agreed}", "    ¦consent: {attested_by: Alice}", "lacks `attested_on`, `statement`", "on which day"),
    ("attested on no day", "{attribute: agreed}", "{attested_by: Alice, attested_on: ¦yesterday, statement: All asked.}", "not a day", "2026-01-31"),
    ("day not in the calendar", "{attribute: agreed}", "{attested_by: Alice, attested_on: ¦2026-02-30, statement: All asked.}", "not in the calendar", "existing date"),
    ("new status", "new_contacts: subscribed", "new_contacts: ¦Subscribed", "cannot be `Subscribed`", "Did you mean `subscribed`?"),
    ("brake out of range", "removal_share: 0.3", "removal_share: ¦30", "out of range: 30", "0.2 is 20 %"),
    ("unknown brake", "removal_share: 0.3", "¦removal_shar: 0.3", "not a setting of `brakes`", "Did you mean `removal_share`?"),
    ("brake of moves out of range", "removal_share: 0.3", "move_share: ¦1.5", "out of range: 1.5", "0.2 is 20 %"),
    ("blanks", "{attribute: spent, type: number, create: true}", "{attribute: spent, type: number, blanks: ¦claer}", "cannot be `claer`", "Did you mean `clear`?"),
    ("first run", "    new_contacts: subscribed", "    first_run: ¦aprove", "cannot be `aprove`", "Did you mean `approve`?"),
    ("leftovers", "    new_contacts: subscribed", "    leftovers: ¦keep", "cannot be `keep`", "show"),
    ("an earlier name that is the export's own", "    new_contacts: subscribed", "    was: ¦news", "cannot have been itself", "take `was` away"),
    ("profile limit", "    new_contacts: subscribed", "    profile_limit: ¦0", "out of range: 0", "from 1 to 100000000"),
    # YAML itself
    ("tab", "  customers:", "¦\tcustomers:", "tab", "spaces"),
    ("indentation", "  orders: {type: sqlite", "   ¦orders: {type: sqlite", "indented differently", "same number of spaces"),
    ("unclosed bracket", "segments: [french, {segment: spenders, tag: Big}]\n    tag:", "segments: [french\n    tag¦:", "A `[` is not closed", "`]`"),
    ("unclosed quote", "{removal_share: 0.3}", "¦\"x", "never closed", "same quote"),
    ("colon left out", "version: 1\ntime_zone:", "version 1\ntime_zone¦:", "stands where none can be", "indentation"),
    ("special sign", "home: .segue", "home: ¦@home", "a sign that has a meaning", "quotes"),
    ("undefined alias", "home: .segue", "home: ¦*home", "refers to no anchor", "Define the anchor"),
    ("alias loop", "home: .segue", "home: ¦&a [*a]", "holds it", "Write the value out"),
    ("merge key", "home: .segue", "¦<<: {home: x}", "Merge keys", "alias"),
    ("object by tag", "home: .segue", "home: ¦!!python/object:os.system x", "tag", "Remove the tag"),
    ("two documents", "home: .segue", "home: .segue\n¦---", "more than one YAML document", "`---`"),
    ("control character", "home: .segue", "home: ¦\x07", "control character (U+0007)", "Remove it"),
    ("list as a key", "home: .segue", "? ¦[a]\n: x", "must be a single word", "Quote"),
)  # fmt: skip

# the same, for what is shown elsewhere than where it was written: the fourth text is the place
ELSEWHERE: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("version left out", "version: 1\n", "", "¦time_zone", "`version` is missing", "Add `version`"),
    ("table left out", "{type: sqlite, path: shop.sqlite, table: Order}", "{type: sqlite, path: shop.sqlite}", "  ¦orders: {type: sq", "`table` is missing", "name of a table"),
    ("attribute without column", "{column: First, personal: true}", "{personal: true}", "    ¦first_name:", "`column` is missing", "name of a column"),
    ("related table without key", "    profile_key: CustomerId\n", "", "related:\n  ¦orders:", "`profile_key` is missing in `orders`", "Add `profile_key`"),
    ("segment without rules", "{label: French, rules: {attribute: country, is: France}}", "{label: French}", "  ¦french:", "`rules` is missing in `french`", "Add `rules`"),
    ("no credentials", ", api_key: {env: MAILCHIMP_API_KEY}", "", "  ¦main:", "has no credentials", "Add `api_key:"),
    ("two credentials", "{env: MAILCHIMP_API_KEY}", "{env: MAILCHIMP_API_KEY}, access_token: {env: TOKEN}", "  ¦main:", "both an API key and an access token", "Keep one"),
    ("e-mail left out", "      email: email\n", "", "    ¦match:", "`email` is missing in `match`", "Add `email`"),
    ("address without parts", "{attribute: spent, type: number, create: true}", "{type: address}", "        ¦SPENT:", "`parts` is missing", "addr1, city, state and zip"),
    ("address without zip", "{attribute: spent, type: number, create: true}", "{type: address, parts: {addr1: country, city: country, state: country}}", "¦parts:", "`zip` is missing in `parts`", "Add `zip`"),
    ("inactive segment", "{label: French, rules", "{active: false, label: French, rules", "[¦french,", "`french` is inactive", "active: true"),
    ("tags alike", "tag: Big", "tag: FRENCH", "¦{segment: spenders", "would share the tag `FRENCH`", "another `tag`"),
    ("consent left out", "    consent: {attribute: agreed}\n", "", "  ¦news:", "no consent is given", "`new_contacts: pending`"),
)  # fmt: skip


def _ids(kinds: Sequence[tuple[str, ...]]) -> list[str]:
    return [kind[0] for kind in kinds]


def _check(folder: Path, marked: str, *, message: str, action: str) -> None:
    text, line, column = marked_place(marked)

    (mistake,) = mistakes_in(text, folder)

    assert (mistake.line, mistake.column) == (line, column)
    assert message in mistake.message
    assert action in mistake.action


@pytest.mark.parametrize(
    ("old", "new", "message", "action"), [kind[1:] for kind in KINDS], ids=_ids(KINDS)
)
def test_a_mistake_is_shown_at_its_place_with_the_next_step(
    tmp_path: Path, old: str, new: str, message: str, action: str
) -> None:
    _check(tmp_path, changed(old, new), message=message, action=action)


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "action"),
    [kind[1:] for kind in ELSEWHERE],
    ids=_ids(ELSEWHERE),
)
def test_what_is_missing_is_shown_where_it_belongs(
    tmp_path: Path, old: str, new: str, place: str, message: str, action: str
) -> None:
    text = changed(old, new)
    assert text.count(place.replace(MARK, "")) == 1

    _check(tmp_path, text.replace(place.replace(MARK, ""), place), message=message, action=action)


def test_the_table_has_at_least_ninety_kinds() -> None:
    names = _ids(KINDS) + _ids(ELSEWHERE)

    assert len(names) == len(set(names)) >= 90
