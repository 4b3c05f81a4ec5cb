"""The texts of what `segue init` found and left out, in English. Text only; see `messages_texts`."""

from __future__ import annotations

INIT: dict[str, str] = {
    "init_note_read_as": "{file} is read as {encoding}: look at some names with accents.",
    "init_note_united": "{files} have the same columns and are one source: {pattern}.",
    "init_note_null_values": "In {file}, these stand for no value (null_values): {signs}.",
    "init_note_columns_nameless": "Columns without a name in {file} are left out: {columns}. Name them in the header if they are needed.",
    "init_note_columns_alike": "Columns of one name in {file} are left out: {columns}. Give each its own name.",
    "init_note_sheets_hidden": "Hidden sheets of {file} are left out: {sheets}. Declare one by its name if it is needed (sheet: …).",
    "init_to_do_declare": "Declare your data sources and profiles in the file.",
    "init_to_do_no_email": "No column with e-mail addresses was found: declare an attribute with `type: email`.",
    "init_to_do_unique": "Check that `{column}` is unique for each person in `{table}`.",
    "init_to_do_api_key": "Set the environment variable MAILCHIMP_API_KEY, or start `segue sandbox` and set `base_url`.",
    "init_to_do_exports": "Complete the section `exports` and run `segue check`.",
    "init_to_do_secret": "Left out of `{table}`, because it looks like a secret: {columns}.",
    "init_to_do_unread": "`{table}` is declared, but nothing reads it: no column links it to `{profiles}`. Declare a join or a related table, or take it out.",
    "init_doubt_day_or_month": "Declare how `{column}` of `{table}` is written: its values do not tell the day from the month, so it stays a text.",
    "init_doubt_two_orders": "Declare how `{column}` of `{table}` is written: some of its values begin with the day and others with the month, so it stays a text.",
    "init_doubt_two_currencies": "`{column}` of `{table}` holds amounts of several currencies, so it stays a text.",
    "init_doubt_two_marks": "Declare how `{column}` of `{table}` is written: its values do not tell the decimal mark from the thousands mark, so it stays a text.",
    "init_left_out_workbook": "Not read: {files}. Save them as .xlsx, or as CSV UTF-8.",
    "init_left_out_archive": "Not read: {files}. Unpack them first.",
    "init_left_out_database": "Not read: {files}. Export their tables as CSV, or load them into SQLite or PostgreSQL.",
    "init_left_out_columns": "Not read: {files}. Write them as Parquet or CSV.",
    "init_left_out_document": "Not read: {files}. Export the data in them as CSV, .xlsx or JSON.",
    "init_left_out_folder": "Folders are not searched: {files}. Name one to look into it (segue init FOLDER).",
    "init_left_out_other": "Nothing like a table was found in {files}. If there is one, save it as CSV with a header.",
}
