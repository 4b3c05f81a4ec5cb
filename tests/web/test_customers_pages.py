"""Pages of customers: who is found, what is masked until somebody asks, and what the card says of segments; in both languages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from segue.control.audit.models import Action, Entry
from segue.control.encryption import encrypted
from segue.control.people.models import Person
from segue.service.configured import workspace
from segue.service.customers import EVENTS, FOUND
from segue.web.customers.references import reference_of
from tests.acceptance.world import crowd, person
from tests.control.stage import DEFINITION, connection, data_folder, declared, export, read
from tests.fakes.laboratory import laboratory
from tests.web.reading import text_of

Browse = Callable[[Person | None], Client]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SHOP = DEFINITION.replace(
    "sources:", "sources:\n  orders: {type: csv, path: orders.csv}"
).replace(
    "segments:",
    """related:
  orders:
    source: orders
    profile_key: customer
    label: Orders
    attributes:
      placed: {column: placed, type: date}
      total: {column: total, type: decimal}
      note: {column: note, personal: true}
measures:
  spent: {related: orders, sum: total, label: Spent}
segments:
  buyers:
    label: Buyers
    rules:
      all:
        - {attribute: city, is: Lyon}
        - any:
            - {related: orders, sum: total, at_least: 20, where: {attribute: placed, after: 2026-01-01}}
            - {related: orders, exists: true, where: {attribute: total, more_than: 100}}
        - {not: {segment: newcomers}}""",
)  # fmt: skip
ORDERS = """customer,placed,total,note
1,2026-01-05,12.50,red
1,2026-02-05,9.00,blue
1,2025-12-24,40.00,gift
1,,1.00,
2,2026-01-07,5.00,green
"""


def _read(folder: Path, *, people: int = 0, text: str = SHOP) -> None:
    (folder / "orders.csv").write_text(ORDERS, encoding="utf-8")
    declared(data_folder(folder, people=people), text=text, now=LONG_AGO)
    read(folder)


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the data folder of an installation."""
    settings.SEGUE_HOME = tmp_path / "home"
    return tmp_path


def _search(client: Client, text: str, **more: str) -> HttpResponse:
    return client.post(reverse("customers"), {"search": text, **more})


def _card(number: int) -> str:
    return reverse("customer", kwargs={"reference": reference_of(str(number))})


def _shown() -> list[tuple[str, str]]:
    entries = Entry.objects.filter(action=Action.PERSONAL_DATA_SHOWN).order_by("pk")
    return [*entries.values_list("subject_kind", "subject_name")]


def test_a_search_shows_masked_rows_and_is_written_down(
    folder: Path, browse: Browse, bob: Person
) -> None:
    _read(folder)
    client = browse(bob)

    before = text_of(client.get("/customers/"))
    text = text_of(_search(client, "nad"))

    assert "Whom do you look for?" in before
    assert "1 customer fits." in text
    assert "N•••" in text
    assert "n•••@s•••.example" in text
    assert "Nadia" not in text
    assert _shown() == [("customer", "")]


def test_a_search_in_full_shows_names_and_addresses(
    folder: Path, browse: Browse, bob: Person
) -> None:
    _read(folder)

    text = text_of(_search(browse(bob), "nadia", show="1"))

    assert "Nadia" in text
    assert "nadia@shop.example" in text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1", 1),
        (" NADIA@Shop.example", 1),
        ("nadia@shop", 0),
        ("shop.example", 0),
        ("x' OR 1=1", 0),
    ],
)
def test_customers_are_found_by_a_whole_key_or_address(
    folder: Path, browse: Browse, bob: Person, text: str, found: int
) -> None:
    _read(folder)

    told = text_of(_search(browse(bob), text))

    assert ("1 customer fits." if found else "No customer fits") in told


def test_more_than_are_shown_are_told(folder: Path, browse: Browse, bob: Person) -> None:
    _read(folder, people=FOUND + 1)

    text = text_of(_search(browse(bob), "martin"))

    assert f"The first {FOUND} customers who fit; there are more." in text


def test_no_address_of_a_page_holds_a_key_or_what_is_searched_for(
    folder: Path, browse: Browse, bob: Person
) -> None:
    by_address = SHOP.replace("key: id", "key: email").replace("profile_key: customer", "profile_key: note")  # fmt: skip
    _read(folder, text=by_address)
    client = browse(bob)

    page = _search(client, "nadia@shop.example", show="1").content.decode()
    [link] = re.findall(r'<th scope="row"><a href="([^"]+)"', page)
    card = client.get(link)
    entry = client.post(link, {"show": "1"}) and Entry.objects.latest("pk")

    assert all("nadia" not in one for one in re.findall(r'(?:href|action)="([^"]*)"', page))
    assert text_of(client.get("/customers/?search=nadia@shop.example")).count("customer fits") == 0
    assert (card.status_code, "nadia@" in text_of(card)) == (200, False)
    assert (entry.subject_kind, entry.subject_name) == ("customer", "n•••@s•••.example")
    assert "nadia" not in f"{entry.subject_id} {entry.details}"


