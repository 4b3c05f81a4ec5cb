"""Leave out people who opted out, or were erased, under another address: a new address never makes a refusal undone."""

from __future__ import annotations

import ibis

from segue.profiles.schema import PROFILE_KEY
from segue.sync import tables
from segue.sync.kinds import WRITES, Kind, Skip
from segue.sync.tables import Table, built_once

BARRING = {
    Skip.UNSUBSCRIBED: Skip.UNSUBSCRIBED_BEFORE_MOVE,
    Skip.COMPLIANCE: Skip.UNSUBSCRIBED_BEFORE_MOVE,
    Skip.FORGOTTEN: Skip.FORGOTTEN_BEFORE_MOVE,
}
"""Why an address is held, and why its person is left out under another one. A bounce or archiving bars nobody."""


@built_once
def find_bars(words: int, key_type: str, *, tell_gone: bool) -> Table:
    """Return who must not be written because of another address of theirs: `b_sub` (the new one), `b_skip`.

    Looks at every address that the ledger knows of the person, whether somebody else wants it now or not. With
    `tell_gone` people are barred too whose only acknowledged address is gone from the audience (erased, or changed by
    the person to one that we do not know), unless the audience holds the new one.
    Reads the materialised `differences`, and `ledger`, `held`, `known`.
    """
    found = tables.differences(words, key_type)
    writes = found.filter(found.kind.isin([int(kind) for kind in sorted(WRITES)]))
    writes = writes.select("sub", "kind", "is_known", text_key=writes[PROFILE_KEY].cast("string"))
    refused = _refused(words)
    barred = writes.join(refused, writes.text_key == refused.l_key)
    barred = barred.filter(barred.sub != barred.l_sub).select(b_sub="sub", b_skip="b_skip")
    if tell_gone:
        new = writes.filter((writes.kind == int(Kind.ADD)) & ~writes.is_known)
        gone = _gone(words, new)
        left = new.join(gone, new.text_key == gone.g_key)
        left = left.filter(left.sub != left.g_sub)
        barred = barred.union(left.select(b_sub="sub", b_skip=_big(int(Skip.GONE))))
    return barred.group_by("b_sub").agg(b_skip=barred.b_skip.max())


def _refused(words: int) -> Table:
    held = tables.held().filter(lambda t: t.h_skip.isin([int(skip) for skip in BARRING]))
    cases = [(held.h_skip == int(skip), _big(bar)) for skip, bar in BARRING.items()]
    barring = held.select("h_sub", b_skip=ibis.cases(*cases, else_=_big(0)))
    ledger = tables.ledger(words)
    return ledger.join(barring, ledger.l_sub == barring.h_sub).select("l_sub", "l_key", "b_skip")


def _gone(words: int, new: Table) -> Table:
    """Return acknowledged addresses that the audience holds no more, of `new` people of whom it holds no other one of ours."""
    ledger, known = tables.ledger(words), tables.known()
    sent = ledger.filter(ledger.l_ph.notnull())
    # The few who are new are taken first: whom the audience holds is asked of them alone.
    sent = sent.semi_join(new, sent.l_key == new.text_key)
    here = sent.semi_join(known, sent.l_sub == known.k_sub).select(h_key="l_key")
    gone = sent.anti_join(known, sent.l_sub == known.k_sub).select(g_sub="l_sub", g_key="l_key")
    return gone.anti_join(here, gone.g_key == here.h_key)


def barred() -> Table:
    """The materialised result of `find_bars`."""
    return ibis.table({"b_sub": "uuid", "b_skip": "int64"}, name="bars")


@built_once
def with_bars(words: int, key_type: str) -> Table:
    """Return the differences with barred people left out."""
    before = tables.differences(words, key_type)
    bars = barred()
    found = before.left_join(bars, before.sub == bars.b_sub)
    is_barred = found.b_skip.notnull() & found.kind.isin([int(kind) for kind in sorted(WRITES)])
    return found.mutate(
        kind=ibis.cases((is_barred, _big(Kind.SKIP)), else_=found.kind),
        skip=ibis.cases((is_barred, found.b_skip), else_=found.skip),
    ).select(*before.columns)


def _big(value: int) -> ibis.expr.types.IntegerScalar:
    return ibis.literal(int(value), type="int64")
