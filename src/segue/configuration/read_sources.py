"""Read the section `sources`: declared files and tables. Nothing is opened here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from segue.configuration.outside import Reach
from segue.configuration.read_objects import credentials, read_objects, refuse_options
from segue.configuration.sections import Part, local_path, secret_reference
from segue.core.encodings import text_encoding
from segue.core.sentences import said
from segue.profiles.object_stores import Objects, is_address
from segue.profiles.sources import (
    DAYS_UNTIL_FULL,
    CsvSource,
    ExcelSource,
    JsonLinesSource,
    ParquetSource,
    PostgresSource,
    Rising,
    Source,
    SparkSource,
    SqliteSource,
)
from segue.segments.mistakes import did_you_mean

_USUAL_ENCODINGS = (
    "utf-8",
    "utf-16",
    "latin-1",
    "windows-1252",
    "iso-8859-15",
    "cp437",
    "cp850",
    "mac-roman",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSources:
    """The sound sources by name, and everything outside that these and the others name.

    The connection text of a database is the words of its reference: what they stand for is outside.
    """

    found: dict[str, Source] = field(default_factory=dict)
    reaches: list[Reach] = field(default_factory=list)


def read_sources(section: Part, folder: Path) -> ReadSources:
    """Return the sources and report what is wrong with them."""
    read = ReadSources()
    for name, part in section.parts():
        reaches = _reaches(name, part, folder)
        read.reaches.extend(reaches)
        if not part.is_sound:
            if part.get("type") == "csv":
                _check_csv(part)
            continue
        objects = next((one.objects for one in reaches if one.objects), None)
        source = _read(name, part, folder, objects)
        read.found[name] = replace(source, longest_s=_longest_s(part))
    return read


def _read(name: str, part: Part, folder: Path, objects: Objects | None) -> Source:
    match part.value["type"]:
        case "postgresql":
            return _postgres(name, part, folder)
        case "spark":
            return _spark(name, part)
        case _:
            return _file(name, part, folder, objects)


def _longest_s(part: Part) -> float | None:
    minutes = part.get("longest_minutes")
    return None if minutes is None else 60.0 * minutes


def _reaches(name: str, part: Part, folder: Path) -> Sequence[Reach]:
    """Return what a source names outside, as far as that is written without a mistake."""
    if part.get("type") == "postgresql":
        dsn = part.get("dsn")
        if dsn is None:
            return ()
        reference = secret_reference(dsn, folder)
        return [Reach(source=name, place=part.place("dsn"), at=part.at("dsn"), reference=reference)]
    written = part.get("path")
    if part.get("type") == "spark":  # its paths are the cluster's
        return ()
    if not isinstance(written, str):
        return ()
    if is_address(written):
        return _reaches_of_objects(name, part, written, folder)
    if part.get("type") != "sqlite":
        refuse_options(part)
    file = local_path(written, folder)
    return [Reach(source=name, place=part.place("path"), at=part.at("path"), file=file)]


def _reaches_of_objects(name: str, part: Part, written: str, folder: Path) -> Sequence[Reach]:
    if part.get("type") == "sqlite":
        part.findings.report(
            part.at("path"),
            "An SQLite file is read from this machine, not from an address.",
            action="Download it first and give the file's path.",
            code="path_is_url",
        )
        return ()
    found = read_objects(part, written, folder)
    if found is None:
        return ()
    held = part.part("credentials")
    secrets = [
        Reach(
            source=name,
            place=held.place(secret),
            at=held.at(secret),
            reference=reference,
            secret=secret,
        )
        for secret, reference in credentials(part, folder).items()
    ]
    place = part.place("path")
    return [Reach(source=name, place=place, at=part.at("path"), objects=found), *secrets]


def _file(name: str, part: Part, folder: Path, objects: Objects | None) -> Source:
    value = part.value
    file = objects or local_path(value["path"], folder)
    match value["type"]:
        case "csv":
            return _csv(name, part, file)
        case "parquet":
            return ParquetSource(name=name, path=file)
        case "json":
            return JsonLinesSource(name=name, path=file, records=part.get("records", ""))
        case "excel":
            sheet, skipped = part.get("sheet", ""), int(part.get("skip_rows", 0))
            return ExcelSource(name=name, path=file, sheet=sheet, skip_rows=skipped)
        case _:
            assert isinstance(file, Path), "an address is refused"
            return SqliteSource(name=name, path=file, table=value["table"])


def _check_csv(part: Part) -> None:
    separator, encoding = part.get("separator", ""), part.get("encoding", "")
    if separator and separator == part.get("quote", '"'):
        part.findings.report(
            part.at("separator"),
            "The separator and the quote are the same sign.",
            action="Give two different ones.",
            code="separator_is_quote",
        )
    if encoding and text_encoding(encoding) is None:
        part.findings.report(
            part.at("encoding"),
            said("`%(encoding)s` is not a known encoding.", encoding=encoding[:40]),
            action=did_you_mean(encoding, _USUAL_ENCODINGS),
            code="unknown_encoding",
        )


def _csv(name: str, part: Part, file: Path | Objects) -> CsvSource:
    _check_csv(part)
    return CsvSource(
        name=name,
        path=file,
        separator=part.get("separator", ""),
        encoding=part.get("encoding", ""),
        quote=part.get("quote", '"'),
        null_values=tuple(str(text) for text in part.get("null_values", ())),
        skip_rows=int(part.get("skip_rows", 0)),
    )


def _postgres(name: str, part: Part, folder: Path) -> PostgresSource:
    reference = secret_reference(part.value["dsn"], folder)
    return PostgresSource(
        name=name, dsn=str(reference), table=part.value["table"], rising=_rising(part)
    )


def _rising(part: Part) -> Rising | None:
    if "rising" not in part.value:
        for option in ("overlap", "full_every_days"):
            if option in part.value:
                part.findings.report(
                    part.at(option),
                    said(
                        "`%(option)s` is said of a rising column, and none is named.", option=option
                    ),
                    action="Name it with `rising`, or take this out.",
                    code="rising_missing",
                )
        return None
    return Rising(
        column=part.value["rising"],
        overlap=part.get("overlap"),
        full_every_days=part.get("full_every_days", DAYS_UNTIL_FULL),
    )


def _spark(name: str, part: Part) -> SparkSource:
    table, path = part.get("table", ""), part.get("path", "")
    if path and "://" not in path:
        part.findings.report(
            part.at("path"),
            "A path of a Spark cluster is a URI.",
            action="Write for example s3://bucket/people; a file of this machine is none of the cluster's.",
            code="path_not_a_uri",
        )
    return SparkSource(name=name, table=table, path=path, format=part.get("format", "parquet"))
