"""Ask for a second proof: the person's own password, before what would hand an open browser to a thief for good."""

from __future__ import annotations

from django.utils.translation import gettext as _

from segue.control.people.models import Person, Role
from segue.core.errors import NotAllowed


def needs_proof(role: Role) -> bool:
    """Tell whether giving somebody this role takes a second proof: a viewer sees no personal data and changes nothing."""
    return role != Role.VIEWER


def require_password(actor: Person, password: str) -> None:
    """Return when this is the password that the actor signs in with.

    Raises: NotAllowed for another one.
    """
    if not actor.check_password(password):
        raise NotAllowed(
            _("The password is not the one you sign in with."),
            action=_("Enter your own Segue password again."),
            code="password_wrong",
        )
