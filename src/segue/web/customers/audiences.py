"""What the audiences hold of a customer, in words: status, tags by export, what stands in the way, and what runs did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segue.control.connections.models import Audience
from segue.control.exports import queries
from segue.control.exports.draft import engine_export
from segue.control.exports.models import Export
from segue.control.refreshes.models import Run
from segue.core.errors import ConfigurationProblem, TryLater
from segue.service.contacts_kept import InAudience, InExport, audiences_of
from segue.service.customers import Customer
from segue.service.profiles import ProfilesAtWork
from segue.shown.masking import shown_address
from segue.shown.rejected import refusal
from segue.sync.one_contact import ContactKept, Fate, HeldBack, Touched
from segue.sync.ports import ContactStatus
from segue.web.problems import Worded, worded
from segue.web.sayings import reads
from segue.words.plans import skip_words

STATUSES = {
    ContactStatus.SUBSCRIBED: gettext_lazy("Subscribed"),
    ContactStatus.UNSUBSCRIBED: gettext_lazy("Unsubscribed"),
    ContactStatus.CLEANED: gettext_lazy("Cleaned (the address bounces)"),
    ContactStatus.PENDING: gettext_lazy("Pending (has not confirmed yet)"),
    ContactStatus.TRANSACTIONAL: gettext_lazy("Transactional (receives no campaigns)"),
    ContactStatus.ARCHIVED: gettext_lazy("Archived"),
}
"""Mailchimp's statuses of contacts."""

_FATES = {
    Fate.ACCEPTED: (gettext_lazy("accepted"), "good", "good"),
    Fate.REJECTED: (gettext_lazy("rejected"), "bad", "bad"),
    Fate.NOT_SENT: (gettext_lazy("not sent, or not answered"), "warning", "warn"),
}
"""What became of a change: its word, icon and tone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """An export of the audience. `to` is "" for one that is no longer here; `obstacles` are why it leaves the customer out."""

    name: str
    to: str
    segments: Sequence[str]
    tags: Sequence[str]
    is_sure: bool
    obstacles: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """Why the customer is held back, with the next step and Mailchimp's own words, "" for none."""

    words: str
    fix: str
    said: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A run that touched the customer. `to` is "" for one that is no longer listed; `why` "" unless it was rejected."""

    to: str
    name: str
    at: datetime | None
    did: Sequence[str]
    fate: str
    icon: str
    tone: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceRow:
    """One audience. `address` is "" where the customer has none that its exports can use."""

    name: str
    address: str
    status: str
    exports: Sequence[ExportRow]
    held: Sequence[HeldRow]
    runs: Sequence[RunRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class AudiencesView:
    """The audiences of a customer; `problem` None: they could be looked up."""

    rows: Sequence[AudienceRow] = ()
    problem: Worded | None = None


def audiences_view(
    work: ProfilesAtWork, customer: Customer, *, in_full: bool, now: datetime
) -> AudiencesView:
    """Return what is kept of a customer in the audiences of all exports that have a connection."""
    rows = list(
        queries.exports()
        .filter(connection__isnull=False)
        .exclude(connection__account_id="")
        .prefetch_related("segments__segment", "fields")
    )
    asked = [(one.connection.account_id, engine_export(one)) for one in rows if one.connection]
    try:
        found = audiences_of(work, customer, asked, now=now)
    except (ConfigurationProblem, TryLater) as problem:
        return AudiencesView(problem=worded(problem))
    teller = _Teller(rows, found, customer, in_full=in_full)
    return AudiencesView(rows=[teller.audience(one) for one in found])


class _Teller:
    """Says what is kept, with the names that people gave."""

    def __init__(
        self,
        exports: Sequence[Export],
        found: Sequence[InAudience],
        customer: Customer,
        *,
        in_full: bool,
    ) -> None:
        self._exports = {one.key: one for one in exports}
        self._labels = {
            one.segment.name: one.segment.label or one.segment.name for one in customer.segments
        }
        self._in_full = in_full
        ids = [run.run_id for one in found for run in one.kept.runs]
        self._runs = {one.engine_run_id: one for one in Run.objects.filter(engine_run_id__in=ids)}
        seen = Audience.objects.filter(audience_id__in=[one.audience_id for one in found])
        self._audiences: Mapping[str, str] = dict(seen.values_list("audience_id", "name"))

    def audience(self, found: InAudience) -> AudienceRow:
        """Return one audience in words."""
        kept = found.kept
        name = self._audiences.get(found.audience_id, "")
        return AudienceRow(
            name=f"{name} ({found.audience_id})" if name else found.audience_id,
            address=shown_address(found.address, in_full=self._in_full),
            status=_status(kept),
            exports=[*self._export_rows(found)],
            held=[self._held(one) for one in kept.held],
            runs=[self._run(one) for one in kept.runs],
        )

    def _export_rows(self, found: InAudience) -> Iterator[ExportRow]:
        owned = {one.export: one for one in found.kept.owned}
        for one in found.exports:
            its = owned.pop(one.name, None)
            yield self._export(one, its.tags if its else (), is_sure=its.is_sure if its else True)
        for left in owned.values():  # of exports that were removed, detached or declared elsewhere
            known = InExport(name=left.export, segments=(), obstacles=())
            if left.tags:
                yield self._export(known, left.tags, is_sure=left.is_sure)

    def _export(self, found: InExport, tags: Sequence[str], *, is_sure: bool) -> ExportRow:
        row = self._exports.get(found.name)
        return ExportRow(
            name=row.name if row else found.name,
            to=reverse("export", kwargs={"pk": row.pk}) if row else "",
            segments=[self._labels.get(name, name) for name in found.segments],
            tags=tags,
            is_sure=is_sure,
            obstacles=[skip_words(skip, reads()) for skip in found.obstacles],
        )

    def _held(self, held: HeldBack) -> HeldRow:
        told = refusal(held.why.reason, reads()) if held.why else None
        return HeldRow(
            words=told.text if told else skip_words(held.skip, reads()),
            fix=told.fix if told else "",
            said=held.why.words if held.why else "",
            since=held.since,
            until=held.until,
        )

    def _run(self, run: Touched) -> RunRow:
        row, export = self._runs.get(run.run_id), self._exports.get(run.export)
        words, icon, tone = _FATES[run.fate]
        return RunRow(
            to=reverse("run", kwargs={"pk": row.pk}) if row else "",
            name=export.name if export else run.export,
            at=(row.started_at or row.created_at) if row else None,
            did=[*_did(run)],
            fate=str(words),
            icon=icon,
            tone=tone,
            why=refusal(run.why.reason, reads()).text if run.why else "",
        )


def _status(kept: ContactKept) -> str:
    """Return Mailchimp's status of a contact as a run read it last."""
    if kept.status is not None:
        return str(STATUSES[kept.status])
    if any(run.fate is Fate.ACCEPTED and run.was_written for run in kept.runs):
        return _("Not read yet: written by a run; the next one reads the status")
    return _("Not there, as far as the runs have seen")


def _did(run: Touched) -> Iterator[str]:
    """Yield what a run did, or wanted to do, with the contact."""
    if run.was_moved:
        yield _("change the address")
    if run.was_written:
        tags = ", ".join(run.tags_added)
        yield (_("write, with the tags %(tags)s") % {"tags": tags}) if tags else _("write")
    if run.tags_removed:
        yield _("remove the tags %(tags)s") % {"tags": ", ".join(run.tags_removed)}
