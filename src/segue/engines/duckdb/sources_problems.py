"""The ways in which a data source cannot be read, each with its next step. Never a value, never a connection text."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from segue.core.errors import ConfigurationProblem, Mistake


def file_missing(source: str, path: Path) -> ConfigurationProblem:
    """Say that a source's file is not there."""
    return source_problem(
        source,
        "source_file_missing",
        f"reads {path}, and there is no such file.",
        "Correct its path.",
    )


def glob_empty(source: str, path: Path) -> ConfigurationProblem:
    """Say that a source's pattern matches no file."""
    return source_problem(
        source,
        "source_glob_empty",
        f"reads {path}, and no file matches.",
        "Correct the pattern, or put the files there.",
    )


def file_unreadable(source: str, path: Path, reason: str) -> ConfigurationProblem:
    """Say that the system does not let us read a file."""
    return source_problem(
        source,
        "source_file_unreadable",
        f"cannot read {path}: {reason}.",
        "Let the user that runs Segue read it.",
    )


def not_a_file(source: str, path: Path, kind: str) -> ConfigurationProblem:
    """Say that a path leads to something that is no file, such as "a named pipe"."""
    return source_problem(
        source,
        "source_not_a_file",
        f"reads {path}, which is {kind}, not a file.",
        "Name a file, or files by a pattern (folder/*.csv); what writes into a pipe can write a file.",
    )


def too_slow(source: str, longest_s: float) -> ConfigurationProblem:
    """Say that a source was not read within the longest time that it may take."""
    minutes = f"{longest_s / 60:g}"
    noun = "minute" if minutes == "1" else "minutes"
    return source_problem(
        source,
        "source_too_slow",
        f"was not read within {minutes} {noun}, the longest time that it may take.",
        "See whether its server or disk answers, or something locks its table; if it needs so long, raise its longest_minutes.",
    )


def silent(source: str, seconds: float) -> ConfigurationProblem:
    """Say that nothing was heard from what was only looked at."""
    return source_problem(
        source,
        "source_silent",
        f"does not answer: nothing was heard from it within {seconds:g} seconds.",
        "See whether its server or disk answers, or something locks its table.",
    )


def query_canceled(source: str) -> ConfigurationProblem:
    """Say that a database server ended the query: a time limit of its own, or a person there."""
    return source_problem(
        source,
        "source_query_canceled",
        "names a database server that ended the query before all was read.",
        "See whether something locks its table, or the server limits how long a query may take.",
    )


def empty_file(source: str, path: Path) -> ConfigurationProblem:
    """Say that a file holds nothing, not even a header."""
    return source_problem(
        source,
        "source_file_empty",
        f"reads {path}, which is empty.",
        "Write the file again; a table without rows still has a header.",
    )


def undecodable(source: str, path: Path, *, encoding: str, line: int) -> ConfigurationProblem:
    """Say that a file is not in its encoding."""
    return source_problem(
        source,
        "source_encoding_wrong",
        f"cannot read {path} as {encoding}: line {line} holds other bytes.",
        "Declare the encoding that the file was written in (encoding: …).",
    )


def encoding_unsure(source: str, path: Path, *, line: int, likeliest: str) -> ConfigurationProblem:
    """Say that a file is neither UTF-8 nor like Windows-1252; `likeliest` is '' when nothing fits well."""
    proposed = f"encoding: {likeliest}" if likeliest else "encoding: …"
    seems = f" It looks like {likeliest}." if likeliest else ""
    return source_problem(
        source,
        "source_encoding_unsure",
        f"cannot tell the encoding of {path}: from line {line} on it is not UTF-8, and the accents of Windows-1252"
        f" make no words of it.{seems}",
        f"Declare the encoding that the file was written in ({proposed}), or write it as UTF-8.",
        likeliest=likeliest,
    )


def encoding_unknown(source: str, encoding: str) -> ConfigurationProblem:
    """Say that text has no such encoding."""
    return source_problem(
        source,
        "source_encoding_unknown",
        f"declares the encoding {encoding[:40]!r}, which does not exist.",
        "Use a name such as utf-8, latin-1, windows-1252 or utf-16.",
    )


