"""Who may see notices and set the channels they go over."""

from __future__ import annotations

from segue.control.notices.models import Notice, NoticeKind
from segue.control.people.models import Person
from segue.control.people.policy import is_administrator, is_person
from segue.control.predicates import predicate

FOR_ADMINISTRATORS = frozenset({NoticeKind.CONNECTION_BROKEN})
"""Kinds of notices about things that only administrators see."""


@predicate
def is_for_everybody(actor: Person | None, notice: Notice | None) -> bool:
    """Tell whether the notice is about something that every role sees."""
    return notice is not None and notice.kind not in FOR_ADMINISTRATORS


see_notices = is_person
see_notice = is_administrator | (is_person & is_for_everybody)
manage_channels = is_administrator
