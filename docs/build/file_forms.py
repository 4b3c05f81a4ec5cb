"""The forms of files that are understood and refused: the table behind docs/reference/forms.md and behind its test.

Every line is one file, run through a real refresh (tests/integration/engines/test_file_forms.py), so that the page cannot lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Row = tuple[str, str | None]
PEOPLE: tuple[Row, ...] = (("1", "Zoé"), ("2", "Bob"))
"""Key and name of what most files hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    """One file, in words where its bytes say little.

    It gives `people`, and a report for each of `reported`; or the whole source is refused with the code `refused`.
    """

    content: bytes
    words: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    people: Sequence[Row] = PEOPLE
    reported: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForms:
    """The forms of one part of a kind of file, under a heading. `type` is that of the source, `ending` that of the file."""

    type: str
    title: str
    words: str
    ending: str
    forms: Sequence[FileForm]


def _csv(text: str, encoding: str = "utf-8", **more: Any) -> FileForm:
    return FileForm(content=text.encode(encoding), **more)


def _in(encoding: str, words: str, **more: Any) -> FileForm:
    return _csv("id;name\n1;Zoé\n2;Bob\n", encoding, words=words, **more)


def _refused(text: str, code: str, **more: Any) -> FileForm:
    return _csv(text, refused=code, people=(), **more)


_CODEC = "encoding"

ENCODINGS = FileForms(
    type="csv",
    title="CSV: encodings",
    ending="csv",
    words="Without `encoding`, a byte order mark decides, else UTF-8, else Windows-1252 where its accents make words.",
    forms=[
        _in("utf-8", "UTF-8"),
        _in("utf-8-sig", "UTF-8 with a byte order mark"),
        _csv("\ufeff\ufeffid;name\n1;Zoé\n2;Bob\n", words="UTF-8 with two byte order marks"),
        _in("utf-16", "UTF-16 with a byte order mark"),
        _in("utf-16-le", "UTF-16, the low byte first, without a mark"),
        _in("utf-16-be", "UTF-16, the high byte first, without a mark"),
        _in("cp1252", "Windows-1252"),
        _in("latin-1", "ISO 8859-1"),
        _in("cp850", "DOS 850", options={_CODEC: "cp850"}),
        _in("mac-roman", "Mac Roman", options={_CODEC: "mac-roman"}),
        FileForm(
            words="UTF-8 with a byte of another encoding in a name",
            content="id;name\n1;Zoé\n2;Bob\n3;Andr".encode() + b"\xe9\n",
            people=(*PEOPLE, ("3", None)),
            reported=("text_undecodable",),
        ),
        _csv(
            "id;name\n1;ZoÃ©\n2;Bob\n",
            words="UTF-8 of what was read in another encoding before",
            people=(("1", None), ("2", "Bob")),
            reported=("text_garbled",),
        ),
        _in("cp850", "DOS 850, not declared", people=(), refused="source_encoding_unsure"),
        _in("mac-roman", "Mac Roman, not declared", people=(), refused="source_encoding_unsure"),
        _in(
            "cp1252",
            "Windows-1252",
            options={_CODEC: "utf-8"},
            people=(),
            refused="source_encoding_wrong",
        ),
    ],
)

SEPARATORS = FileForms(
    type="csv",
    title="CSV: separators and quotes",
    ending="csv",
    words="The separator is detected among comma, semicolon, tab and bar. Quotes follow RFC 4180; what stands behind a closing"
    " quote may join one person's row to another's, so it is never guessed.",
    forms=[
        _csv("id,name\n1,Zoé\n2,Bob\n"),
        _csv("id;name\n1;Zoé\n2;Bob\n"),
        _csv("id\tname\n1\tZoé\n2\tBob\n"),
        _csv("id|name\n1|Zoé\n2|Bob\n"),
        _csv("sep=;\nid;name\n1;Zoé\n2;Bob\n"),
        _csv('"sep=^"\nid^name\n1^Zoé\n2^Bob\n'),
        _csv("id:name\n1:Zoé\n2:Bob\n", options={"separator": ":"}),
        _csv('"id","name"\n"1","Zoé"\n"2","Bob"\n'),
        _csv('id, name\n1, "Zoé"\n2, Bob\n'),
        _csv('id,\tname\n1,\tZoé\n2,\t"Lee, Bob"\n', people=(("1", "Zoé"), ("2", "Lee, Bob"))),
        _csv('id,\tname,\tx\n1,\t"Zoé",\tFR\n2,\tBob,\t"a, b"\n'),
        _csv('id\t,\tname\n1\t,\t"Zoé"\t\n"2" \t,\t\t "Bob" \n'),
        _csv('id;\tname\n1;\t"Zoé"\n2;\tBob\n'),
        _csv('id\t|\t"name"\n1\t|\t"Zoé"\n2 | Bob\n'),
        _csv('id | name\n1 | "Zoé" \n2 | Bob\n'),
        _csv('id\t name\n1\t "Zoé" \n2\tBob\n'),
        _csv('id,\u00a0name\n1,\u00a0"Zoé"\n2,\u202f"Bob"\u00a0\n', words="no-break blanks round quotes"),
        _csv('\ufeff"id","name"\n"1","Zoé"\n\ufeff"2","Bob"\n', words="a byte order mark amid the rows, before a quote"),
        _csv("id\tname\n1\tZoé\n2\tLee, Bob\n", people=(("1", "Zoé"), ("2", "Lee, Bob"))),
        _csv('id,\tname\n1,\t"Zoé\nLee"\n2,\tBob\n', people=(("2", "Bob"),), reported=("row_quotes_unsound", "row_ragged")),
        _csv("id;name\n'1';'Zoé'\n2;Bob\n", options={"quote": "'"}),
        _csv('id,name\n1,"Lee, ""Zoé"""\n2,Bob\n', people=(("1", 'Lee, "Zoé"'), ("2", "Bob"))),
        _csv('id,name\n1,"Zoé\nLee"\n2,Bob\n', people=(("1", "Zoé\nLee"), ("2", "Bob"))),
        _csv('id;name\n1;12" plate\n2;Bob\n', people=(("1", '12" plate'), ("2", "Bob"))),
        _csv('id;name\n1;"Zoé\n2;Bob\n', options={"quote": ""}, people=(("1", '"Zoé'), ("2", "Bob"))),
        _csv(
            'id,name\n1,"The "Best" Shop"\n2,Bob\n',
            people=(("2", "Bob"),),
            reported=("row_quotes_unsound",),
        ),
        _csv('id,name\n1,"Zo\\"é"\n2,Bob\n', people=(("2", "Bob"),), reported=("row_quotes_unsound",)),
        _refused('id,name\n1,"Zoé\n2,Bob\n', "source_quote_unclosed"),
    ],
)  # fmt: skip

