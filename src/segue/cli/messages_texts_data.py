"""The texts of data, in English: applying and beginning a definition, what could not be read, what differs. Text only."""

from __future__ import annotations

APPLY: dict[str, str] = {
    "apply_title": "What {file} changes in the installation in {home}:",
    "apply_same": "{file} is what counts already; nothing was applied.",
    "apply_only_text": "Nothing that counts changes, only the text.",
    "apply_ignored": "Not applied, because an installation does not take it from a file: {sections}.",
    "apply_settings": "Settings",
    "apply_sources": "Data sources",
    "apply_tables": "Tables",
    "apply_attributes": "Profile attributes",
    "apply_measures": "Measures",
    "apply_segments": "Segments",
    "apply_connections": "Connections",
    "apply_exports": "Exports",
    "apply_added": "+ {label}: {after}",
    "apply_changed": "~ {label}: {before} → {after}",
    "apply_removed": "- {label}: {before}",
    "apply_used": "used by {exports}",
    "apply_breaking": "Exports that use what is removed stop running until they are changed: {exports}.",
    "apply_confirm": "Apply these changes?",
    "apply_declined": "Nothing was applied.",
    "export_config_written": "Wrote {file}.",
    "export_config_left_out": "Left out under {section}, because a file cannot say it: {name}. {why}",
    "export_config_variables": "Before it is applied elsewhere, these variables hold the secrets: {names}.",
    "apply_done": "Applied. The data is read with the next refresh.",
}

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

_OF_PLANS: dict[str, str] = {
    "reading_title": "Read with problems, and this export stands on it:",
    "reading_values": "{lost} of {written} written {written:value|values} of {place} {lost:was|were} not read ({share}; {kinds}): {use}.",
    "reading_joins": "{lost} of {written} {written:row|rows} found nothing to join by {place} ({share}; {kinds}): {use}.",
    "reading_rows": "{left} {left:row|rows} of {place} {left:was|were} left out ({kinds}): {use}.",
    "reading_kind": "{kind}: {count}",
    "reading_samples": "{line} Written: {samples}.",
    "reading_more": "Every value and row that was not read: segue profiles --problems",
    "reading_elsewhere": "{count} {count:value or row|values or rows} that this export does not stand on {count:was|were} not read either: segue profiles",
}

_PROFILES: dict[str, str] = {
    "reading_status": "Read with problems",
    "reading_change_encoding": "Changed since the refresh before: {source} was written in {before} and is written in {after} now.",
    "reading_change_separator": "Changed since the refresh before: the values of {source} were separated by {before} and are separated by {after} now.",
    "reading_change_columns": "Changed since the refresh before: the columns of {source} (gone: {before}; new: {after}).",
    "reading_segment": "{segment}: {line}",
    "head_place": "Attribute",
    "head_written": "Written",
    "head_lost": "Not read",
    "head_share": "Share",
    "head_samples": "For example",
    "head_reading": "Reading",
}

READING: dict[str, str] = {**_OF_PLANS, **_PROFILES}

# Short words for what was wrong with values and rows, behind a number. Whole sentences with what to do are those of
# `profiles.problems`.

_ROWS: dict[str, str] = {
    "row_ragged": "too many or too few values",
    "row_quotes_unsound": "unsound quotes",
    "row_blank": "empty",
    "row_too_large": "too large",
    "json_invalid": "not JSON",
    "json_not_an_object": "not a JSON object",
    "json_too_deep": "too many levels",
    "key_missing": "without a key",
    "key_invalid": "with a key that cannot be read",
    "key_repeated": "with a key that another row has",
    "key_without_profile": "of no profile",
    "key_written_otherwise": "with a profile’s key written otherwise",
    "join_repeated": "with the join columns of another row",
    "join_without_match": "without a match",
    "yes_outweighed": "a yes that another row denies",
}

_VALUES: dict[str, str] = {
    "json_key_repeated": "a JSON key given twice",
    "value_too_large": "too large",
    "cell_error": "an error of the spreadsheet",
    "digits_lost": "a number that lost digits",
    "formula_not_computed": "a formula without a value",
    "text_undecodable": "bytes of another encoding",
    "text_garbled": "damaged text",
    "text_for_nothing": "NULL and the like",
    "text_doubtful": "doubtful text",
    "control_characters": "control characters",
    "not_an_integer": "not a whole number",
    "not_a_number": "not a number",
    "not_a_boolean": "neither true nor false",
    "not_a_date": "not a date",
    "not_a_timestamp": "not a date and time",
    "not_a_birthday": "not a day of the year",
    "out_of_range": "beyond what can be kept",
    "rounded": "rounded",
}

_ADDRESSES: dict[str, str] = {
    "missing": "no address",
    "contains_spaces": "an address with a space",
    "no_at_sign": "an address without a sign @",
    "several_at_signs": "an address with several signs @",
    "non_ascii_local_part": "an address with letters beyond a-z",
    "bad_local_part": "an address with a wrong part before the sign @",
    "bad_domain": "an address with a wrong domain",
    "too_long": "an address that is too long",
}

PROBLEMS: dict[str, str] = {
    f"problem_{kind}": pair for kind, pair in {**_ROWS, **_VALUES, **_ADDRESSES}.items()
}

RECONCILE: dict[str, str] = {
    "reconcile_looked": "{export} and audience {audience} ({id}): {count} {count:contact|contacts} looked at.",
    "reconcile_none": "Nothing differs: the audience holds what Mailchimp acknowledged.",
    "reconcile_gone": "Who is no longer in the audience stays out until they sign up again; no repair adds them.",
    "reconcile_repair": "Nothing was written. To repair it: {command}",
    "head_difference": "Difference",
    "head_subject": "Tag or merge field",
    "differs_tag_deleted": "tag deleted, or deleted and made again",
    "differs_tag_renamed": "tag renamed",
    "differs_tag_lost": "tag taken off people",
    "differs_field_new": "merge field deleted, or deleted and made again",
    "differs_fields_differ": "other values than those sent",
    "differs_gone": "no longer in the audience",
}
