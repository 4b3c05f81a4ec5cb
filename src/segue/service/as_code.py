"""Print the whole installation as `segue.yaml`: what was made in the pages and what came from files alike.

Secrets are printed as references only. Applied to an empty installation, the text gives the same again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from segue.configuration import read
from segue.configuration.sections import local_path
from segue.configuration.structure import declared
from segue.configuration.written import written
from segue.control.connections.models import Connection
from segue.control.connections.queries import connections as kept_connections
from segue.control.exports.models import Export
from segue.control.exports.queries import exports as living_exports
from segue.control.segments.measuring import as_written, measures
from segue.control.segments.models import Segment, SegmentKind
from segue.control.segments.queries import segments as living_segments
from segue.control.sources.models import Definition
from segue.control.sources.queries import current_definition
from segue.core.errors import ConfigurationProblem
from segue.core.folding import identifier
from segue.core.sentences import said
from segue.profiles.object_stores import is_address
from segue.service.as_code_exports import export_as_code
from segue.service.declared import outline_of

Values: TypeAlias = dict[str, Any]

_OURS = ("home", "measures", "segments", "connections", "exports")
"""Sections that are printed from rows, or that say nothing of what is in an installation."""
_LONGEST_NAME = 60


_WITH_SECRETS = ("engine", "sources", "connections")
"""Sections that refer to secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something that a file cannot say as it is now: where it would stand, how people call it, and why not."""

    section: str
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AsCode:
    """An installation as text. `variables` are those of the environment in which it expects secrets."""

    text: str
    variables: Sequence[str]
    left_out: Sequence[LeftOut]


def installation_as_code() -> AsCode:
    """Return the installation as the text of a file.

    Raises: ConfigurationProblem before a definition was applied, or when this version of Segue no longer reads it.
    """
    definition = current_definition()
    if definition is None:
        raise ConfigurationProblem(
            said("No definition was applied yet, so that there is nothing to print."),
            action=said(
                "Apply one first, with `segue apply` or under Data › Data sources in the pages."
            ),
            code="definition_missing",
        )
    outline_of(definition)
    names = _names(list(kept_connections().order_by("pk")))
    left_out: list[LeftOut] = []
    values = {
        **_declared(definition),
        "measures": {row.name: as_written(row) for row in measures()},
        "segments": dict(_segments(left_out)),
        "connections": dict(_connections(names, left_out)),
        "exports": dict(_exports(names, left_out)),
    }
    text = _sound(values, left_out)
    used = (values.get(section) for section in _WITH_SECRETS)
    variables = sorted({name for one in used for name in _variables(one)})
    return AsCode(text=text, variables=variables, left_out=left_out)


def _declared(definition: Definition) -> Values:
    """Return what stays as the applied text says it; paths are whole, so that the file may lie anywhere."""
    value = declared(definition.text).value
    assert isinstance(value, dict), "a definition that counts was read"
    kept: Values = {key: one for key, one in value.items() if key not in _OURS}
    folder = Path(definition.folder)
    sources = {name: _source(one, folder) for name, one in kept["sources"].items()}
    engine = {"engine": _whole(kept["engine"], "remote", folder)} if "engine" in kept else {}
    return {**kept, **engine, "sources": sources}


def _source(source: Values, folder: Path) -> Values:
    found = dict(source)
    path = found.get("path")
    if isinstance(path, str) and found.get("type") != "spark" and not is_address(path):
        found["path"] = str(local_path(path, folder))
    if isinstance(found.get("dsn"), dict):
        found["dsn"] = _reference(found["dsn"], folder)
    if isinstance(found.get("credentials"), dict):
        found["credentials"] = {
            name: _reference(one, folder) for name, one in found["credentials"].items()
        }
    return found


def _whole(section: Values, secret: str, folder: Path) -> Values:
    """Return a section in which the file of a secret has its whole path."""
    found = dict(section)
    if isinstance(found.get(secret), dict):
        found[secret] = _reference(found[secret], folder)
    return found


def _reference(written: object, folder: Path) -> object:
    """Return a reference to a secret, the path of its file whole; what is none as it is."""
    if isinstance(written, dict) and "file" in written:
        return {"file": str(local_path(written["file"], folder))}
    return written


def _segments(left_out: list[LeftOut]) -> Iterator[tuple[str, Values]]:
    for row in living_segments().order_by("position", "name"):
        if row.kind == SegmentKind.DYNAMIC:
            yield row.name, _segment(row)
            continue
        why = said("Its members are kept in the installation, and a file holds none.")
        left_out.append(LeftOut(section="segments", name=row.label, why=why))


def _segment(row: Segment) -> Values:
    active = {} if row.is_active else {"active": False}
    beside = {"description": row.description, "tags": [*row.tags]}
    told = {key: value for key, value in beside.items() if value}
    return {"label": row.label, **told, **active, "rules": row.rule}


def _names(rows: Sequence[Connection]) -> Mapping[int, str]:
    """Return by its key what each connection is called in the file: as there, or in the letters that a name may have."""
    names = {row.pk: row.declared_name for row in rows if row.declared_name}
    for row in rows:
        if row.pk not in names:
            names[row.pk] = _free(_named(row.display_name), set(names.values()))
    return names


def _named(name: str) -> str:
    return identifier(name, longest=_LONGEST_NAME - 4, otherwise="connection")


def _free(stem: str, taken: set[str]) -> str:
    number, name = 2, stem
    while name in taken:
        name, number = f"{stem}_{number}", number + 1
    return name


def _connections(names: Mapping[int, str], left_out: list[LeftOut]) -> Iterator[tuple[str, Values]]:
    for row in sorted(kept_connections(), key=lambda one: names[one.pk]):
        if not row.is_authenticated:
            why = said("It is not authenticated with Mailchimp yet.")
            left_out.append(LeftOut(section="connections", name=row.display_name, why=why))
            continue
        yield names[row.pk], _connection(row, names[row.pk])


def _connection(row: Connection, name: str) -> Values:
    reference = row.secret_reference or {"env": f"MAILCHIMP_{name.upper().rstrip('_')}"}
    more = {
        "label": row.display_name if row.display_name != name else "",
        "base_url": row.base_url,
        "honours_status_if_new": row.honours_status_if_new,
        "contact_limit": row.contact_limit,
    }
    given = {key: value for key, value in more.items() if value}
    return {"type": "mailchimp", row.credential_kind: reference, **given}


def _variables(value: object) -> Iterator[str]:
    """Yield the variables that references in a part of the file name, `{env: NAME}`."""
    if not isinstance(value, dict):
        return
    if isinstance(env := value.get("env"), str):
        yield env
    for one in value.values():
        yield from _variables(one)


def _exports(names: Mapping[int, str], left_out: list[LeftOut]) -> Iterator[tuple[str, Values]]:
    rows = living_exports().prefetch_related("fields", "segments__segment")
    for row in sorted(rows, key=_name_of):
        if row.connection is None:
            why = said("It has no connection.")
            left_out.append(LeftOut(section="exports", name=row.name, why=why))
            continue
        yield _name_of(row), export_as_code(row, _name_of(row), names[row.connection.pk])


def _name_of(row: Export) -> str:
    return row.declared_name or row.key


def _sound(values: Values, left_out: list[LeftOut]) -> str:
    """Return the text of what can be read again; what cannot is left out, and so is what builds on it.

    Raises: ConfigurationProblem when something else cannot be read.
    """
    while True:
        text = written({key: one for key, one in values.items() if one or key not in _OURS})
        reading = read(text, path=Path("segue.yaml"))
        lost: dict[tuple[str, str], str] = {}
        for one in reading.mistakes:
            lost.setdefault(_place(one.path), one.message)
        for (section, name), why in lost.items():
            found = values.get(section, {}).pop(name, None) if section in _OURS else None
            if found is None:
                raise ConfigurationProblem(
                    said("The installation cannot be printed: %(why)s", why=why),
                    action=said("Correct the definition and apply it."),
                    code="not_printable",
                )
            label = found.get("label") or name
            left_out.append(LeftOut(section=section, name=label, why=why))
        if not lost:
            return text


def _place(path: str) -> tuple[str, str]:
    section, _dot, rest = path.partition(".")
    return section, re.split(r"[.\[]", rest)[0]
