"""Find exports whose last successful run reached nobody, by the figures of its plan.

"Reached" are the people who are in the audience because of the export when the run is over: wanted, less those left out
because of what Mailchimp says of them, less those rejected. Changes alone do not tell: an unchanged audience needs none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from segue.control.notices import places
from segue.control.notices.models import NoticeKind
from segue.control.notices.states import State, Values, attached_exports
from segue.control.refreshes.models import Run
from segue.control.statuses import GOOD
from segue.sync.kinds import Skip


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a stored plan that tell whom it reaches; the others are not read."""

    members: int
    wanted: int
    acknowledged: int
    skips: dict[int, int] = {}

    @property
    def left_out(self) -> int:
        """Return how many wanted people Mailchimp's own word leaves out."""
        return sum(count for skip, count in self.skips.items() if skip >= Skip.UNSUBSCRIBED)

    @property
    def had_people(self) -> bool:
        """Return whether there was anybody: in the segments, or in the audience from earlier runs."""
        return self.members + self.acknowledged > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Nobody:
    """An export that reached nobody. `had_people`: it might have, which is what makes it worth telling."""

    state: State
    had_people: bool


def reached_nobody() -> Iterator[Nobody]:
    """Find them. A run that wrote anybody reached somebody, so that only the plans of the others are read."""
    exports = attached_exports().filter(last_status__in=GOOD).values("last_run_id")
    suspects = Run.objects.filter(pk__in=exports, created=0, updated=0, moved=0)
    columns = ("pk", "export_id", "export__name", "finished_at", "rejected", "paper__plan")
    for pk, export_id, name, finished_at, rejected, plan in suspects.values_list(*columns):
        figures = msgspec.json.decode(plan, type=Figures) if plan else None
        if figures is None or figures.wanted - figures.left_out - rejected > 0:
            continue
        state = State(
            kind=NoticeKind.EXPORTED_NOBODY,
            subject_key=places.export_key(export_id),
            subject_name=name,
            path=places.run_path(pk),
            since=finished_at,
            values=_values(figures),
        )
        yield Nobody(state=state, had_people=figures.had_people)


def _values(figures: Figures) -> Values:
    if not figures.members:
        code = "no_members"
    else:
        code = "nobody_wanted" if not figures.wanted else "everybody_left_out"
    return {"code": code, "members": figures.members}