HEADERS = FileForms(
    type="csv",
    title="CSV: header, rows and line ends",
    ending="csv",
    words="The first row that is not blank is the header; title lines before it are passed over by `skip_rows`. Blank columns"
    " at the end are passed over; a row with too few or too many values is left out, since nobody can tell which belongs where.",
    forms=[
        _csv("id,name\r\n1,Zoé\r\n2,Bob\r\n", words="lines that end as on Windows"),
        _csv("id,name\r1,Zoé\r2,Bob\r", words="lines that end as on old Macintoshs"),
        _csv("id,name\n1,Zoé\n2,Bob", words="no end of the last line"),
        _csv("\n,\nid,name\n1,Zoé\n2,Bob\n", words="blank lines before the header"),
        _csv("Customers of 2026\n\nid,name\n1,Zoé\n2,Bob\n", options={"skip_rows": 2}),
        _csv("id,name,\n1,Zoé,\n2,Bob,\n"),
        _csv("id,name\n1,Zoé,,\n2,Bob\n"),
        _csv("id,,name\n1,x,Zoé\n2,y,Bob\n"),
        _csv("name,id\nZoé,1\nBob,2\n"),
        _csv("\u200bid\u00a0, name\n1,Zoé\n2,Bob\n", words="signs that nobody sees and blanks round names of columns"),
        _csv("id,other,other,name\n1,x,y,Zoé\n2,x,y,Bob\n"),
        _csv("id,name\n1,Zoé\n2,NULL\n", options={"null_values": ["NULL"]}, people=(("1", "Zoé"), ("2", None))),
        _csv("id,name\n", people=()),
        _csv("id,name\n1,Zoé\n\n2,Bob\n,\n", reported=("row_blank", "row_blank")),
        _csv("id,name\n1,Zoé\n2,Bob\n3\n", reported=("row_ragged",)),
        _csv("id,name\n1,Zoé\n2,Bob\n3,Cyd,x\n", reported=("row_ragged",)),
        _refused("id,name,name\n1,Zoé,x\n", "source_column_repeated"),
        _refused("id,first\n1,Zoé\n", "source_column_missing"),
        _refused("id,name,mail\n1,Zoé\n", "source_rows_unfit"),
        _refused("", "source_file_empty", words="an empty file"),
    ],
)  # fmt: skip

JSON = FileForms(
    type="json",
    title="JSON",
    ending="json",
    words="One object a line, objects over several lines, an array, or a list in the answer of a service (`records`).",
    forms=[
        _csv('{"id": 1, "name": "Zoé"}\n{"id": 2, "name": "Bob"}\n'),
        _csv('[{"id": 1, "name": "Zoé"}, {"id": "2", "name": "Bob"}]'),
        _csv('\ufeff[\n{"id": 1, "name": "Zoé"},\n{"id": 2, "name": "Bob"}\n]', words="an array over lines, with a byte order mark"),
        _csv('{\n"id": 1, "name": "Zoé"}\n{\n"id": 2, "name": "Bob"}'),
        _csv('{"data": [{"id": 1, "name": "Zo\\u00e9"}, {"id": 2, "name": "Bob"}]}', options={"records": "data"}),
        _csv('{"a": {"b": [{"id": 1, "name": "Zoé"}, {"id": 2, "name": "Bob"}]}}', options={"records": "a.b"}),
        _csv('{"id": 1, "name": 1.50}\n{"id": 2}\n', people=(("1", "1.50"), ("2", None))),
        _csv('{"id": 1, "name": ["a"]}\n{"id": 2, "name": true}\n', people=(("1", '["a"]'), ("2", "true"))),
        _csv('{"id": 1, "name": "Zoé"}\n{"id": 2, "na\n{"id": 2, "name": "Bob"}\n', reported=("json_invalid",)),
        _csv('[{"id": 1, "name": "Zoé"}, 7, {"id": 2, "name": "Bob"}]', reported=("json_not_an_object",)),
        _csv('{"id": 1, "name": "Zoé"}\n\n{"id": 2, "name": "Bob"}\n', reported=("row_blank",)),
        _refused('[{"id": 1, "name": "Zoé"}, {"id": 2', "source_json_damaged"),
        _refused("id,name\n1,Zoé\n", "source_json_damaged"),
        _refused('[{"id": 1}]', "source_column_missing"),
        FileForm(words="UTF-16", content='{"id": 1}'.encode("utf-16"), refused="source_encoding_wrong", people=()),
        _refused("", "source_file_empty", words="an empty file"),
    ],
)  # fmt: skip

ALL_FILES = (ENCODINGS, SEPARATORS, HEADERS, JSON)
