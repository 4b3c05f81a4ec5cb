"""Find exports that leave people out because of earlier refusals of Mailchimp's, by the figures of their last plan."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from segue.control.notices import places
from segue.control.notices.models import NoticeKind
from segue.control.notices.states import State, attached_exports
from segue.control.refreshes.models import Run
from segue.control.statuses import GOOD
from segue.sync.kinds import held_of


class Skips(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a stored plan leaves out, people by reason; its other figures are not read."""

    skips: dict[int, int] = {}


def held_back() -> Iterator[State]:
    """Find them. A run that left nobody out holds nobody back, so that only the plans of the others are read."""
    exports = attached_exports().filter(last_status__in=GOOD).values("last_run_id")
    suspects = Run.objects.filter(pk__in=exports, skipped__gt=0)
    columns = ("pk", "export_id", "export__name", "finished_at", "paper__plan")
    for pk, export_id, name, finished_at, plan in suspects.values_list(*columns):
        held = held_of(msgspec.json.decode(plan, type=Skips).skips) if plan else 0
        if held:
            yield State(
                kind=NoticeKind.PEOPLE_HELD,
                subject_key=places.export_key(export_id),
                subject_name=name,
                path=places.run_path(pk),
                since=finished_at,
                values={"people": held},
            )
