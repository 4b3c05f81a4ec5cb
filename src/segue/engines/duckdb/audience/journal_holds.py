"""The holds of one audience in its journal: who is held back, for which export, why and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from segue.engines.duckdb.audience.journal_rows import Rows, batched
from segue.sync.kinds import Skip
from segue.sync.ports import Reason, Rejection
from segue.sync.suppression import Hold, is_over, may_be_lifted

COLUMNS = (
    *("export", "sub", "skip", "ph", "until", "tries"),
    *("since", "rules", "reason", "field", "words"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptHold:
    """A hold with the fields' hash (32 hex digits) during which it holds; None: whatever the fields are.

    `since` is when it began and `rejection` what it came from, None in holds of earlier versions. One that has a
    fields' hash ends when the audience's rules are others than `rules`; None: it is not known under which it began.
    """

    hold: Hold
    fields_hash: str | None
    since: datetime | None = None
    rules: str | None = ""
    rejection: Rejection | None = None


class Held:
    """The part of a journal that keeps holds."""

    _rows: Rows

    def tries(self, rejection: Rejection) -> int:
        """Return how often this contact was held before."""
        found = self._rows.found("hold", ("tries",), {"sub": rejection.subscriber_hash})
        return max((row[0] for row in found), default=0)

    def hold(self, kept: KeptHold, *, export: str) -> None:
        """Hold a contact back: for one export while its fields stay, otherwise for the whole audience."""
        hold, why = kept.hold, kept.rejection
        row = {
            "export": export if hold.while_fields else "",
            "sub": hold.subscriber_hash,
            "skip": int(hold.skip),
            "ph": kept.fields_hash if hold.while_fields else None,
            "until": hold.until.isoformat() if hold.until else None,
            "tries": hold.tries,
            "since": kept.since.isoformat() if kept.since else None,
            "rules": kept.rules,
            "reason": why.reason.value if why else None,
            "field": why.field if why else None,
            "words": why.words if why else None,
        }
        self._rows.put("hold", [row])

    def release(self, subs: Sequence[str], *, export: str) -> None:
        """Forget holds of these contacts, those of the export and those of the whole audience, but for people who said no."""
        lifted = tuple(int(skip) for skip in Skip if may_be_lifted(skip))
        for some in batched(subs):
            self._rows.remove("hold", {"sub": some, "export": ("", export), "skip": lifted})

    def held_for(self, export: str) -> Sequence[str]:
        """Return whose holds concern an export, whether their time is over or not."""
        rows = self._rows.found("hold", ("sub",), {"export": ("", export)})
        return sorted({row[0] for row in rows})

    def holds(self, *, export: str, now: datetime, was: str = "") -> Sequence[KeptHold]:
        """Return the holds for this export whose time is not over, one a contact: the audience's own wins.

        `was` is the name that the export had before, "" for none.
        """
        rows = self._rows.found("hold", COLUMNS, {"export": ("", export, was or export)})
        kept = [_kept_hold(*row) for row in sorted(rows, key=itemgetter(0, 1), reverse=True)]
        return list(
            {one.hold.subscriber_hash: one for one in kept if not is_over(one.hold, now)}.values()
        )

    def holds_of(self, sub: str, *, now: datetime) -> Sequence[tuple[str, KeptHold]]:
        """Return the holds of one contact whose time is not over, each with its export, "" for the whole audience."""
        rows = self._rows.found("hold", COLUMNS, {"sub": sub}, order=("export",))
        kept = [(str(row[0]), _kept_hold(*row)) for row in rows]
        return [(export, one) for export, one in kept if not is_over(one.hold, now)]

    def _one(self, table: str, columns: Sequence[str], **where: Any) -> tuple[Any, ...] | None:
        return next(iter(self._rows.found(table, columns, where)), None)


def _kept_hold(export: str, sub: str, skip: int, ph: str | None, *more: Any) -> KeptHold:
    until, tries, since, rules, reason, field, words = more
    why = Rejection(
        subscriber_hash=sub, reason=Reason(reason or "other"), field=field or "", words=words or ""
    )
    return KeptHold(
        hold=Hold(
            subscriber_hash=sub,
            skip=Skip(skip),
            while_fields=bool(export),
            until=datetime.fromisoformat(until) if until else None,
            tries=tries,
        ),
        fields_hash=ph,
        since=datetime.fromisoformat(since) if since else None,
        rules=rules,
        rejection=why if reason else None,
    )
