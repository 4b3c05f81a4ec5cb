"""Tell a file that is no text by how it begins, before anybody guesses its encoding or takes its bytes for names of columns."""

from __future__ import annotations

from segue.core.sentences import said
from segue.engines.duckdb.reading.sources_file import SourceFile, path_of
from segue.engines.duckdb.reading.sources_told import source_problem

_PACKED = (
    b"\x1f\x8b\x08",  # gzip
    b"BZh91AY&SY",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",  # Zstandard
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
)
_ZIP = b"PK\x03\x04"
_OTHER = (
    b"PAR1\x15",
    b"SQLite format 3\x00",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # workbooks and documents of before 2007
    b"%PDF-",
    b"Obj\x01",  # Avro
    b"ORC\x0a",
)
"""How files of these kinds begin. Source: the definitions of the formats. No text of columns or objects begins so."""
_LONGEST = 16


def refuse_no_text(source: str, file: SourceFile) -> None:
    """Return when a file may be text. Raises: ConfigurationProblem `source_not_text`."""
    with path_of(file).open("rb") as opened:
        start = opened.read(_LONGEST)
    if start.startswith(_PACKED):
        what = said("reads %(path)s, which is a packed file, not text.", path=file)
        action = said("Unpack it, and name the file that was in it.")
    elif start.startswith(_ZIP):
        what = said("reads %(path)s, which is a ZIP archive or a workbook, not text.", path=file)
        action = said(
            "Unpack it, and name the file that was in it; of a workbook declare type: excel."
        )
    elif start.startswith(_OTHER):
        what = said("reads %(path)s, which is a file of another kind, not text.", path=file)
        action = said("Correct the path, or the source's type.")
    else:
        return
    raise source_problem(source, "source_not_text", what, action)
