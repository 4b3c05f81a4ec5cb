"""`segue init`: the starter file is right as it stands and says what remains to be done."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.cli.program import open_shop

pytestmark = pytest.mark.any_day


def _orders(folder: Path) -> None:
    (folder / "orders.csv").write_text(
        "order_id,customer_id,placed,total\n1,1,2026-01-05 10:00:00,20.50\n2,1,2026-01-06 11:30:00,9.90\n",
        encoding="utf-8",
    )
    (folder / "customers.csv").write_text(
        "customer_id,E-Mail,Prénom,Nom,opt_in,created_at,password\n"
        "1,nadia@shop.example,Nadia,Haddad,true,2026-01-01 09:00:00,x\n"
        "2,pia@shop.example,Pia,Lindqvist,false,2026-01-02 09:30:00,y\n",
        encoding="utf-8",
    )


def test_the_starter_file_of_a_folder_is_written_whole(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        (tmp_path / "segue.yaml").unlink()
        _orders(tmp_path)

        ended = shop.segue("init", "--time-zone", "Europe/Paris")
        checked = shop.segue("check")
        counted = shop.segue("segments", "count", "everybody")

    assert (ended.code, ended.err, checked.code) == (0, "", 0)
    assert counted.out == "everybody: 2 members\n"
    assert ended.out == (
        f"{tmp_path}/segue.yaml is written.\n"
        "Found: customers (7), orders (4).\n"
        "What to do:\n"
        "  • Check that `customer_id` is unique for each person in `customers`.\n"
        "  • Set the environment variable MAILCHIMP_API_KEY, or start `segue sandbox` and set `base_url`.\n"
        "  • Complete the section `exports` and run `segue check`.\n"
        "  • Left out of `customers`, because it looks like a secret: `password`.\n"
    )
    text = (tmp_path / "segue.yaml").read_text(encoding="utf-8")
    assert text.partition("sources:\n")[2] == STARTER


STARTER = """\
  customers: {type: csv, path: customers.csv}
  orders: {type: csv, path: orders.csv}

profiles:
  source: customers
  key: {column: customer_id, type: integer}    # unique for each person
  attributes:
    email: {column: E-Mail, type: email}
    first_name: {column: "Prénom", type: text, personal: true}
    last_name: {column: Nom, type: text, personal: true}
    opt_in: {column: opt_in, type: boolean}
    created_at: {column: created_at, type: timestamp}

related:    # many rows per person, found by the profile's key
  orders:
    source: orders
    profile_key: customer_id
    attributes:
      placed: {column: placed, type: timestamp}
      total: {column: total, type: decimal}

segments:
  everybody:
    label: Everybody
    rules: {attribute: email, is_blank: false}
  # example:
  #   label: Example
  #   rules: {attribute: first_name, any_of: [one, another], ignore_case: true}
  # with_orders:
  #   rules: {related: orders, count: true, at_least: 3}

connections:
  main:
    type: mailchimp
    label: Mailchimp
    api_key: {env: MAILCHIMP_API_KEY}    # the name of a variable, never the key itself
    # base_url: http://127.0.0.1:8765/3.0    # to try everything on `segue sandbox --port 8765` first

