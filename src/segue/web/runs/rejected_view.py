"""The rejected contacts of a run: counts by reason for everybody, people by page for those who may see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import overload

from django.core.paginator import Page, Paginator

from segue.control.refreshes.models import Run
from segue.core.errors import ConfigurationProblem
from segue.core.folding import folded
from segue.service.previews import rejected_contacts
from segue.shown.masking import shown_address
from segue.shown.rejected import refusal
from segue.sync.people import RejectedContact
from segue.sync.report import RunReport
from segue.web.lists import ROWS
from segue.web.problems import Worded, words_of
from segue.web.sayings import reads
from segue.words.refusals import Explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """What somebody looks at. `search` is personal, so it never stands in an address; `in_full` shows addresses."""

    reason: str = ""
    search: str = ""
    in_full: bool = False
    page: str = "1"

    @property
    def is_personal(self) -> bool:
        """Whether this looks at single people by name: such a look is written down."""
        return self.in_full or bool(self.search)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRow:
    """Why some were rejected, how to fix it, and how many."""

    code: str
    words: Explanation
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One rejected contact as it may be shown."""

    address: str
    profile_key: str
    words: Explanation
    field: str
    said: str
    held_since: datetime | None
    held_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedView:
    """The rejected contacts. `page` None: this reader does not see people, or they are no longer kept (`gone`).

    `held` counts people who were left out because of a refusal in an earlier run; the page lists them too.
    """

    reasons: Sequence[ReasonRow]
    looking: Looking
    held: int = 0
    page: Page[PersonRow] | None = None
    gone: Worded | None = None


def rejected_view(
    run: Run, report: RunReport | None, looking: Looking, *, with_people: bool
) -> RejectedView:
    """Return what the page shows of the rejected contacts of a run."""
    counts = report.outcomes.rejected if report else {}
    reasons = [
        ReasonRow(code=reason.value, words=refusal(reason, reads()), people=people)
        for reason, people in sorted(counts.items(), key=lambda item: -item[1])
    ]
    held = report.plan.held + report.plan.gone if report else 0
    view = RejectedView(reasons=reasons, looking=looking, held=held)
    if not with_people or not (reasons or held):
        return view
    known = sum(row.people for row in reasons if looking.reason in ("", row.code))
    is_known = not looking.search and not held
    try:
        found = _Matches(lambda: rejected_contacts(run), looking, known if is_known else None)
        return replace(view, page=Paginator(found, ROWS).get_page(looking.page))
    except ConfigurationProblem as problem:
        return replace(view, gone=words_of(problem.code, problem.message, problem.action))


class _Matches(Sequence[PersonRow]):
    """The contacts that fit, as a paginator wants them: counted, and read only as far as the asked page."""

    def __init__(
        self, read: Callable[[], Iterator[RejectedContact]], looking: Looking, known: int | None
    ) -> None:
        self._read, self._looking, self._known = read, looking, known

    def __len__(self) -> int:
        if self._known is None:
            self._known = sum(1 for _contact in self._fitting())
        return self._known

    @overload
    def __getitem__(self, which: int) -> PersonRow: ...

    @overload
    def __getitem__(self, which: slice) -> Sequence[PersonRow]: ...

    def __getitem__(self, which: int | slice) -> PersonRow | Sequence[PersonRow]:
        if isinstance(which, int):
            return self[which : which + 1][0]
        found = islice(self._fitting(), which.start, which.stop)
        return [_person_row(contact, in_full=self._looking.in_full) for contact in found]

    def _fitting(self) -> Iterator[RejectedContact]:
        reason, search = self._looking.reason, folded(self._looking.search)
        for contact in self._read():
            if reason in ("", contact.reason.value) and (
                not search or search in folded(f"{contact.address} {contact.profile_key}")
            ):
                yield contact


def _person_row(contact: RejectedContact, *, in_full: bool) -> PersonRow:
    return PersonRow(
        address=shown_address(contact.address, in_full=in_full),
        profile_key=contact.profile_key if in_full else "•••",
        words=refusal(contact.reason, reads()),
        field=contact.field,
        said=contact.words,
        held_since=contact.known_since,
        held_until=contact.held_until,
    )
