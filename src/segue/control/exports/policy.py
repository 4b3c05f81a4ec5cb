"""Who may see, run and change exports: everybody sees them, whoever may use the connection may do everything."""

from __future__ import annotations

from segue.control.connections import policy as connections
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.people.policy import is_administrator, is_contributor, is_person
from segue.control.predicates import predicate


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
