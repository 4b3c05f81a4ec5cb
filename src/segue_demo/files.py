"""Write the shop's files: the customer list as CSV, the till as an SQLite database, the audience to begin with."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, fields
from pathlib import Path
from random import Random

from segue.core.emails import canonical
from segue_demo.people import Customer, Order

AUDIENCE = "f00dca5e01"
COLLEAGUES_TAG = "Trade fair Lyon"


def write_customers(path: Path, customers: Iterable[Customer]) -> None:
    """Write the customer list, separated by semicolons."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow([field.name for field in fields(Customer)])
        writer.writerows(asdict(customer).values() for customer in customers)


def write_orders(path: Path, orders: Iterable[Order]) -> int:
    """Add orders to the till's database, which is made when it is missing. Returns how many."""
    rows = [
        (o.id, o.customer_id, o.placed_at.isoformat(" "), o.category, o.status, float(o.total))
        for o in orders
    ]
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL,"
            " placed_at TEXT NOT NULL, category TEXT NOT NULL, status TEXT NOT NULL, total REAL NOT NULL)"
        )
        database.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", rows)
    return len(rows)


def rename_category(path: Path, old: str, new: str) -> int:
    """Rename a category in every order of the till. Returns how many orders were changed."""
    with closing(sqlite3.connect(path)) as database, database:
        return database.execute(
            "UPDATE orders SET category = ? WHERE category = ?", (new, old)
        ).rowcount


def write_audience(path: Path, customers: Sequence[Customer], chance: Random) -> int:
    """Write the audience to begin with: one customer in twenty is there already. Returns how many."""
    known = {
        address: customer
        for customer in chance.sample(customers, len(customers) // 20)
        if (address := canonical(customer.email).address)
    }
    contacts = [_contact(address, customer, chance) for address, customer in known.items()]
    audience = {"id": AUDIENCE, "name": "Larkspur & Daughters", "contacts": contacts}
    path.write_text(json.dumps({"audiences": [audience]}, ensure_ascii=False), encoding="utf-8")
    return len(contacts)


def _contact(address: str, customer: Customer, chance: Random) -> dict[str, object]:
    statuses = ("subscribed", "unsubscribed", "cleaned", "archived")
    return {
        "email": address,
        "status": chance.choices(statuses, weights=(70, 18, 7, 5))[0],
        "tags": [COLLEAGUES_TAG] if chance.random() < 0.2 else [],
        "merge_fields": {"FNAME": customer.first_name, "LNAME": customer.last_name},
    }