def test_a_card_is_masked_until_somebody_asks_and_that_is_written_down(
    folder: Path, browse: Browse, bob: Person
) -> None:
    _read(folder)
    client = browse(bob)

    masked = text_of(client.get(_card(1)))
    before = _shown()
    in_full = text_of(client.post(_card(1), {"show": "1"}))

    assert all(word not in masked for word in ("Nadia", "nadia@", "gift"))
    assert "n•••@s•••.example · Profile key 1" in masked
    assert (before, _shown()) == ([], [("customer", "1")])
    assert all(word in in_full for word in ("Nadia", "nadia@shop.example", "Note: gift"))


def test_a_key_of_any_length_leads_to_its_card(folder: Path, browse: Browse, bob: Person) -> None:
    _read(folder)
    key = "k" * 900
    rows = (folder / "customers.csv").read_text(encoding="utf-8")
    row = f"{key},ada@shop.example,Ada,,Lyon,2025-06-01,true\n"
    (folder / "customers.csv").write_text(rows + row, encoding="utf-8")
    workspace().refresh()
    client = browse(bob)

    page = _search(client, "ada").content.decode()
    [link] = re.findall(r'<th scope="row"><a href="([^"]+)"', page)

    assert key in text_of(client.post(link, {"show": "1"}))
    assert _shown()[-1] == ("customer", key[:200])


def test_the_title_that_a_browser_remembers_stays_masked(
    folder: Path, browse: Browse, bob: Person
) -> None:
    _read(folder)

    page = browse(bob).post(_card(1), {"show": "1"}).content.decode()

    [title] = re.findall("<title>(.*?)</title>", page)
    assert "Nadia" not in title
    assert "N•••" in title


def test_a_card_tells_attributes_with_their_source_and_measures(
    folder: Path, browse: Browse, bob: Person
) -> None:
    _read(folder)

    text = text_of(browse(bob).get(_card(1)))

    assert "Attributes From customers E-mail" in text
    assert "City Lyon" in text
    assert "Joined 1 Jun 2025" in text
    assert "Measures Spent 62.50" in text


def test_a_card_says_why_somebody_is_in_a_segment_or_not(
    folder: Path, browse: Browse, bob: Person
) -> None:
    _read(folder)
    client = browse(bob)

    nadia, omar = (text_of(client.get(_card(number))) for number in (1, 2))

    assert "In 2 of 3, by the rules as they are now." in nadia
    assert (
        "In Buyers Yes All of these conditions hold Yes City is “Lyon” (Lyon) "
        "Yes At least one of these conditions holds "
        "Yes The sum of total in Orders (where placed is after 1 January 2026) is at least 20 (21.50, 2 rows fit)"
    ) in nadia
    assert "(0 rows fit)" in nadia
    assert (
        "Not in Buyers No All of these conditions hold Yes City is “Lyon” (Lyon) No At least"
        in omar
    )
    assert "(5.00, 1 row fits)" in omar


def test_the_time_line_is_newest_first_and_bounded(
    folder: Path, browse: Browse, bob: Person
) -> None:
    _read(folder)
    more = "".join(f"3,2026-03-{1 + n % 28:02},{n}.00,\n" for n in range(EVENTS + 2))
    (folder / "orders.csv").write_text(ORDERS + more, encoding="utf-8")
    workspace().refresh()
    client = browse(bob)

    nadia, third, nobody = (text_of(client.get(_card(number))) for number in (1, 3, 4))

    days = re.findall(r"(\d+ \w+ \d{4}|–) Orders Total: ([\d.]+)", nadia)
    assert days == [
        ("5 Feb 2026", "9.00"),
        ("5 Jan 2026", "12.50"),
        ("24 Dec 2025", "40.00"),
        ("–", "1.00"),
    ]
    assert "and 2 more rows" in third
    assert "No related table has a row of this customer." in nobody


def test_a_card_speaks_french(folder: Path, browse: Browse, bob: Person) -> None:
    _read(folder)
    bob.language = "fr"
    bob.save()

    text = text_of(browse(bob).get(_card(1)))

    assert "Clients" in text
    assert "Dans Buyers Oui Toutes ces conditions sont remplies" in text
    assert "2 lignes conviennent" in text


def test_a_customer_who_is_gone_is_told(folder: Path, browse: Browse, bob: Person) -> None:
    _read(folder)

    answer = browse(bob).post(_card(777), {"show": "1"})

    assert answer.status_code == 404
    assert "This customer is gone" in text_of(answer)
    assert _shown() == []


def test_before_anything_was_read_the_next_step_is_told(
    folder: Path, browse: Browse, bob: Person
) -> None:
    declared(data_folder(folder), now=LONG_AGO)
    client = browse(bob)

    for answer in (client.get("/customers/"), _search(client, "nadia"), client.get(_card(1))):
        assert "No data has been read yet. Refresh the data sources first." in text_of(answer)
    assert _shown() == []