def quote_unclosed(source: str, path: Path, row: int) -> ConfigurationProblem:
    """Say that a quote swallows the rest of a CSV file."""
    return source_problem(
        source,
        "source_quote_unclosed",
        f"cannot read {path}: a quote that opens in row {row} or later is never closed.",
        "Close the quote, double it when it is part of the value, or declare quote: ''.",
    )


def no_row_fits(source: str, path: Path) -> ConfigurationProblem:
    """Say that not one row could be taken: the file is of another form than its header says."""
    return source_problem(
        source,
        "source_rows_unfit",
        f"reads {path}, and none of its rows has as many values as its header, or sound quotes.",
        "Compare the header with the rows; declare separator, quote or skip_rows when they are told wrong.",
    )


def keys_missing(source: str, column: str, *, rows: int, is_filled: bool) -> ConfigurationProblem:
    """Say that not one row tells whose it is; `is_filled`: something is written there that is no key of its type."""
    what = "a key of the declared type" if is_filled else "anything"
    return source_problem(
        source,
        "source_keys_missing",
        f"has {rows} {'row' if rows == 1 else 'rows'}, and none of them has {what} in the column {column!r}, which is the key.",
        "Name the column that tells people apart (`key` under `profiles`), declare its type, or fill it in the source.",
    )


def column_repeated(source: str, path: Path, column: str) -> ConfigurationProblem:
    """Say that a needed column stands twice in a header."""
    return source_problem(
        source,
        "source_column_repeated",
        f"reads the column {column!r}, which stands more than once in the header of {path}.",
        "Give each column its own name.",
    )


def not_sqlite(source: str, path: Path) -> ConfigurationProblem:
    """Say that a file is not an SQLite database."""
    return source_problem(
        source,
        "source_not_sqlite",
        f"reads {path}, which is not an SQLite database.",
        "Correct the path, or the source's type.",
    )


def not_parquet(source: str, path: Path) -> ConfigurationProblem:
    """Say that a file is not a Parquet file, or a damaged one."""
    return source_problem(
        source,
        "source_not_parquet",
        f"reads {path}, which is not a whole Parquet file.",
        "Correct the path, or write the file again.",
    )


def text_invalid(source: str, path: Path) -> ConfigurationProblem:
    """Say that a Parquet file marks as text what is not UTF-8."""
    return source_problem(
        source,
        "source_text_invalid",
        f"reads {path}, in which a text is not UTF-8.",
        "Write the file again with texts in UTF-8, or as bytes.",
    )


def json_without_objects(source: str, path: Path) -> ConfigurationProblem:
    """Say that nothing in a file is a JSON object: it is of another form than its name says."""
    return source_problem(
        source,
        "source_json_damaged",
        f"reads {path}, in which nothing is a JSON object in UTF-8.",
        "Write the file again, one JSON object a line.",
    )


def json_damaged(source: str, path: Path, number: int) -> ConfigurationProblem:
    """Say that a file that is one JSON document ends early, or is no JSON from somewhere on."""
    return source_problem(
        source,
        "source_json_damaged",
        f"reads {path}, which is not whole JSON in UTF-8: element {number} cannot be read.",
        "Write the file again, whole; or one JSON object a line.",
    )


def not_excel(source: str, path: Path) -> ConfigurationProblem:
    """Say that a file is no workbook of the kind that can be read, or a damaged one."""
    return source_problem(
        source,
        "source_not_excel",
        f"reads {path}, which is not a whole Excel workbook (.xlsx), or has a password.",
        "Save it as .xlsx without a password, or as CSV UTF-8.",
    )


def sheet_missing(
    source: str, path: Path, sheet: str, known: Sequence[str]
) -> ConfigurationProblem:
    """Say that a workbook has no such sheet, with the nearest names."""
    return source_problem(
        source,
        "source_sheet_missing",
        f"reads the sheet {sheet!r}, which {path} does not have.",
        suggestion(sheet, known),
    )


def sheet_unsaid(source: str, path: Path, known: Sequence[str]) -> ConfigurationProblem:
    """Say that a workbook has several sheets and none was chosen."""
    listed = ", ".join(repr(name) for name in known[:12])
    return source_problem(
        source,
        "source_sheet_unsaid",
        f"reads {path}, which has several sheets: {listed}.",
        "Declare which one is meant (sheet: …).",
    )


