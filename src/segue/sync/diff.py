"""Compare the desired state with the ledger: one full join on one nullable key, one row for everybody who differs.

Whether somebody must not be written (`held`) and which tags must stay (`protected`) is decided in the same pass, so
that no later step can forget it.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from segue.profiles.schema import PROFILE_KEY
from segue.sync import tables
from segue.sync.kinds import Kind, Skip
from segue.sync.own_people import is_own_key
from segue.sync.tables import Table, any_bit, built_once, mask_columns, without


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the comparison must respect.

    `present` are the tags that the audience still holds (one integer per mask column): a tag that somebody deleted
    there is no longer acknowledged. `full` writes everybody wanted again. `tell_known` False: the audience was never
    read in full, so nobody can be told to be known, or gone. `tell_gone` False: it was not read since the last run, which
    may have put people there, so that nobody is gone for not having been seen. `has_renamed`: contacts of ours got other
    addresses.
    """

    words: int
    present: tuple[int, ...]
    full: bool = False
    tell_known: bool = True
    tell_gone: bool = True
    has_protected: bool = True
    has_renamed: bool = False


@built_once
def differences(desired: Table, rules: Rules) -> Table:
    """Return the rows of `tables.differences` without moves: `old_sub` are leavers whose contact got another address (`sub`)."""
    joined = _joined(desired, rules)
    masked = _with_masks(joined, rules)
    decided = _with_kind(masked, rules)
    noted = (decided.kind == int(Kind.SKIP)) & decided.jk.notnull()
    noted = noted & (decided.l_sub.isnull() | _has_profile_now(decided))
    noted = noted & decided.h_skip.isin(
        [int(s) for s in (Skip.UNSUBSCRIBED, Skip.FORGOTTEN, Skip.COMPLIANCE)]
    )
    final = decided.mutate(
        noted=noted,
        sub=decided.sub.coalesce(decided.r_new, decided.l_sub),
        old_sub=ibis.cases((decided.r_new.notnull(), decided.l_sub), else_=ibis.null("uuid")),
        settles=ibis.literal(False),
    )
    columns = [
        PROFILE_KEY,
        "sub",
        "ph",
        "kind",
        "skip",
        "noted",
        "is_known",
        "is_acknowledged",
        "is_sure",
        "settles",
        "old_sub",
        "l_address",
    ]
    for prefix in ("m", "set", "gain", "clear", "rel"):
        columns += mask_columns(prefix, rules.words)
    return final.filter((final.kind != int(Kind.SAME)) & final.kind.notnull()).select(*columns)


def _has_profile_now(decided: Table) -> ir.BooleanValue:
    """Return who was on a list only when the ledger last heard of them: what they said is the profile's from now on."""
    key = decided[PROFILE_KEY].cast("string")
    return (is_own_key(decided.l_key) & ~is_own_key(key)).fill_null(False)


def _joined(desired: Table, rules: Rules) -> Table:
    wanted = desired.mutate(
        jk=ibis.cases((desired.state == 0, desired.sub), else_=ibis.null("uuid"))
    )
    joined = wanted.outer_join(
        tables.ledger(rules.words), wanted.jk == tables.ledger(rules.words).l_sub
    )
    joined = _with_renamed(joined, desired) if rules.has_renamed else joined.mutate(r_new=_no_one())
    joined = joined.mutate(at=joined.jk.coalesce(joined.r_new, joined.l_sub))
    held = tables.held()
    joined = joined.left_join(held, joined["at"] == held.h_sub)
    if rules.has_protected:
        protected = tables.protected(rules.words)
        joined = joined.left_join(protected, joined["at"] == protected.o_sub)
        if rules.has_renamed:
            joined = _protected_before(joined, rules.words)
    if rules.tell_known:
        known = tables.known()
        joined = joined.left_join(known, joined["at"] == known.k_sub)
    if not rules.tell_known:
        return joined.mutate(is_known=ibis.literal(True), is_gone=ibis.literal(False))
    is_known = joined.k_sub.notnull()
    if not rules.tell_gone:
        return joined.mutate(is_known=is_known, is_gone=ibis.literal(False))
    # Acknowledged, and no longer there in any status: erased, or renamed by the person. Never written anew.
    return joined.mutate(is_known=is_known, is_gone=joined.l_ph.notnull() & ~is_known)


def _no_one() -> ir.UUIDValue:
    return ibis.null("uuid")


def _with_renamed(joined: Table, desired: Table) -> Table:
    """Add `r_new`, the present address of leavers who got another one at Mailchimp.

    Whose present address is wanted has not left: their contact goes on as that of the new address.
    """
    wanted = desired.filter(desired.state == 0).select(w_sub=desired.sub)
    renamed = tables.renamed()
    free = renamed.anti_join(wanted, renamed.r_new == wanted.w_sub)
    left = ibis.cases((joined.jk.isnull(), joined.l_sub), else_=_no_one())
    return joined.mutate(left=left).left_join(free, ibis._.left == free.r_old).drop("left", "r_old")


