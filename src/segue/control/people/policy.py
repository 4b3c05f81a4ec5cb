"""Who may do what to people, and the words in which all policies are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from segue.control.people.models import Person
from segue.control.predicates import Predicate, predicate
from segue.core.errors import NotAllowed, NotVisible


@predicate
def is_person(actor: Person | None) -> bool:
    """Tell whether somebody is signed in and has not been deactivated."""
    return actor is not None and actor.is_active


@predicate
def is_contributor(actor: Person | None) -> bool:
    """Tell whether the actor is a contributor or an administrator."""
    return actor is not None and actor.is_contributor


@predicate
def is_administrator(actor: Person | None) -> bool:
    """Tell whether the actor is an administrator."""
    return actor is not None and actor.is_administrator


@predicate
def is_self(actor: Person | None, person: Person | None) -> bool:
    """Tell whether the actor is the person."""
    return actor is not None and person is not None and actor.pk == person.pk


see_people = is_administrator
manage_people = is_administrator
invite = is_administrator
see_audit_log = is_administrator
edit_own_account = is_person & is_self


def by_role(actor: Person | None, thing: Any) -> NotAllowed:
    """Return the refusal of whoever lacks the role."""
    return NotAllowed(
        _("You may see this, but your role does not allow this action."),
        action=_("Have a role that does given to you, under Administrator › Permissions."),
        code="not_allowed",
    )


def require(
    actor: Person | None,
    action: Predicate,
    thing: Any = None,
    *,
    see: Predicate = is_person,
    refusal: Callable[[Any, Any], NotAllowed] = by_role,
) -> None:
    """Return when the actor may do this to the thing. `refusal` says why not, where it need not be for the role.

    Raises: NotVisible when they may not even see it (as if it did not exist), else NotAllowed.
    """
    if not see.test(actor, thing):
        raise not_visible()
    if not action.test(actor, thing):
        raise refusal(actor, thing)


def not_visible() -> NotVisible:
    """Return the answer to whoever asks for what does not exist, or not for them."""
    return NotVisible(
        _("There is nothing here, or nothing for you."),
        action=_("Check the address, or go back to the home page."),
        code="not_found",
    )
