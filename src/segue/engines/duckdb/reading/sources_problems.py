"""The ways in which a data source cannot be read, each with its next step. Never a value, never a connection text."""

from __future__ import annotations

from collections.abc import Sequence

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said, said_many, together
from segue.engines.duckdb.reading.sources_file import SourceFile
from segue.engines.duckdb.reading.sources_told import source_problem, suggestion
from segue.profiles.object_stores import Objects


def file_missing(source: str, path: SourceFile | Objects) -> ConfigurationProblem:
    """Say that a source's file is not there."""
    return source_problem(
        source,
        "source_file_missing",
        said("reads %(path)s, and there is no such file.", path=path),
        said("Correct its path."),
    )


def glob_empty(source: str, path: SourceFile | Objects) -> ConfigurationProblem:
    """Say that a source's pattern matches no file."""
    return source_problem(
        source,
        "source_glob_empty",
        said("reads %(path)s, and no file matches.", path=path),
        said("Correct the pattern, or put the files there."),
    )


def file_unreadable(source: str, path: SourceFile, reason: str) -> ConfigurationProblem:
    """Say that the system does not let us read a file."""
    return source_problem(
        source,
        "source_file_unreadable",
        said("cannot read %(path)s: %(reason)s.", path=path, reason=reason),
        said("Let the user that runs Segue read it."),
    )


def not_a_file(source: str, path: SourceFile | Objects, kind: str) -> ConfigurationProblem:
    """Say that a path leads to something that is no file, such as "a named pipe"."""
    return source_problem(
        source,
        "source_not_a_file",
        said("reads %(path)s, which is %(kind)s, not a file.", path=path, kind=kind),
        said(
            "Name a file, or files by a pattern (folder/*.csv); what writes into a pipe can write a file."
        ),
    )


def too_slow(source: str, longest_s: float) -> ConfigurationProblem:
    """Say that a source was not read within the longest time that it may take."""
    minutes = longest_s / 60
    return source_problem(
        source,
        "source_too_slow",
        said_many(
            "was not read within %(count)d minute, the longest time that it may take.",
            "was not read within %(count)d minutes, the longest time that it may take.",
            count=int(minutes) if minutes == int(minutes) else round(minutes, 4),
        ),
        said(
            "See whether its server or disk answers, or something locks its table; if it needs so long, raise its longest_minutes."
        ),
    )


def silent(source: str, seconds: float) -> ConfigurationProblem:
    """Say that nothing was heard from what was only looked at."""
    return source_problem(
        source,
        "source_silent",
        said(
            "does not answer: nothing was heard from it within %(seconds)s seconds.",
            seconds=f"{seconds:g}",
        ),
        said("See whether its server or disk answers, or something locks its table."),
    )


def query_canceled(source: str) -> ConfigurationProblem:
    """Say that a database server ended the query: a time limit of its own, or a person there."""
    return source_problem(
        source,
        "source_query_canceled",
        said("names a database server that ended the query before all was read."),
        said(
            "See whether something locks its table, or the server limits how long a query may take."
        ),
    )


def empty_file(source: str, path: SourceFile) -> ConfigurationProblem:
    """Say that a file holds nothing, not even a header."""
    return source_problem(
        source,
        "source_file_empty",
        said("reads %(path)s, which is empty.", path=path),
        said("Write the file again; a table without rows still has a header."),
    )


def undecodable(source: str, path: SourceFile, *, encoding: str, line: int) -> ConfigurationProblem:
    """Say that a file is not in its encoding."""
    return source_problem(
        source,
        "source_encoding_wrong",
        said(
            "cannot read %(path)s as %(encoding)s: line %(line)s holds other bytes.",
            path=path,
            encoding=encoding,
            line=line,
        ),
        said("Declare the encoding that the file was written in (encoding: …)."),
    )