def _protected_before(joined: Table, words: int) -> Table:
    """Add what must stay on a contact that got another address, by what is known of it under the one before."""
    claims = tables.protected(words).view()
    names = [*mask_columns("o_m", words), *mask_columns("f_m", words)]
    claims = claims.select(b_sub=claims.o_sub, **{f"b_{name}": claims[name] for name in names})
    known = ibis.cases((joined.r_new.notnull(), joined.l_sub), else_=_no_one())
    both = joined.mutate(b_at=known).left_join(claims, ibis._.b_at == claims.b_sub)
    zero = _big(0)
    kept = {name: both[name].fill_null(zero) | both[f"b_{name}"].fill_null(zero) for name in names}
    return both.mutate(**kept).drop("b_at", "b_sub", *(f"b_{name}" for name in names))


def _with_masks(joined: Table, rules: Rules) -> Table:
    """Compute per mask column: set (to send), gain (those of them that the ledger lacks), clear (to take away by a call),
    rel (to give up without one)."""
    is_sure = joined.l_ph.notnull() & (joined.l_ph != ibis.literal(tables.UNSURE, type="uuid"))
    columns: dict[str, ir.Value] = {
        "is_acknowledged": joined.l_ph.notnull(),
        "is_sure": is_sure.fill_null(False),
    }
    for word in range(rules.words):
        wanted = ibis.cases((joined.state == 0, joined[f"m{word}"]), else_=_big(0))
        owned = joined[f"l_m{word}"].fill_null(_big(0))
        # A tag that the audience lacks, or that somebody took off the contact, is ours still but no longer there.
        carried = without(
            owned & _big(rules.present[word]), joined[f"l_x{word}"].fill_null(_big(0))
        )
        there = ibis.cases((is_sure, carried), else_=_big(0))
        gone = without(owned, wanted)
        removable = ibis.cases((joined.is_gone, _big(0)), else_=gone & carried)
        if rules.has_protected:
            for kept in (f"o_m{word}", f"f_m{word}"):
                removable = without(removable, joined[kept].fill_null(_big(0)))
        columns[f"m{word}"] = wanted
        columns[f"set{word}"] = wanted if rules.full else without(wanted, there)
        columns[f"gain{word}"] = without(
            wanted, ibis.cases((joined.l_ph.notnull(), owned), else_=_big(0))
        )
        columns[f"clear{word}"] = removable
        columns[f"rel{word}"] = without(gone, removable)
    return joined.mutate(**columns)


def _with_kind(masked: Table, rules: Rules) -> Table:
    def bits(prefix: str) -> ir.BooleanValue:
        return any_bit([masked[name] for name in mask_columns(prefix, rules.words)])

    is_member = masked.state.notnull()
    is_blocked = masked.h_skip.notnull() & (
        masked.h_ph.isnull() | (masked.h_ph == masked.ph).fill_null(False)
    )
    differs = masked.l_ph != masked.ph
    # The address has another owner now: whom an opt-out or a change of address concerns must be known.
    differs = differs | (masked.l_key != masked[PROFILE_KEY].cast("string"))
    if rules.full:
        differs = ibis.literal(True)
    # The first that holds counts, and the order is the safety: whoever must not be written (no consent, opted out, held,
    # gone) is settled before anything is asked about adding, so that no change of data can bring them back.
    kind = ibis.cases(
        ((masked.state != 0).fill_null(False), int(Kind.SKIP)),
        (is_blocked & is_member, int(Kind.SKIP)),
        (is_blocked, int(Kind.SAME)),
        (masked.is_gone & is_member, int(Kind.SKIP)),
        (is_member & masked.l_ph.isnull(), int(Kind.ADD)),
        (~is_member & bits("clear"), int(Kind.LEAVE)),
        (~is_member & bits("rel"), int(Kind.RELEASE)),
        (~is_member, int(Kind.SAME)),
        (differs, int(Kind.UPDATE)),
        (bits("set"), int(Kind.TAG)),
        (bits("clear"), int(Kind.UNTAG)),
        (bits("rel"), int(Kind.RELEASE)),
        else_=int(Kind.SAME),
    ).cast("int64")
    skip = ibis.cases(
        ((masked.state != 0).fill_null(False), masked.state),
        (is_blocked, masked.h_skip),
        (masked.is_gone & is_member, _big(int(Skip.GONE))),
        else_=_big(0),
    )
    return masked.mutate(kind=kind, skip=skip)


def _big(value: int) -> ir.IntegerScalar:
    return ibis.literal(value, type="int64")