# Take the signs # away when you know the audience ID and the consent.
# exports:
#   newsletter:
#     connection: main
#     audience: "0123456789"
#     match:
#       email: email
#       blanks: keep    # leave what Mailchimp holds; clear: empty it
#       fields:
#         FNAME: first_name
#         LNAME: last_name
#     segments: [everybody]
#     winner: {newest_by: created_at}    # of several people with one address
#     consent: {attribute: opt_in}
#     # new_contacts: pending    # Mailchimp asks new people to confirm first
"""


def test_the_commented_export_is_right_too(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        (tmp_path / "segue.yaml").unlink()
        _orders(tmp_path)
        shop.segue("init")
        file = tmp_path / "segue.yaml"
        head, _, tail = file.read_text(encoding="utf-8").partition("# exports:")
        file.write_text(
            head + "exports:" + "\n".join(line[2:] for line in tail.split("\n")), encoding="utf-8"
        )

        checked = shop.segue("check", "--json")

    assert checked.json["counts"]["exports"] == 1


def _proposed(folder: Path, **files: str) -> str:
    """Return the section of profiles that is proposed for some files, which `segue check` accepts."""
    with open_shop(folder) as shop:
        for path in (folder / "segue.yaml", folder / "customers.csv"):
            path.unlink()
        for name, text in files.items():
            (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
        assert shop.segue("init").code == 0
        assert shop.segue("check").code == 0
    text = (folder / "segue.yaml").read_text(encoding="utf-8")
    return text[text.index("profiles:") : text.index("segments:")].strip()


@pytest.mark.parametrize(
    "files",
    [
        {"list__csv": "email,first_name\nana@shop.example,Ana\nbob@shop.example,Bob\n"},
        {"list__csv": "first_name;E-Mail\nAna;ana@shop.example\nAna;bob@shop.example\n"},
        {"list__csv": "email\nana@shop.example\n"},
        {"list__csv": "email,first_name\nana@shop.example,Ana\nana@shop.example,Ana\n"},
        {"list__jsonl": '{"email": "ana@shop.example", "first_name": "Ana"}\n'},
    ],
)
def test_a_list_of_addresses_is_keyed_by_them_and_declares_them(
    tmp_path: Path, files: dict[str, str]
) -> None:
    found = _proposed(tmp_path, **files)

    column = "E-Mail" if "E-Mail" in str(files) else "email"
    assert f"  key: {column}    # unique for each person" in found
    assert f"    email: {{column: {column}, type: email}}" in found


def test_orders_that_hold_an_address_belong_to_a_list_of_addresses(tmp_path: Path) -> None:
    found = _proposed(
        tmp_path,
        customers__csv="email,first_name\nana@shop.example,Ana\nbob@shop.example,Bob\n",
        orders__csv="order,customer_email,total\n1,ANA@shop.example,5\n2,bob@shop.example,6\n",
    )

    assert "  orders:\n    source: orders\n    profile_key: customer_email\n" in found


def test_a_list_without_a_sure_key_proposes_which_row_counts(tmp_path: Path) -> None:
    text = "email,created_at\nana@shop.example,2026-01-01\nana@shop.example,2026-02-01\n"

    assert "  winner: {newest_by: created_at}    # of several rows" in _proposed(
        tmp_path, list__csv=text
    )


def test_a_phone_as_key_is_proposed_as_personal(tmp_path: Path) -> None:
    text = "phone_id,email\n+33 1,ana@shop.example\n+33 2,bob@shop.example\n"

    assert "  key: {column: phone_id, personal: true}" in _proposed(tmp_path, list__csv=text)


def test_an_sqlite_file_is_looked_into_by_way_of_other_tables(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "shop.sqlite")
    database.executescript(
        "CREATE TABLE Client (ClientId INTEGER PRIMARY KEY, Mail TEXT);"
        "CREATE TABLE Invoice (InvoiceId INTEGER PRIMARY KEY, ClientId INTEGER REFERENCES Client (ClientId));"
        "CREATE TABLE Line (LineId INTEGER PRIMARY KEY, InvoiceId INTEGER REFERENCES Invoice (InvoiceId), Amount REAL);"
        "INSERT INTO Client VALUES (1, 'nadia@shop.example'); INSERT INTO Invoice VALUES (7, 1);"
        "INSERT INTO Line VALUES (1, 7, 9.5);"
    )
    database.commit()
    database.close()
    with open_shop(tmp_path) as shop:
        ended = shop.segue("init", "shop.sqlite", "--config", "made.yaml")
        counted = shop.segue("segments", "--config", "made.yaml", "--json")

    assert ended.code == 0
    assert [segment["members"] for segment in counted.json] == [1]
    assert (
        "    joins:\n      - {source: invoice, on: {InvoiceId: InvoiceId}}\n    profile_key: invoice.ClientId\n"
        in (tmp_path / "made.yaml").read_text(encoding="utf-8")
    )


def test_a_file_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        before = (tmp_path / "segue.yaml").read_text(encoding="utf-8")

        refused = shop.segue("init")
        forced = shop.segue("init", "--force")

    assert (refused.code, forced.code) == (2, 0)
    assert "is there already." in refused.err
    assert before not in (tmp_path / "segue.yaml").read_text(encoding="utf-8")


def test_an_empty_folder_gives_an_example_to_fill_in(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        (tmp_path / "empty").mkdir()

        ended = shop.segue("init", "empty", "--config", "made.yaml")

    assert ended.code == 0
    assert "Declare your data sources" in ended.out
    assert (tmp_path / "made.yaml").read_text(encoding="utf-8").startswith("# Segue:")


def test_a_zone_or_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        zone = shop.segue("init", "--force", "--time-zone", "Europe/Pari")
        folder = shop.segue("init", "nowhere", "--config", "made.yaml")

    assert (zone.code, folder.code) == (2, 2)
    assert "'Europe/Pari' is not a time zone" in zone.err
    assert "There is no file or folder nowhere." in folder.err


def test_names_of_files_become_names_of_sources(tmp_path: Path) -> None:

    with open_shop(tmp_path) as shop:
        (tmp_path / "Neue Kunden (1).csv").write_text(
            "id,mail\n1,pia@shop.example\n", encoding="utf-8"
        )

        shop.segue("init", "--config", "made.yaml")
        checked = shop.segue("check", "--config", "made.yaml")

    assert checked.code == 0
    assert '  neue_kunden_1: {type: csv, path: "Neue Kunden (1).csv"}' in (
        tmp_path / "made.yaml"
    ).read_text(encoding="utf-8")


EXPORT = """\
id,email,opted_out,birthday,total,placed,tags,day
1,ana@shop.example,Y,31/12,"1.234,50 €",31.12.2024 09:05,"vip, gold",01/02/2024
2,bob@shop.example,N,05/01,"12,00 €",01.02.2025 23:30,vip,03/04/2024
"""


def test_the_forms_that_values_need_are_declared_and_everything_is_read(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        (tmp_path / "segue.yaml").unlink()
        shop.write_customers(EXPORT)

        ended = shop.segue("init", "--time-zone", "Europe/Paris")
        checked = shop.segue("check")
        problems = shop.segue("profiles", "--problems", "--json").json

    text = (tmp_path / "segue.yaml").read_text(encoding="utf-8")
    assert (checked.code, problems["problems"]) == (0, [])
    assert text.partition("  attributes:\n")[2].partition("\n\n")[0] == (
        "    email: {column: email, type: email}\n"
        "    opted_out: {column: opted_out, type: boolean}\n"
        '    birthday: {column: birthday, type: birthday, personal: true, formats: ["%d/%m"]}\n'
        '    total: {column: total, type: decimal, decimal_mark: ",", thousands_mark: "."}\n'
        '    placed: {column: placed, type: timestamp, formats: ["%d.%m.%Y %H:%M"]}\n'
        "    tags: {column: tags, type: list}\n"
        "    day: {column: day, type: text}"
    )
    assert ended.out.endswith(
        "  • Declare how `day` of `customers` is written: its values do not tell the day from the month,"
        " so it stays a text.\n"
    )
    assert "consent: {attribute: opted_out}" not in text


def test_a_doubt_is_said_in_french_too(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        (tmp_path / "segue.yaml").unlink()
        shop.write_customers(EXPORT)

        ended = shop.segue("init", "--language", "fr")

    assert ended.out.endswith(
        "  • Déclarez comment `day` de `customers` est écrit\u00a0: ses valeurs ne distinguent pas le jour du mois,"
        " il reste donc un texte.\n"
    )


def test_what_names_and_dates_of_birth_hold_is_proposed_as_personal(tmp_path: Path) -> None:
    text = (
        "id,email,First,Last,Geburtstag,Tél,Last order\n"
        "1,ana@shop.example,Ana,Lee,1980-05-12,+33612345678,2026-01-05\n"
        "2,bob@shop.example,Bob,Núñez,1990-01-31,+33612345679,2026-02-01\n"
    )
    with open_shop(tmp_path) as shop:
        (tmp_path / "segue.yaml").unlink()
        shop.write_customers(text)

        shop.segue("init")

    written = (tmp_path / "segue.yaml").read_text(encoding="utf-8")
    lines = [line.strip() for line in written.splitlines() if "{column: " in line]
    assert lines[1:] == [
        "email: {column: email, type: email}",
        "first_name: {column: First, type: text, personal: true}",
        "last_name: {column: Last, type: text, personal: true}",
        "geburtstag: {column: Geburtstag, type: date, personal: true}",
        'tel: {column: "Tél", type: text, personal: true}',
        'last_order: {column: "Last order", type: date}',
    ]


def test_the_starter_file_and_what_is_to_do_are_french_for_who_reads_french(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        (tmp_path / "segue.yaml").unlink()
        _orders(tmp_path)
        (tmp_path / "alone.csv").write_text("a,b\n1,2\n", encoding="utf-8")

        ended = shop.segue("init", "--language", "fr")
        checked = shop.segue("check")

    written = (tmp_path / "segue.yaml").read_text(encoding="utf-8")
    assert checked.code == 0
    assert "# unique pour chaque personne" in written
    assert "label: Tout le monde" in written
    assert (
        "Vérifiez que `customer_id` est unique pour chaque personne dans `customers`." in ended.out
    )
    assert "Laissé de côté dans `customers`, car cela ressemble à un secret" in ended.out
    assert "`alone` est déclarée, mais rien ne la lit" in ended.out
    assert [line for line in written.splitlines() if " the " in line] == []
