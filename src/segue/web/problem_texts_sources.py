"""General words for problems of data sources that are stored with a run or a refresh, by code. Texts only."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from segue.web.problem_texts import Text

_SOURCE = r"^Source '(?P<source>[^']+)'"


def _of_source(detailed: Promise, action: Promise, *, values: str = "") -> Text:
    return Text(
        message=_("A data source cannot be read."),
        action=action,
        detailed=detailed,
        values=_SOURCE + values,
    )


SOURCES: Mapping[str, Text] = {
    "sources_unreadable": Text(
        message=_("Several data sources cannot be read."),
        action=_("Correct each of them as the original message says."),
        detailed=_("%(count)s data sources cannot be read."),
        values=r"^(?P<count>\d+) data sources",
    ),
    "source_undeclared": _of_source(
        _("The data source %(source)s is used, but not declared."),
        _("Declare it in the definition, or correct its name."),
    ),
    "source_file_missing": _of_source(
        _("The file of the data source %(source)s is not there."), _("Correct its path.")
    ),
    "source_glob_empty": _of_source(
        _("No file matches the pattern of the data source %(source)s."),
        _("Correct the pattern, or put the files there."),
    ),
    "source_file_unreadable": _of_source(
        _("The system does not let Segue read the file of the data source %(source)s."),
        _("Let the user that runs Segue read it."),
    ),
    "source_not_a_file": _of_source(
        _("The path of the data source %(source)s leads to something that is not a file."),
        _("Name a file, or files by a pattern; what writes into a pipe can write a file."),
    ),
    "source_too_slow": _of_source(
        _("The data source %(source)s was not read within the longest time that it may take."),
        _(
            "See whether its server or disk answers, or something locks its table; if it needs so long, raise its"
            " longest_minutes in the definition."
        ),
    ),
    "source_silent": _of_source(
        _("Nothing was heard from the data source %(source)s in time."),
        _("See whether its server or disk answers, or something locks its table."),
    ),
    "source_query_canceled": _of_source(
        _("The database server of the data source %(source)s ended the query before all was read."),
        _("See whether something locks its table, or the server limits how long a query may take."),
    ),
    "source_read_died": _of_source(
        _("Two workers in a row died while they were reading the data source %(source)s."),
        _(
            "See whether the source answers, and whether the worker’s machine has enough memory; then run again."
        ),
    ),
    "source_read_once_more": Text(
        message=_("The worker died while it was reading this; it is read once more."),
        action=_("Nothing, unless it happens again."),
        detailed=_(
            "The worker died while it was reading the data source %(source)s; it is read once more."
        ),
        values=_SOURCE,
    ),
    "source_private": _of_source(
        _("The file of the data source %(source)s is what Segue itself keeps, or a copy of it."),
        _("Name a file with your own data; keep backups of Segue apart from it."),
    ),
    "source_rows_too_many": _of_source(
        _("The data source %(source)s has more rows than one may have."),
        _("See why it grew; raise SEGUE_SOURCE_ROWS where Segue runs, if it is right."),
    ),
    "source_columns_too_many": _of_source(
        _("The data source %(source)s has more columns than one may have."),
        _(
            "Write only those that are needed, or raise SEGUE_SOURCE_COLUMNS where Segue runs, if it is right."
        ),
    ),
    "source_header_too_large": _of_source(
        _(
            "The header of the data source %(source)s, or a line before it, is longer than a row may be."
        ),
        _("See whether it is the right file, and whether its rows are on lines of their own."),
    ),
    "source_values_too_large": _of_source(
        _(
            "The data source %(source)s holds values that are too large to be read, or to be passed over."
        ),
        _("Take them out of the source, or leave their column out of what is written for Segue."),
    ),
    "source_unpacks_too_large": _of_source(
        _("The workbook of the data source %(source)s unpacks into more than it may."),
        _(
            "Save the table as CSV UTF-8; or, if the workbook is right, raise SEGUE_SOURCE_WORKBOOK_MB where Segue runs."
        ),
    ),
    "source_memory_exceeded": _of_source(
        _(
            "The data source %(source)s holds values that cannot be read within the memory that a refresh may take."
        ),
        _("Write it again with smaller values and smaller row groups."),
    ),
    "source_reading_failed": _of_source(
        _(
            "The data source %(source)s cannot be read: it is damaged, or of another kind than its type says."
        ),
        _("Write it again, whole, or correct its path or type."),
    ),
    "source_file_empty": _of_source(
        _("The file of the data source %(source)s is empty."),
        _("Write the file again; a table without rows still has a header."),
    ),
    "source_encoding_wrong": _of_source(
        _("The file of the data source %(source)s is not in the declared encoding."),
        _("Declare the encoding that the file was written in."),
    ),
    "source_encoding_unknown": _of_source(
        _("The data source %(source)s declares an encoding that does not exist."),
        _("Use a name such as utf-8, latin-1, windows-1252 or utf-16."),
    ),
    "source_encoding_unsure": _of_source(
        _("The encoding of the file of the data source %(source)s cannot be told."),
        _("Declare the encoding that the file was written in, or write it as UTF-8."),
    ),
    "file_without_header": Text(
        message=_("A file seems to have no header: its first row holds an e-mail address."),
        action=_("Write the names of the columns into the first row."),
    ),
    "source_rows_unfit": _of_source(
        _("No row of the file of the data source %(source)s fits its header."),
        _("Compare the header with the rows; declare the separator or the title lines."),
    ),
    "source_keys_missing": _of_source(
        _("No row of the data source %(source)s has a key in the column %(column)s."),
        _(
            "Name the column that tells people apart as the key of the profiles, declare its type, or fill it in the source."
        ),
        values=r".* in the column '(?P<column>[^']+)', which is the key",
    ),
    "source_quote_unclosed": _of_source(
        _(
            "A quote in the file of the data source %(source)s is opened in row %(row)s or later and never closed."
        ),
        _("Close the quote, or double it when it is part of the value."),
        values=r".*in row (?P<row>\d+)",
    ),
    "source_column_repeated": _of_source(
        _(
            "The column %(column)s stands more than once in the header of the data source %(source)s."
        ),
        _("Give each column its own name."),
        values=r" reads the column '(?P<column>[^']+)'",
    ),
    "source_column_missing": _of_source(
        _("The data source %(source)s lacks columns: %(columns)s."),
        _("Put the column back, or correct the definition."),
        values=r" has no columns? (?P<columns>'[^']*'(?:, '[^']*')*)",
    ),
    "source_table_missing": _of_source(
        _(
            "The data source %(source)s reads the table %(table)s, which the database does not have."
        ),
        _("Correct the table’s name in the definition."),
        values=r" reads the table '(?P<table>[^']+)'",
    ),
    "source_not_sqlite": _of_source(
        _("The file of the data source %(source)s is not an SQLite database."),
        _("Correct the path, or the source’s type."),
    ),
    "source_not_parquet": _of_source(
        _("The file of the data source %(source)s is not a whole Parquet file."),
        _("Correct the path, or write the file again."),
    ),
    "source_text_invalid": _of_source(
        _("A text in the file of the data source %(source)s is not UTF-8."),
        _("Write the file again with texts in UTF-8."),
    ),
    "source_json_damaged": _of_source(
        _("The file of the data source %(source)s is not whole JSON."),
        _("Write the file again, whole."),
    ),
    "source_not_excel": _of_source(
        _("The file of the data source %(source)s is not a whole Excel workbook."),
        _("Save it as .xlsx without a password, or as CSV UTF-8."),
    ),
    "source_sheet_missing": _of_source(
        _(
            "The data source %(source)s reads the sheet %(sheet)s, which the workbook does not have."
        ),
        _("Correct the sheet’s name in the definition."),
        values=r" reads the sheet '(?P<sheet>[^']+)'",
    ),
    "source_sheet_unsaid": _of_source(
        _("The workbook of the data source %(source)s has several sheets."),
        _("Declare in the definition which one is meant."),
    ),
    "source_database_failed": _of_source(
        _("The database of the data source %(source)s gave up while it was read."),
        _("Check the database, then run again."),
    ),
    "source_server_unreachable": _of_source(
        _("The database server of the data source %(source)s does not answer."),
        _("Check that the server runs, and host and port in the connection text."),
    ),
    "source_password_refused": _of_source(
        _("The database server of the data source %(source)s refuses the user or the password."),
        _("Correct user and password in the connection text."),
    ),
    "source_database_missing": _of_source(
        _("The data source %(source)s names a database that the server does not have."),
        _("Correct the database’s name in the connection text."),
    ),
    "source_permission_denied": _of_source(
        _("The database user of the data source %(source)s may not read the table %(table)s."),
        _("Grant SELECT on it to the user in the connection text."),
        values=r" may not read the table '(?P<table>[^']+)'",
    ),
}
"""Codes of data sources, whose own English is fit for pages."""