def database_failed(source: str, reason: str) -> ConfigurationProblem:
    """Say what a database answered; `reason` holds no value and no connection text."""
    return source_problem(
        source,
        "source_database_failed",
        f"cannot be read: {reason}.",
        "Check the database, then run again.",
    )


def unreachable(source: str) -> ConfigurationProblem:
    """Say that a database server does not answer."""
    return source_problem(
        source,
        "source_server_unreachable",
        "names a database server that does not answer.",
        "Check that the server runs, and host and port in the connection text.",
    )


def password_refused(source: str) -> ConfigurationProblem:
    """Say that a database server refuses the user or the password."""
    return source_problem(
        source,
        "source_password_refused",
        "names a database server that refuses the user or the password.",
        "Correct user and password in the connection text.",
    )


def database_missing(source: str) -> ConfigurationProblem:
    """Say that the server has no such database."""
    return source_problem(
        source,
        "source_database_missing",
        "names a database that the server does not have.",
        "Correct the database's name in the connection text.",
    )


def permission_denied(source: str, table: str) -> ConfigurationProblem:
    """Say that the database user may not read a table."""
    return source_problem(
        source,
        "source_permission_denied",
        f"may not read the table {table!r}.",
        "Grant SELECT on it to the user in the connection text.",
    )


def table_missing(source: str, table: str, known: Sequence[str]) -> ConfigurationProblem:
    """Say that a database has no such table, with the nearest names."""
    return source_problem(
        source,
        "source_table_missing",
        f"reads the table {table!r}, which the database does not have.",
        suggestion(table, known),
    )


def columns_missing(
    source: str, missing: Sequence[str], known: Sequence[str], *, place: str = ""
) -> ConfigurationProblem:
    """Say which columns a source lacks, each with the nearest names."""
    where = f" in {place}" if place else ""
    mistakes = [
        Mistake(
            path=f"sources.{source}",
            message=f"There is no column {column!r}{where}.",
            action=suggestion(column, known),
            code="source_column_missing",
        )
        for column in missing
    ]
    listed = ", ".join(repr(column) for column in missing)
    noun = "column" if len(missing) == 1 else "columns"
    return ConfigurationProblem(
        f"Source {source!r} has no {noun} {listed}{where}.",
        action=" ".join(dict.fromkeys(mistake.action for mistake in mistakes)),
        code="source_column_missing",
        context={"source": source},
        mistakes=mistakes,
    )


def source_undeclared(source: str, known: Sequence[str]) -> ConfigurationProblem:
    """Say that a table reads a source that nobody declared."""
    return source_problem(
        source, "source_undeclared", "is used but not declared.", suggestion(source, known)
    )


def combined(problems: Sequence[ConfigurationProblem]) -> ConfigurationProblem:
    """Make one problem of several: every mistake is told at once."""
    if len(problems) == 1:
        return problems[0]
    mistakes = [mistake for problem in problems for mistake in problem.mistakes]
    return ConfigurationProblem(
        f"{len(problems)} data sources cannot be read: "
        + " ".join(problem.message for problem in problems),
        action=" ".join(dict.fromkeys(problem.action for problem in problems)),
        code="sources_unreadable",
        mistakes=mistakes,
    )


def suggestion(wanted: str, known: Sequence[str]) -> str:
    """Propose the nearest names, or list what there is."""
    by_fold = {name.casefold(): name for name in known}
    if wanted.casefold() in by_fold:
        return f"Did you mean {by_fold[wanted.casefold()]!r}?"
    near = get_close_matches(wanted.casefold(), list(by_fold), n=3, cutoff=0.6)
    if near:
        return f"Did you mean {' or '.join(repr(by_fold[name]) for name in near)}?"
    if not known:
        return "There is none at all."
    more = f" and {len(known) - 12} more" if len(known) > 12 else ""
    return f"There are {', '.join(repr(name) for name in known[:12])}{more}."


def source_problem(
    source: str, code: str, what: str, action: str, **context: str
) -> ConfigurationProblem:
    """Say what is wrong with a source and what to do: both are sentences, the first begins with the source's name."""
    message = f"Source {source!r} {what}"
    return ConfigurationProblem(
        message,
        action=action,
        code=code,
        context={"source": source, **context},
        mistakes=[Mistake(path=f"sources.{source}", message=message, action=action, code=code)],
    )
