"""Read exports: lists, what uses what, who may do what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from segue.control.connections.models import AudienceCount, Connection
from segue.control.connections.queries import usable_by, why_unusable
from segue.control.exports import policy
from segue.control.exports.models import Export, FirstRun, ScheduleMode
from segue.control.folding import Folded, holds
from segue.control.people.models import Person
from segue.control.segments.models import Segment
from segue.control.segments.queries import exportable_segments
from segue.control.sources.queries import attributes, current_definition
from segue.control.statuses import Status
from segue.profiles.schema import AttributeType

GRAVITY = (
    Status.FAILED,
    Status.NEEDS_APPROVAL,
    Status.FAILED_RETRYING,
    Status.SKIPPED,
    Status.CANCELED,
    Status.PROCESSING,
    Status.REFRESHING,
    Status.QUEUED,
    Status.READ_WITH_PROBLEMS,
    Status.SUCCESSFUL_WITH_SKIPS,
    Status.SUCCESSFUL,
    Status.NOT_STARTED,
)
"""Statuses of last runs, those that need somebody first."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before any run: what never ran sorts like what ran longest ago."""

NEVER_COUNTED = -1
"""Fewer than none: contacts that nobody counted sort before any number of them."""


def exports() -> QuerySet[Export]:
    """Return the living exports, by name, with their connections and export users."""
    return Export.objects.filter(removed_at=None).select_related(
        "connection", "connection__export_user"
    )


def editable(person: Person, chosen: Sequence[Export]) -> list[Export]:
    """Return those of the exports that the person may change and run."""
    return [export for export in chosen if policy.edit_export.test(person, export)]


def chosen(keys: Sequence[int]) -> QuerySet[Export]:
    """Return the living exports among these keys."""
    return exports().filter(pk__in=keys).prefetch_related("segments__segment")


def searched(rows: QuerySet[Export], text: str) -> QuerySet[Export]:
    """Return the exports whose name, connection or audience holds the text."""
    named = holds(text, "name", "connection__display_name", "audience_name")
    return rows.filter(named | Q(audience_id__iexact=text))


def ranked(rows: QuerySet[Export], person: Person) -> QuerySet[Export]:
    """Let the exports be sorted by more than their columns: the gravest status, the schedule, the permission first."""
    return rows.alias(
        name_folded=Folded("name"),
        connection_name=Folded(Coalesce("connection__display_name", Value(""))),
        audience_folded=Folded(Coalesce("audience_name", "audience_id")),
        contacts=Coalesce(_contacts(), Value(NEVER_COUNTED)),
        status_rank=_status_rank(),
        schedule_rank=Case(
            When(schedule_is_on=False, then=Value(2)),
            When(schedule_mode=ScheduleMode.OWN, then=Value(1)),
            default=Value(0),
        ),
        refreshed_or_never=Coalesce("refreshed_at", Value(NEVER)),
        permission_rank=_permission_rank(person),
    )


def gravest_first() -> QuerySet[Export]:
    """Return the living exports, those whose last runs need somebody first, then by name."""
    return exports().order_by(_status_rank(), Folded("name"), "pk")


def _status_rank() -> Case:
    return Case(
        *(When(last_status=status, then=Value(rank)) for rank, status in enumerate(GRAVITY)),
        default=Value(len(GRAVITY)),
    )


def contacts_by_export(rows: Sequence[Export]) -> Mapping[int, int | None]:
    """Return what is known of the contacts of the exports' audiences, by the export's key; None: never counted."""
    known = Export.objects.filter(pk__in=[export.pk for export in rows]).annotate(
        contacts=_contacts()
    )
    return dict(known.values_list("pk", "contacts"))


def _contacts() -> Subquery:
    """Say by the database what is known of the contacts of an export's audience."""
    mine = {"account_id": OuterRef("account_id"), "audience_id": OuterRef("audience_id")}
    newest = AudienceCount.objects.filter(**mine).order_by("-day")
    return Subquery(newest.values("contacts")[:1])


