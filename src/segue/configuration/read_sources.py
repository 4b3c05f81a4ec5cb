"""Read the section `sources`: declared files and tables. Nothing is opened here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from segue.configuration.outside import Outside
from segue.configuration.sections import Part, local_path, secret_reference
from segue.core.encodings import text_encoding
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.profiles.sources import (
    CsvSource,
    ExcelSource,
    JsonLinesSource,
    ParquetSource,
    PostgresSource,
    Source,
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


def read_sources(section: Part, folder: Path, outside: Outside) -> dict[str, Source]:
    """Return the sound sources by name and report what is wrong with the others."""
    found: dict[str, Source] = {}
    for name, part in section.parts():
        if not part.is_sound:
            _check_sound_values(name, part, folder, outside)
            continue
        postgres = part.value["type"] == "postgresql"
        source = (
            _postgres(name, part, folder, outside)
            if postgres
            else _file(name, part, folder, outside)
        )
        if source is not None:
            found[name] = replace(source, longest_s=_longest_s(part))
    return found


def _longest_s(part: Part) -> float | None:
    minutes = part.get("longest_minutes")
    return None if minutes is None else 60.0 * minutes


def _check_sound_values(name: str, part: Part, folder: Path, outside: Outside) -> None:
    """Report what is wrong besides with a source that has a mistake already."""
    kind = part.get("type")
    if kind == "csv":
        _check_csv(part)
    if kind == "postgresql" and part.get("dsn") is not None:
        _dsn(name, part, folder, outside)
    elif isinstance(part.get("path"), str):
        _path(part, folder, outside)


def _path(part: Part, folder: Path, outside: Outside) -> Path | None:
    """Return the path of a source's file, or None after a report."""
    written = part.value["path"]
    if "://" in written:
        part.findings.report(
            part.at("path"),
            "A source is read from a local file, not from a URL.",
            action="Download it first and give the file's path.",
            code="path_is_url",
        )
        return None
    file = local_path(written, folder)
    refusal = outside.refuses(file)
    if refusal is not None:
        _adopt(part, "path", refusal)
        return None
    return file


def _file(name: str, part: Part, folder: Path, outside: Outside) -> Source | None:
    value, file = part.value, _path(part, folder, outside)
    if file is None:
        return None
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


def _csv(name: str, part: Part, file: Path) -> CsvSource:
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


def _postgres(name: str, part: Part, folder: Path, outside: Outside) -> PostgresSource | None:
    dsn = _dsn(name, part, folder, outside)
    return None if dsn is None else PostgresSource(name=name, dsn=dsn, table=part.value["table"])


def _dsn(name: str, part: Part, folder: Path, outside: Outside) -> str | None:
    """Return the connection text of a database, or None after a report."""
    reference = secret_reference(part.value["dsn"], folder)
    try:
        return outside.secret(reference, purpose=said("data source `%(name)s`", name=name))
    except ConfigurationProblem as problem:
        _adopt(part, "dsn", problem)
        return None


def _adopt(part: Part, key: str, problem: ConfigurationProblem) -> None:
    part.findings.report(part.at(key), problem.message, action=problem.action, code=problem.code)