def encoding_unsure(
    source: str, path: SourceFile, *, line: int, likeliest: str
) -> ConfigurationProblem:
    """Say that a file is neither UTF-8 nor like Windows-1252; `likeliest` is '' when nothing fits well."""
    proposed = f"encoding: {likeliest}" if likeliest else "encoding: …"
    what = said(
        "cannot tell the encoding of %(path)s: from line %(line)s on it is not UTF-8, and the accents of Windows-1252 "
        "make no words of it.",
        path=path,
        line=line,
    )
    return source_problem(
        source,
        "source_encoding_unsure",
        together(
            what, said("It looks like %(encoding)s.", encoding=likeliest) if likeliest else ""
        ),
        said(
            "Declare the encoding that the file was written in (%(proposed)s), or write it as UTF-8.",
            proposed=proposed,
        ),
        likeliest=likeliest,
    )


def encoding_unknown(source: str, encoding: str) -> ConfigurationProblem:
    """Say that text has no such encoding."""
    return source_problem(
        source,
        "source_encoding_unknown",
        said("declares the encoding '%(encoding)s', which does not exist.", encoding=encoding[:40]),
        said("Use a name such as utf-8, latin-1, windows-1252 or utf-16."),
    )


def quote_unclosed(source: str, path: SourceFile, row: int) -> ConfigurationProblem:
    """Say that a quote swallows the rest of a CSV file."""
    return source_problem(
        source,
        "source_quote_unclosed",
        said(
            "cannot read %(path)s: a quote that opens in row %(row)s or later is never closed.",
            path=path,
            row=row,
        ),
        said("Close the quote, double it when it is part of the value, or declare quote: ''."),
    )


def no_row_fits(source: str, path: SourceFile) -> ConfigurationProblem:
    """Say that not one row could be taken: the file is of another form than its header says."""
    return source_problem(
        source,
        "source_rows_unfit",
        said(
            "reads %(path)s, and none of its rows has as many values as its header, or sound quotes.",
            path=path,
        ),
        said(
            "Compare the header with the rows; declare separator, quote or skip_rows when they are told wrong."
        ),
    )


def keys_missing(source: str, column: str, *, rows: int, is_filled: bool) -> ConfigurationProblem:
    """Say that not one row tells whose it is; `is_filled`: something is written there that is no key of its type."""
    what = said("a key of the declared type") if is_filled else said("anything")
    return source_problem(
        source,
        "source_keys_missing",
        said_many(
            "has %(count)s row, and none of them has %(what)s in the column '%(column)s', which is the key.",
            "has %(count)s rows, and none of them has %(what)s in the column '%(column)s', which is the key.",
            count=rows,
            what=what,
            column=column,
        ),
        said(
            "Name the column that tells people apart (`key` under `profiles`), declare its type, or fill it in the source."
        ),
    )


def column_repeated(source: str, path: SourceFile | str, column: str) -> ConfigurationProblem:
    """Say that a needed column stands twice in a header."""
    return source_problem(
        source,
        "source_column_repeated",
        said(
            "reads the column '%(column)s', which stands more than once in the header of %(path)s.",
            column=column,
            path=path,
        ),
        said("Give each column its own name."),
    )


def not_sqlite(source: str, path: SourceFile) -> ConfigurationProblem:
    """Say that a file is not an SQLite database."""
    return source_problem(
        source,
        "source_not_sqlite",
        said("reads %(path)s, which is not an SQLite database.", path=path),
        said("Correct the path, or the source's type."),
    )


def not_parquet(source: str, path: SourceFile) -> ConfigurationProblem:
    """Say that a file is not a Parquet file, or a damaged one."""
    return source_problem(
        source,
        "source_not_parquet",
        said("reads %(path)s, which is not a whole Parquet file.", path=path),
        said("Correct the path, or write the file again."),
    )


def text_invalid(source: str, path: SourceFile) -> ConfigurationProblem:
    """Say that a Parquet file marks as text what is not UTF-8."""
    return source_problem(
        source,
        "source_text_invalid",
        said("reads %(path)s, in which a text is not UTF-8.", path=path),
        said("Write the file again with texts in UTF-8, or as bytes."),
    )


def json_without_objects(source: str, path: SourceFile) -> ConfigurationProblem:
    """Say that nothing in a file is a JSON object: it is of another form than its name says."""
    return source_problem(
        source,
        "source_json_damaged",
        said("reads %(path)s, in which nothing is a JSON object in UTF-8.", path=path),
        said("Write the file again, one JSON object a line."),
    )


