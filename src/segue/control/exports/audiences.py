"""Read which audiences exports fill, and how many contacts each had lately. A few queries, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Q

from segue.control.connections.models import AudienceCount
from segue.control.connections.queries import TREND_DAYS
from segue.control.exports.models import Export
from segue.core.folding import folded


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledAudience:
    """An audience that exports fill. `counts` are its contacts of the last days, oldest first; empty: never counted.

    The last one is what is known of it now, however old it is.
    """

    name: str
    audience_id: str
    exports: int
    counts: Sequence[AudienceCount]


def filled_audiences(*, today: date, most: int) -> list[FilledAudience]:
    """Return the audiences that most living exports fill, at most `most` of them, by name."""
    living = Export.objects.filter(removed_at=None).exclude(account_id="")
    grouped = living.order_by().values("account_id", "audience_id")
    used = list(
        grouped.annotate(name=Max("audience_name"), exports=Count("pk")).order_by(
            "-exports", "name", "audience_id"
        )[:most]
    )
    counts = _counts([(one["account_id"], one["audience_id"]) for one in used], today)
    found = [
        FilledAudience(
            name=one["name"] or one["audience_id"],
            audience_id=one["audience_id"],
            exports=one["exports"],
            counts=counts.get((one["account_id"], one["audience_id"]), []),
        )
        for one in used
    ]
    return sorted(found, key=lambda one: folded(one.name))


def _counts(
    pairs: Sequence[tuple[str, str]], today: date
) -> dict[tuple[str, str], list[AudienceCount]]:
    if not pairs:
        return {}
    since = today - timedelta(days=TREND_DAYS)
    found: dict[tuple[str, str], list[AudienceCount]] = {}
    for count in AudienceCount.objects.filter(_any_of(pairs), day__gt=since).order_by("day"):
        found.setdefault((count.account_id, count.audience_id), []).append(count)
    old = [pair for pair in pairs if pair not in found]
    return {**found, **_last_counts(old)}


def _last_counts(pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[AudienceCount]]:
    """Return what is known of audiences that were not counted lately: the newest count of each, however old."""
    counts = AudienceCount.objects.filter(_any_of(pairs)).order_by()
    newest = counts.values("account_id", "audience_id").annotate(last=Max("day"))
    of_day = Q(pk__in=())
    for one in newest if pairs else ():
        of_day |= Q(account_id=one["account_id"], audience_id=one["audience_id"], day=one["last"])
    rows = AudienceCount.objects.filter(of_day)
    return {(one.account_id, one.audience_id): [one] for one in rows}


def _any_of(pairs: Sequence[tuple[str, str]]) -> Q:
    wanted = Q(pk__in=())
    for account_id, audience_id in pairs:
        wanted |= Q(account_id=account_id, audience_id=audience_id)
    return wanted
