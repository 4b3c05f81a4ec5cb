"""Give everything in a world names without a blank to break at, as long as names may be. No expectations."""

from __future__ import annotations

from django.db.models import CharField, Model, Value
from django.db.models.functions import Cast, Concat

from segue.control.audit.models import Action, Entry
from segue.control.connections.models import Audience, Connection
from segue.control.exports.models import Export, ExportSegment
from segue.control.notices.models import Channel, Notice
from segue.control.people.models import Invitation, Person
from segue.control.refreshes.models import Refresh, Run, Task
from segue.control.segments.models import Segment
from segue.control.sources.models import Attribute, DataSource, Definition
from tests.fakes.clocks import START

NAME = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunteramt"
"""65 letters; with the number behind it, it has 68 or so."""

ADDRESS = f"{'anticonstitutionnellement.' * 2}quelquun"
WORDS = f"intergouvernementalisations {NAME} anticonstitutionnellement"


def lengthen() -> None:
    """Name everything that people and machines name without a blank to break at."""
    for model, fields in (
        (Export, ("name", "audience_name")),
        (ExportSegment, ("tag",)),
        (Connection, ("display_name", "account_name")),
        (Segment, ("label",)),
        (Attribute, ("label",)),
        (Channel, ("name",)),
        (Audience, ("name",)),
        (Refresh, ("requested_by_name",)),
        (Task, ("label",)),
        (Run, ("export_name", "connection_name", "approved_by_name")),
        (Notice, ("subject_name",)),
        (Person, ("name",)),
    ):
        for field in fields:
            _named(model, field)
    _addressed(Person)
    _addressed(Invitation)
    DataSource.objects.update(place=f"{NAME}/{NAME}.csv", used_for=WORDS, message=WORDS)
    Entry.objects.create(
        at=START,
        actor_name=NAME,
        action=Action.EXPORT_EDITED,
        subject_kind="export",
        subject_id="1",
        subject_name=NAME,
        details={},
    )
    Definition.objects.update(file_name=f"{NAME}.yaml", folder=f"/{NAME}/{NAME}")


def _named(model: type[Model], field: str) -> None:
    rows = model._default_manager.exclude(**{field: ""})
    rows.update(**{field: Concat(Value(NAME), Cast("pk", CharField()))})


def _addressed(model: type[Model]) -> None:
    ends = Concat(Value(ADDRESS), Cast("pk", CharField()), Value("@office.example"))
    model._default_manager.update(email=ends)