@pytest.mark.parametrize("secret", ['["customer"]', '{"customer": 1}', "1", "an API key"])
def test_what_else_is_encrypted_is_no_customer(
    folder: Path, browse: Browse, bob: Person, secret: str
) -> None:
    _read(folder)
    reference = encrypted(secret).rstrip("=")

    assert browse(bob).get(f"/customers/{reference}/").status_code == 404


def test_viewers_have_no_way_to_customers(
    folder: Path, browse: Browse, bob: Person, vera: Person
) -> None:
    _read(folder)

    assert 'href="/customers/"' not in browse(vera).get("/segments/").content.decode()
    assert 'href="/customers/"' in browse(bob).get("/segments/").content.decode()
    assert _search(browse(vera), "nadia").status_code == 403
    assert _shown() == []


def test_audiences_tell_why_somebody_is_exported_or_left_out(
    folder: Path, browse: Browse, alice: Person, bob: Person
) -> None:
    _read(folder)
    export(alice, connection(alice))
    client = browse(bob)

    nadia = text_of(client.get(_card(1)))

    assert "Audiences a1b2c3d4e5 Address n•••@s•••.example" in nadia
    assert "Status in Mailchimp Not there, as far as the runs have seen" in nadia
    assert (
        "Export VIP newsletter Carries no tag of it. Is exported for VIP; "
        "nothing that is known here stands in the way."
    ) in nadia
    assert "No run that is still kept has touched this customer here." in nadia


def test_audiences_tell_tags_refusals_and_the_runs_that_touched_somebody(
    folder: Path, browse: Browse, alice: Person, bob: Person
) -> None:
    _read(folder)
    export(alice, connection(alice))
    people = [person(1, "Nadia"), person(2, "Omar"), *crowd(2)]
    kept, client = folder / "home" / "audiences" / "acc1-a1b2c3d4e5", browse(bob)
    with laboratory(folder / "laboratory", *people) as lab:
        lab.sandbox.refuse_addresses("omar@*", number=2)
        lab.run()
        shutil.copytree(folder / "laboratory" / "audience", kept)
        once = text_of(client.get(_card(1)))
        lab.run()
        shutil.copytree(folder / "laboratory" / "audience", kept, dirs_exist_ok=True)

    nadia, omar = (text_of(client.get(_card(number))) for number in (1, 2))

    assert "Status in Mailchimp Not read yet: written by a run" in once
    assert "Status in Mailchimp Subscribed" in nadia
    assert (
        "Export newsletter Carries its tags: Vip. "
        "The export is not here any more, or has no connection."
    ) in nadia
    assert "accepted newsletter · write, with the tags Vip" in nadia
    assert "Is left out: Mailchimp takes the address for fake." in omar
    assert "Held back Mailchimp takes this address for fake or misspelt. Check the domain" in omar
    assert (
        "rejected newsletter · write, with the tags Vip · Mailchimp takes this address for fake"
        in omar
    )
    assert "omar@" not in omar


def test_a_damaged_state_is_told_and_the_rest_of_the_card_is_shown(
    folder: Path, browse: Browse, alice: Person, bob: Person
) -> None:
    _read(folder)
    export(alice, connection(alice))
    kept = folder / "home" / "audiences" / "acc1-a1b2c3d4e5"
    (kept / "ledger" / "newsletter").mkdir(parents=True)
    (kept / "ledger" / "newsletter" / "1.parquet").write_bytes(b"")

    text = text_of(browse(bob).get(_card(1)))

    assert "Code: state_file_missing" in text
    assert "Time line" in text


def test_who_has_no_address_is_told_so(
    folder: Path, browse: Browse, alice: Person, bob: Person
) -> None:
    rows = (data_folder(folder) / "customers.csv").read_text(encoding="utf-8")
    declared(folder, now=LONG_AGO)
    (folder / "customers.csv").write_text(
        rows + "77,,Ada,,Lyon,2025-06-01,true\n", encoding="utf-8"
    )
    workspace().refresh()
    export(alice, connection(alice))

    text = text_of(browse(bob).get(_card(77)))

    assert "A••• No e-mail address · Profile key 77" in text
    assert "Address – Status in Mailchimp" in text
    assert "Is left out: no e-mail address." in text
    assert "No measure is defined yet." in text
    assert "No related table is declared." in text


def test_a_member_of_a_segment_leads_to_their_card(
    folder: Path, browse: Browse, bob: Person
) -> None:
    _read(folder)
    client = browse(bob)

    page = client.get("/segments/buyers/members/").content.decode()
    [(link, key)] = re.findall(r'<th scope="row"><a href="([^"]+)">([^<]+)</a>', page)

    assert key == "1"
    assert "Profile key 1" in text_of(client.get(link))
