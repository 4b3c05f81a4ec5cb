"""Find people whose address changed, so that their contact is moved and not doubled. A second look at the additions."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from segue.profiles.schema import PROFILE_KEY
from segue.sync import tables
from segue.sync.kinds import Kind
from segue.sync.tables import Table, any_bit, built_once, mask_columns, without


@built_once
def find_moves(words: int, key_type: str, present: tuple[int, ...]) -> Table:
    """Return additions whose profile is acknowledged under another address that can and may be renamed.

    Only contacts that were acknowledged are renamed: others may never have been there. Not renamed are addresses that somebody wants, that another export claims, that are suppressed or gone, and contacts
    that are not subscribed yet: Mailchimp renames subscribed contacts only (Source: FACTS.md §4 #6).
    Rows: `v_sub` (new), `v_old` (old), `v_m0…` (tags acknowledged), `v_f0…` (tags there before us).
    Reads the materialised `differences` and `desired`, and `ledger`, `held`, `protected`, `pending`, `known`.
    """
    added = tables.differences(words, key_type)
    added = added.filter(added.kind == int(Kind.ADD))
    added = added.select("sub", text_key=added[PROFILE_KEY].cast("string"))
    old = _free(words, key_type, added)
    found = added.join(old, added.text_key == old.l_key)
    # One profile may have left several contacts behind: the same one is renamed in every run and on every engine.
    place = ibis.row_number().over(group_by=found.sub, order_by=ibis.asc(found.l_sub))
    first = found.mutate(place=place)
    first = first.filter(first.place == 0)
    columns: dict[str, ir.Value] = {"v_sub": first.sub, "v_old": first.l_sub}
    for word in range(words):
        columns[f"v_m{word}"] = first[f"l_m{word}"] & _big(present[word])
        columns[f"v_f{word}"] = first[f"f_m{word}"].fill_null(_big(0))
    return first.select(**columns)


def _free(words: int, key_type: str, added: Table) -> Table:
    """Return the ledger's rows of the `added` profiles whose contact may be renamed."""
    ledger, desired, pending = (
        tables.ledger(words),
        tables.desired(words, key_type),
        tables.pending(),
    )
    wanted = desired.filter(desired.state == 0).select(w_sub=desired.sub)
    # Each line takes contacts away whose rename could harm somebody else; none may be left out because another stands.
    old = ledger.filter(ledger.l_ph.notnull())
    old = old.semi_join(added, old.l_key == added.text_key)
    # Somebody else has the old address now: renaming its contact would give their history away.
    old = old.anti_join(wanted, old.l_sub == wanted.w_sub)
    old = old.anti_join(pending, old.l_sub == pending.p_sub)
    known = tables.known()
    old = old.semi_join(known, old.l_sub == known.k_sub)
    held, protected = tables.held(), tables.protected(words)
    old = old.left_join(held, old.l_sub == held.h_sub)
    # A hold by what was sent ends when something else is sent; any other is the person's own word, and a new address
    # must not carry somebody past it.
    old = old.filter(old.h_skip.isnull() | old.h_ph.notnull())
    old = old.left_join(protected, old.l_sub == protected.o_sub)
    claimed = any_bit([old[name].fill_null(_big(0)) for name in mask_columns("o_m", words)])
    return old.filter(~claimed)


def moved_table(words: int) -> Table:
    """The materialised result of `find_moves`."""
    masks = [*mask_columns("v_m", words), *mask_columns("v_f", words)]
    columns = {"v_sub": "uuid", "v_old": "uuid"} | dict.fromkeys(masks, "int64")
    return ibis.table(ibis.schema(columns), name="moves")


@built_once
def with_moves(words: int, key_type: str) -> Table:
    """Return the differences with moves told apart from additions, and without the old addresses' leaving."""
    before, moved = tables.differences(words, key_type), moved_table(words)
    going = moved.view()
    kept = before.anti_join(going, before.sub == going.v_old)
    found = kept.left_join(moved, kept.sub == moved.v_sub)
    moves = found.v_old.notnull() & (found.kind == int(Kind.ADD))
    changed: dict[str, ir.Value] = {
        "kind": ibis.cases((moves, _big(Kind.MOVE)), else_=found.kind),
        "old_sub": ibis.cases((moves, found.v_old), else_=ibis.null("uuid")),
        **_masks(found, moves, words),
    }
    return found.select(**{name: changed.get(name, found[name]) for name in before.columns})


# All wanted tags are sent with a move: where the new address has a contact of its own, that one lacks the old one's tags.
def _masks(found: Table, moves: ir.BooleanValue, words: int) -> dict[str, ir.Value]:
    columns: dict[str, ir.Value] = {}
    for word in range(words):
        wanted, had = found[f"m{word}"], found[f"v_m{word}"]
        gone = without(had, wanted)
        clear = without(gone, found[f"v_f{word}"])
        columns[f"set{word}"] = ibis.cases((moves, wanted), else_=found[f"set{word}"])
        columns[f"gain{word}"] = ibis.cases(
            (moves, without(wanted, had)), else_=found[f"gain{word}"]
        )
        columns[f"clear{word}"] = ibis.cases((moves, clear), else_=found[f"clear{word}"])
        columns[f"rel{word}"] = ibis.cases((moves, without(gone, clear)), else_=found[f"rel{word}"])
    return columns


def _big(value: int) -> ir.IntegerScalar:
    return ibis.literal(int(value), type="int64")
