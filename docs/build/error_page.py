"""Write the page of error codes: which codes there are comes from the source, what they mean from where it is written once.

Mailchimp's refusals are worded in `segue.mailchimp`, all other codes in `error_texts.toml` beside this file.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from docs.build.codes import Site, sites
from segue.sync.ports import Reason
from segue.words import refusals

TEXTS = Path(__file__).with_name("error_texts.toml")
_ORDER = ("cli", "configuration", "profiles", "segments", "sync", "mailchimp", "engines", "service")
_SHOWN_WITH = {"segue_demo": "cli"}
_TITLES = {
    "cli": "Command line",
    "configuration": "Configuration file",
    "profiles": "Data sources and profiles",
    "segments": "Segments",
    "sync": "Runs",
    "mailchimp": "Mailchimp",
    "engines": "Data sources and stored state, when they are read",
    "service": "Refreshes, exports and definitions at work",
}
_HEAD = """\
<!-- Written by `make docs` from the source; change docs/build/error_texts.toml instead. -->

# Error codes

Every error names what happened and the next step, and carries one of these codes. Codes stay the same from release to release:
match on them, not on the sentence. The number a command ends with is in [exit codes](exit-codes.md). Mistakes in a file or in
data are listed all together, each with its place.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeText:
    """What a code means, and what to do about it."""

    meaning: str
    fix: str


def written_texts() -> dict[str, CodeText]:
    """Read the texts that are written by hand."""
    rows = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    return {code: CodeText(meaning=row[0], fix=row[1]) for code, row in rows.items()}


def mailchimp_texts() -> dict[str, CodeText]:
    """Take the texts of Mailchimp's refusals from where the product keeps them."""
    calls = {code: CodeText(**_fields(refusals.explain_problem(code))) for code in refusals.codes()}
    contacts = {f"contact_{r.value}": CodeText(**_fields(refusals.explain(r))) for r in Reason}
    return calls | contacts


def error_page() -> str:
    """Return the page of error codes.

    Raises: LookupError naming every code of the source that has no text.
    """
    texts = mailchimp_texts() | written_texts()
    found = _by_package([*sites(), *_mailchimp_sites()])
    silent = sorted({code for codes in found.values() for code in codes} - set(texts))
    if silent:
        raise LookupError(f"Give these error codes a text in {TEXTS.name}: {', '.join(silent)}.")
    parts = [_HEAD]
    for package in sorted(found, key=_place):
        parts.append(
            f"\n## {_TITLES.get(package, package.capitalize())}\n\n| code | what it means | what to do |\n|---|---|---|\n"
        )
        parts += [_row(code, texts[code]) for code in sorted(found[package])]
    return "".join(parts)


def _fields(explanation: refusals.Explanation) -> dict[str, str]:
    return {"meaning": explanation.text, "fix": explanation.fix}


def _mailchimp_sites() -> list[Site]:
    return [Site(code=code, package="mailchimp") for code in mailchimp_texts()]


def _by_package(found: list[Site]) -> dict[str, set[str]]:
    grouped: dict[str, set[str]] = defaultdict(set)
    seen: set[str] = set()
    for site in sorted(found, key=lambda site: _place(site.package)):
        if site.code not in seen:
            seen.add(site.code)
            grouped[_SHOWN_WITH.get(site.package, site.package)].add(site.code)
    return grouped


def _place(package: str) -> int:
    package = _SHOWN_WITH.get(package, package)
    return _ORDER.index(package) if package in _ORDER else len(_ORDER)


def _row(code: str, text: CodeText) -> str:
    cells = (
        cell.replace("|", "\\|").replace("\n", " ")
        for cell in (f"`{code}`", text.meaning, text.fix)
    )
    return f"| {' | '.join(cells)} |\n"
