"""Who may see, run and change exports: everybody sees them, whoever may use the connection may do everything."""

from __future__ import annotations

from django.utils.translation import gettext as _

from segue.control.connections import policy as connections
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.people.policy import by_role, is_administrator, is_contributor, is_person
from segue.control.predicates import predicate
from segue.core.errors import NotAllowed


@predicate
def may_use_its_connection(actor: Person | None, export: Export | None) -> bool:
    """Tell whether the actor may use the export's connection; a detached export is anybody's who contributes."""
    if export is None or export.connection is None:
        return True
    return connections.use_connection.test(actor, export.connection)


see_exports = is_person
add_exports = is_contributor
edit_export = is_administrator | (is_contributor & may_use_its_connection)
run_export = edit_export
detach_export = edit_export
adopt_exports = is_administrator


def refusal(actor: Person | None, export: Export | None) -> NotAllowed:
    """Return why somebody may not edit, run or detach an export: its connection is not shared with contributors, or their role."""
    if export is None or not is_contributor.test(actor):
        return by_role(actor, export)
    return NotAllowed(
        _("The connection of the export “%(name)s” is not shared with contributors.")
        % {"name": export.name},
        action=_(
            "Ask an administrator to share it, under Administrator › Connections, or to do this for you; you may still "
            "look at the export and its runs."
        ),
        code="connection_not_shared",
        context={"export": export.pk},
    )
