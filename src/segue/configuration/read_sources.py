"""Read the section `sources`: declared files and tables. Nothing is opened here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from segue.configuration.findings import did_you_mean
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


def _file(name: str, part: Part, folder: Path, outside: Outside) -> Source | None:
    value = part.value
    if "://" in value["path"]:
        part.findings.report(
            part.at("path"),
            "A source is read from a local file, not from a URL.",
            action="Download it first and give the file's path.",
            code="path_is_url",
        )
        return None
    file = local_path(value["path"], folder)
    refusal = outside.refuses(file)
    if refusal is not None:
        _adopt(part, "path", refusal)
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


def _csv(name: str, part: Part, file: Path) -> CsvSource:
    separator, quote = part.get("separator", ""), part.get("quote", '"')
    encoding = part.get("encoding", "")
    if separator and separator == quote:
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
    return CsvSource(
        name=name,
        path=file,
        separator=separator,
        encoding=encoding,
        quote=quote,
        null_values=tuple(str(text) for text in part.get("null_values", ())),
        skip_rows=int(part.get("skip_rows", 0)),
    )


def _postgres(name: str, part: Part, folder: Path, outside: Outside) -> PostgresSource | None:
    reference = secret_reference(part.value["dsn"], folder)
    try:
        dsn = outside.secret(reference, purpose=said("data source `%(name)s`", name=name))
    except ConfigurationProblem as problem:
        _adopt(part, "dsn", problem)
        return None
    return PostgresSource(name=name, dsn=dsn, table=part.value["table"])


def _adopt(part: Part, key: str, problem: ConfigurationProblem) -> None:
    part.findings.report(part.at(key), problem.message, action=problem.action, code=problem.code)