def json_damaged(source: str, path: SourceFile, number: int) -> ConfigurationProblem:
    """Say that a file that is one JSON document ends early, or is no JSON from somewhere on."""
    return source_problem(
        source,
        "source_json_damaged",
        said(
            "reads %(path)s, which is not whole JSON in UTF-8: element %(number)s cannot be read.",
            path=path,
            number=number,
        ),
        said("Write the file again, whole; or one JSON object a line."),
    )


def not_excel(source: str, path: SourceFile) -> ConfigurationProblem:
    """Say that a file is no workbook of the kind that can be read, or a damaged one."""
    return source_problem(
        source,
        "source_not_excel",
        said(
            "reads %(path)s, which is not a whole Excel workbook (.xlsx), or has a password.",
            path=path,
        ),
        said("Save it as .xlsx without a password, or as CSV UTF-8."),
    )


def sheet_missing(
    source: str, path: SourceFile, sheet: str, known: Sequence[str]
) -> ConfigurationProblem:
    """Say that a workbook has no such sheet, with the nearest names."""
    return source_problem(
        source,
        "source_sheet_missing",
        said("reads the sheet '%(sheet)s', which %(path)s does not have.", sheet=sheet, path=path),
        suggestion(sheet, known),
    )


def sheet_unsaid(source: str, path: SourceFile, known: Sequence[str]) -> ConfigurationProblem:
    """Say that a workbook has several sheets and none was chosen."""
    listed = ", ".join(repr(name) for name in known[:12])
    return source_problem(
        source,
        "source_sheet_unsaid",
        said("reads %(path)s, which has several sheets: %(listed)s.", path=path, listed=listed),
        said("Declare which one is meant (sheet: …)."),
    )


def database_failed(source: str, reason: str) -> ConfigurationProblem:
    """Say what a database answered; `reason` holds no value and no connection text."""
    return source_problem(
        source,
        "source_database_failed",
        said("cannot be read: %(reason)s.", reason=reason),
        said("Check the database, then run again."),
    )


def unreachable(source: str) -> ConfigurationProblem:
    """Say that a database server does not answer."""
    return source_problem(
        source,
        "source_server_unreachable",
        said("names a database server that does not answer."),
        said("Check that the server runs, and host and port in the connection text."),
    )


def password_refused(source: str) -> ConfigurationProblem:
    """Say that a database server refuses the user or the password."""
    return source_problem(
        source,
        "source_password_refused",
        said("names a database server that refuses the user or the password."),
        said("Correct user and password in the connection text."),
    )


def database_missing(source: str) -> ConfigurationProblem:
    """Say that the server has no such database."""
    return source_problem(
        source,
        "source_database_missing",
        said("names a database that the server does not have."),
        said("Correct the database's name in the connection text."),
    )


def permission_denied(source: str, table: str) -> ConfigurationProblem:
    """Say that the database user may not read a table."""
    return source_problem(
        source,
        "source_permission_denied",
        said("may not read the table '%(table)s'.", table=table),
        said("Grant SELECT on it to the user in the connection text."),
    )


def table_missing(source: str, table: str, known: Sequence[str]) -> ConfigurationProblem:
    """Say that a database has no such table, with the nearest names."""
    return source_problem(
        source,
        "source_table_missing",
        said("reads the table '%(table)s', which the database does not have.", table=table),
        suggestion(table, known),
    )


def needs_spark(source: str) -> ConfigurationProblem:
    """Say that a source is a table of a cluster, and that none is declared."""
    return source_problem(
        source,
        "source_needs_spark",
        said("is a table of Spark, and no Spark cluster is declared."),
        said("Declare it under `engine`."),
    )


def source_undeclared(source: str, known: Sequence[str]) -> ConfigurationProblem:
    """Say that a table reads a source that nobody declared."""
    return source_problem(
        source, "source_undeclared", said("is used but not declared."), suggestion(source, known)
    )