def _permission_rank(person: Person) -> Case:
    """Say by the database what `policy.edit_export` says: 0 for exports that the person may edit, 1 for the others."""
    if person.is_administrator:
        editable = Q(pk__isnull=False)
    elif person.is_contributor:
        editable = Q(connection=None) | Q(connection__is_shared=True)
    else:
        editable = Q(pk__isnull=True)
    return Case(When(editable, then=Value(0)), default=Value(1))


class Prerequisite(StrEnum):
    """What must be there before an export can be set up, in the order of making it."""

    DEFINITION = "definition"
    EMAIL_ATTRIBUTE = "email_attribute"
    SEGMENT = "segment"
    CONNECTION = "connection"


def missing_prerequisites(person: Person) -> Sequence[Prerequisite]:
    """Return what is still missing before this person can set up an export."""
    missing = []
    if current_definition() is None:
        missing.append(Prerequisite.DEFINITION)
    elif not attributes(AttributeType.EMAIL):
        missing.append(Prerequisite.EMAIL_ATTRIBUTE)
    if not exportable_segments().exists():
        missing.append(Prerequisite.SEGMENT)
    if not usable_by(person):
        missing.append(Prerequisite.CONNECTION)
    return missing


def of_connection(connection: Connection) -> QuerySet[Export]:
    """Return the exports that use a connection."""
    return exports().filter(connection=connection)


def of_segment(segment: Segment) -> QuerySet[Export]:
    """Return the exports that choose a segment."""
    return exports().filter(segments__segment=segment)


def on_audience(account_id: str, audience_id: str) -> QuerySet[Export]:
    """Return the exports that fill one audience."""
    return exports().filter(account_id=account_id, audience_id=audience_id)


def claimless_beside(export: Export) -> frozenset[str]:
    """Return the keys of exports that own no tags in the export's audience: removed ones, and those of other audiences.

    A detached export keeps what it owns, for whoever attaches a connection again.
    """
    there = Q(removed_at=None, account_id=export.account_id, audience_id=export.audience_id)
    return frozenset(Export.objects.exclude(there).values_list("key", flat=True))


def with_every_refresh() -> QuerySet[Export]:
    """Return the exports that run with the system refresh: scheduled so, and attached."""
    return exports().filter(
        schedule_is_on=True, schedule_mode=ScheduleMode.EVERY_REFRESH, connection__isnull=False
    )


def with_active_schedule() -> QuerySet[Export]:
    """Return the exports that *Run all* runs: those with an active schedule, whichever, that are attached."""
    rows = exports().filter(schedule_is_on=True, connection__isnull=False)
    return rows.prefetch_related("segments__segment")


def due(now: datetime) -> QuerySet[Export]:
    """Return the exports whose own schedule has come round."""
    return exports().filter(
        Q(connection__isnull=False),
        schedule_is_on=True,
        schedule_mode=ScheduleMode.OWN,
        next_run_at__lte=now,
    )


def waits_for_approval(export: Export) -> bool:
    """Tell whether the export has not run yet, so that its first plan waits until somebody approves it."""
    return export.refreshed_at is None and export.first_run == FirstRun.APPROVE


def why_not_runnable(export: Export) -> str | None:
    """Return the code of what keeps the export from running; None: it can."""
    if export.removed_at is not None:
        return "export_removed"
    if export.connection is None:
        return "export_detached"
    unusable = why_unusable(export.connection)
    if unusable is not None:
        return unusable.value
    chosen = [one.segment for one in export.segments.all()]
    if any(segment.removed_at is not None for segment in chosen):
        return "segment_removed"
    if any(not segment.is_active for segment in chosen):
        return "segment_inactive"
    return None


def run_by_all(person: Person) -> list[Export]:
    """Return the exports that *Run all* starts for this person: an active schedule, and nothing in their way."""
    chosen = editable(person, list(with_active_schedule()))
    return [one for one in chosen if why_not_runnable(one) is None]
