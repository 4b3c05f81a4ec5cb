"""The short words for what was wrong with values and rows, in English, by kind. Text only; see `messages_texts`.

Whole sentences with what to do are those of `profiles.problems`; these stand in brackets behind a number.
"""

from __future__ import annotations

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
"""English by key."""
