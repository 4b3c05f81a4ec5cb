"""What a plan knows of how its data were read, and what a run that was carried out remembers of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from segue.profiles.file_facts import FileFacts
from segue.profiles.problems import RowProblem
from segue.profiles.reading import Fact, FormChange, Loss, Part, Place, ProblemCount, Reading
from segue.sync.brakes import Stop, StopKind
from segue.sync.export import Consent
from segue.sync.grounds import Ground, Unread
from segue.sync.known_reading import ReadData, accepted_of, changed_forms, data_for, to_keep
from tests.fakes.laboratory import SCHEMA, SEGMENTS, export


def loss(name: str, lost: int = 3, source: str = "people", part: Part = Part.ATTRIBUTE) -> Loss:
    return Loss(
        place=Place(table="profiles", part=part, name=name),
        label=name,
        source=source,
        column=name,
        written=10,
        lost=lost,
        kinds={"not_a_boolean": lost},
    )


def counted(
    name: str | None, count: int, kind: str = "not_a_boolean", column: str | None = "c"
) -> ProblemCount:
    return ProblemCount(source="people", attribute=name, column=column, kind=kind, count=count)


def files(encoding: str) -> Mapping[str, tuple[FileFacts, ...]]:
    return {"people": (FileFacts(file="people.csv", encoding=encoding),)}


def test_what_concerns_the_export_is_told_and_the_rest_is_counted() -> None:
    reading = Reading(
        problems=(
            counted("vip", 3),
            counted("spent", 4),
            replace(counted("joined", 5, kind=RowProblem.ROUNDED), is_loss=False),
            replace(counted(None, 6, kind=RowProblem.ROW_BLANK, column=None), is_loss=False),
        ),
        losses=(loss("vip"), loss("spent", 4)),
        changes=(
            FormChange(source="people", fact=Fact.SEPARATOR, before=(",",), after=(";",)),
            FormChange(source="other", fact=Fact.SEPARATOR, before=(",",), after=(";",)),
        ),
    )
    known = files("utf-8") | {"other": ()}

    data = data_for(export(), SCHEMA, SEGMENTS, reading=reading, files=known)

    assert [one.loss.label for one in data.unread] == ["vip"]
    assert data.elsewhere == 4
    assert [one.source for one in data.changes] == ["people"]
    assert data.files == files("utf-8")
    assert (data.guards, data.flagged) == ((), ())


def test_an_unread_consent_is_looked_at_row_by_row() -> None:
    consenting = export(consent=Consent(attribute="agreed"))
    reading = Reading(losses=(loss("agreed", 1),), flagged=("agreed", "spent"))

    assert data_for(consenting, SCHEMA, SEGMENTS, reading=reading, files={}).flagged == ("agreed",)
    assert data_for(consenting, SCHEMA, SEGMENTS, reading=Reading(), files={}).flagged == ()
    assert data_for(export(), SCHEMA, SEGMENTS, reading=reading, files={}).flagged == ()


def test_before_the_first_run_the_refresh_before_counts_and_then_the_last_run() -> None:
    change = FormChange(source="people", fact=Fact.COLUMNS, before=("a",), after=("b",), columns=1)
    first = ReadData(files=files("utf-8"), changes=(change,))
    kept = accepted_of(to_keep(first, None, ()))
    later = ReadData(files=files("windows-1252"))

    assert accepted_of("") is None
    assert changed_forms(first, None) == (change,)
    assert changed_forms(first, kept) == ()
    assert [one.after for one in changed_forms(later, kept)] == [("windows-1252",)]


def stop(label: str, count: int) -> Stop:
    return Stop(kind=StopKind.VALUES_UNREAD, subject=label, count=count, total=10, threshold=0.2)


def data(**lost: int) -> ReadData:
    unread = tuple(Unread(loss=loss(name, n), grounds=(Ground.RULES,)) for name, n in lost.items())
    return ReadData(unread=unread)


def test_only_what_a_brake_asked_for_is_accepted_and_it_never_grows_unasked() -> None:
    first = accepted_of(to_keep(data(vip=30, local=9), None, [stop("vip", 30)]))
    second = accepted_of(to_keep(data(vip=39, local=9), first, ()))
    third = accepted_of(to_keep(data(vip=5), second, ()))

    assert [dict(one.unread) for one in (first, second, third) if one] == [
        {"vip": 30},
        {"vip": 30},
        {"vip": 5},
    ]
