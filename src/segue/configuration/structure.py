"""Hold a file against the published JSON Schema and say what differs in plain words. No names are resolved here.

The schema is the one truth about structure, for editors and for this program. Rules of segments are checked by
`segue.segments`, which knows the attributes and says more; here they may be anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from segue.configuration import structure_words as words
from segue.configuration.document import Document, child, parse, with_texts
from segue.configuration.findings import Findings
from segue.configuration.secrets_written import REFERENCE_INSTEAD, is_credential
from segue.core.sentences import said, together
from segue.segments.mistakes import did_you_mean

SCHEMA_FILE = "segue.schema.json"

_RULE = re.compile(r"segments\.[^.\[]*\.rules|measures\.[^.\[]*\.where")
"""Where a day is compared with days."""


def published_schema() -> dict[str, Any]:
    """Return the published schema as it is in the package."""
    loaded: dict[str, Any] = json.loads(
        files("segue.configuration").joinpath(SCHEMA_FILE).read_text("utf-8")
    )
    return loaded


def declared(text: str) -> Document:
    """Return a file as it is meant: a day is the text that is written, such as the name of a column, but in rules.

    `mistakes` as `parse`.
    """
    document = parse(text)
    texts = {path: day for path, day in document.days.items() if not _RULE.match(path)}
    if not texts:
        return document
    return replace(document, value=with_texts(document.value, texts))


def check_structure(findings: Findings) -> None:
    """Report every difference between the document and the schema."""
    for error in _validator().iter_errors(findings.document.value):
        if findings.is_full:
            return
        _report(findings, error)


@cache
def _validator() -> Draft202012Validator:
    schema = published_schema()
    schema["$defs"]["rule"] = {}
    return Draft202012Validator(schema)


def _difference(error: ValidationError) -> words.Difference:
    schema: Any = error.schema
    return words.Difference(
        keyword=str(error.validator),
        value=error.instance,
        expected=error.validator_value,
        schema=schema,
        steps=tuple(error.absolute_path),
    )


def _report(findings: Findings, found: ValidationError) -> None:
    error = _difference(found)
    path = ""
    for step in error.steps:
        path = child(path, step)
    if "propertyNames" in found.absolute_schema_path:
        _bad_name(findings, path, error)
    elif error.keyword == "additionalProperties":
        _unknown_keys(findings, path, error)
    elif error.keyword == "required":
        _missing_keys(findings, path, error)
    elif is_credential(path) and error.keyword in {"type", "pattern"}:
        findings.withdraw(path, code="secret_in_file")
        findings.report(
            path,
            "A secret belongs outside this file.",
            action=REFERENCE_INSTEAD,
            code="secret_in_file",
        )
    elif not (error.keyword == "type" and findings.spoiled(path)):
        sentence = words.sentence(error)
        findings.report(
            path,
            sentence.message,
            action=sentence.action,
            code=sentence.code,
            key=error.value is None,
        )


def _bad_name(findings: Findings, path: str, error: words.Difference) -> None:
    findings.report(
        child(path, str(error.value)),
        said("`%(value)s` cannot be used as a name here.", value=error.value),
        action=words.expectation(error),
        code="bad_name",
        key=True,
    )


def _unknown_keys(findings: Findings, path: str, error: words.Difference) -> None:
    known: Mapping[str, object] = error.schema["properties"]
    for name in error.value:
        if name not in known and not findings.is_full:
            findings.report(
                child(path, name),
                said(
                    "`%(name)s` is not a setting of %(what)s.", name=name, what=words.named(error)
                ),
                action=did_you_mean(name, known),
                code="unknown_key",
                key=True,
            )


def _missing_keys(findings: Findings, path: str, error: words.Difference) -> None:
    for name in error.expected:
        if name not in error.value:
            expected = words.expectation_of(
                _resolved(error.schema.get("properties", {}).get(name, {}))
            )
            findings.report(
                path,
                said("`%(name)s` is missing in %(what)s.", name=name, what=words.named(error)),
                action=together(said("Add `%(name)s`.", name=name), expected),
                code="missing_key",
                key=True,
            )


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference inside the schema."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Mapping[str, Any] = published_schema()["$defs"][str(reference).rpartition("/")[2]]
    return found
