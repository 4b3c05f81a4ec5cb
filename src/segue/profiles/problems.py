"""What can be wrong with a row or a value of a data source, in words a person can act on. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from segue.core.emails import AddressProblem
from segue.core.sentences import said


class RowProblem(StrEnum):
    """Why a row, or a value of a row, could not be taken as it was written."""

    ROW_RAGGED = "row_ragged"
    ROW_QUOTES_UNSOUND = "row_quotes_unsound"
    ROW_BLANK = "row_blank"
    ROW_TOO_LARGE = "row_too_large"
    JSON_INVALID = "json_invalid"
    JSON_NOT_AN_OBJECT = "json_not_an_object"
    JSON_TOO_DEEP = "json_too_deep"
    JSON_KEY_REPEATED = "json_key_repeated"
    VALUE_TOO_LARGE = "value_too_large"
    CELL_ERROR = "cell_error"
    DIGITS_LOST = "digits_lost"
    FORMULA_NOT_COMPUTED = "formula_not_computed"
    TEXT_UNDECODABLE = "text_undecodable"
    TEXT_GARBLED = "text_garbled"
    TEXT_FOR_NOTHING = "text_for_nothing"
    TEXT_DOUBTFUL = "text_doubtful"
    CONTROL_CHARACTERS = "control_characters"
    KEY_MISSING = "key_missing"
    KEY_INVALID = "key_invalid"
    KEY_REPEATED = "key_repeated"
    KEY_WITHOUT_PROFILE = "key_without_profile"
    KEY_WRITTEN_OTHERWISE = "key_written_otherwise"
    JOIN_REPEATED = "join_repeated"
    JOIN_WITHOUT_MATCH = "join_without_match"
    YES_OUTWEIGHED = "yes_outweighed"
    NOT_AN_INTEGER = "not_an_integer"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_BOOLEAN = "not_a_boolean"
    NOT_A_DATE = "not_a_date"
    NOT_A_TIMESTAMP = "not_a_timestamp"
    NOT_A_BIRTHDAY = "not_a_birthday"
    OUT_OF_RANGE = "out_of_range"
    ROUNDED = "rounded"


HARMLESS = frozenset(
    (
        RowProblem.ROW_BLANK,
        RowProblem.TEXT_FOR_NOTHING,
        RowProblem.TEXT_DOUBTFUL,
        RowProblem.CONTROL_CHARACTERS,
        RowProblem.ROUNDED,
        RowProblem.YES_OUTWEIGHED,
        AddressProblem.MISSING,
    )
)
"""Kinds that cost nothing that was written: told, but nobody has to act. Every other kind loses a value or a row."""


def concerns_key(kind: str) -> bool:
    """Return whether a problem is one of rows and their key."""
    return kind.startswith("key_")


def concerns_join(kind: str) -> bool:
    """Return whether a problem is one of rows and the columns that join them."""
    return kind.startswith("join_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a kind of problem means for the row (`meaning`) and what to do about it (`action`)."""

    meaning: str
    action: str


def explanation(kind: str) -> Explanation:
    """Explain a kind of row problem or address problem.

    Raises: KeyError for a kind that is neither: our bug.
    """
    meaning, action = _WORDS[kind]
    return Explanation(meaning=meaning, action=action)


_FIX_ADDRESS = said("Correct the address in the source.")
_WORDS: dict[str, tuple[str, str]] = {
    RowProblem.ROW_RAGGED: (
        said("The row has more or fewer values than the header and was left out."),
        said("Put values that hold the separator in quotes, or correct the row."),
    ),
    RowProblem.ROW_QUOTES_UNSOUND: (
        said("The row's quotes are not sound, so that it may run into another; it was left out."),
        said("Double every quote inside a value, and close each quote in front of the separator."),
    ),
    RowProblem.ROW_BLANK: (
        said("The row is empty and was left out."),
        said("Nothing needs to be done."),
    ),
    RowProblem.ROW_TOO_LARGE: (
        said("The row is larger than a row may be and was left out."),
        said(
            "Look what it holds, such as a whole file in one value, and take it out of the source."
        ),
    ),
    RowProblem.JSON_INVALID: (
        said("The line is not valid JSON and was left out."),
        said("Write one JSON object a line."),
    ),
    RowProblem.JSON_NOT_AN_OBJECT: (
        said("This is JSON but not an object and was left out."),
        said("Write one JSON object a line."),
    ),
    RowProblem.JSON_TOO_DEEP: (
        said("The object has more levels of brackets than one may have and was left out."),
        said("Write what is needed of it with fewer levels."),
    ),
    RowProblem.VALUE_TOO_LARGE: (
        said("The value is larger than a value may be; it was left empty."),
        said("Look what it holds, such as a whole file, and take it out of the source."),
    ),
    RowProblem.JSON_KEY_REPEATED: (
        said("The object gives this key twice, with different values; the value was left empty."),
        said("Write each key of an object once."),
    ),
    RowProblem.DIGITS_LOST: (
        said(
            "The number has more digits than its program keeps, so that its end is wrong; it was left empty."
        ),
        said("Keep long numbers, such as those of cards and accounts, as texts in the source."),
    ),
    RowProblem.CELL_ERROR: (
        said("The cell holds an error such as #N/A; it was left empty."),
        said("Correct the formula in the workbook."),
    ),
    RowProblem.FORMULA_NOT_COMPUTED: (
        said("The formula has no stored value; it was left empty."),
        said("Open the workbook in a spreadsheet program and save it."),
    ),
    RowProblem.TEXT_UNDECODABLE: (
        said("The value holds bytes that the file's encoding does not explain; it was left empty."),
        said("Write the whole file in one encoding, best in UTF-8."),
    ),
    RowProblem.TEXT_GARBLED: (
        said("The text was damaged before, as in RenÃ© for René; it was left empty."),
        said("Write it anew from where it is whole, in UTF-8."),
    ),
    RowProblem.TEXT_FOR_NOTHING: (
        said(
            "The text is what programs write where there is no value, such as NULL or N/A; it counts as blank."
        ),
        said("Leave the value empty in the source."),
    ),
    RowProblem.TEXT_DOUBTFUL: (
        said(
            "The text may be what programs write where there is no value (None, Null); it was kept."
        ),
        said(
            "Look whether it is a name or a word; if not, leave the value empty in the source, or declare null_values."
        ),
    ),
    RowProblem.CONTROL_CHARACTERS: (
        said("The text holds control characters; they were taken out."),
        said("Remove the control characters in the source."),
    ),
    RowProblem.KEY_MISSING: (
        said("The row has no key and was left out."),
        said("Fill the key column in the source."),
    ),
    RowProblem.KEY_INVALID: (
        said("The key is not of the declared type and the row was left out."),
        said("Correct the key, or declare it with type text."),
    ),
    RowProblem.KEY_REPEATED: (
        said("Another row with the same key won; this one was left out."),
        said(
            "Keep one row per key in the source, or declare which one wins: `winner` under `profiles`."
        ),
    ),
    RowProblem.KEY_WITHOUT_PROFILE: (
        said("The row's key belongs to no profile; the row was left out."),
        said("Check the relationship when there are many of these."),
    ),
    RowProblem.KEY_WRITTEN_OTHERWISE: (
        said(
            "The row's key is a profile's but for capital letters, leading zeros or blanks; the row was left out."
        ),
        said("Write the key in both sources alike."),
    ),
    RowProblem.JOIN_WITHOUT_MATCH: (
        said("The join found no row; its attributes were left empty."),
        said("Check the join when there are many of these."),
    ),
    RowProblem.YES_OUTWEIGHED: (
        said(
            "Another row with the same key says no, or what cannot be read; where this is the consent, that counts."
        ),
        said("Correct the rows in the source."),
    ),
    RowProblem.JOIN_REPEATED: (
        said("An earlier row has the same join columns; this one is never joined."),
        said("Join on columns that are unique in the joined source."),
    ),
    RowProblem.NOT_AN_INTEGER: (
        said("The value is not a whole number; it was left empty."),
        said("Correct it, or declare thousands_mark, or type decimal or text."),
    ),
    RowProblem.NOT_A_NUMBER: (
        said("The value is not a number; it was left empty."),
        said("Correct it, or declare decimal_mark and thousands_mark, or type text."),
    ),
    RowProblem.NOT_A_BOOLEAN: (
        said("The value is neither true nor false; it was left empty."),
        said(
            "Write true/false, yes/no, oui/non, ja/nein or 1/0, or declare true_values and false_values."
        ),
    ),
    RowProblem.NOT_A_DATE: (
        said("The value is not a date; it was left empty."),
        said("Correct it, or declare formats that fit."),
    ),
    RowProblem.NOT_A_TIMESTAMP: (
        said("The value is not a date and time; it was left empty."),
        said("Correct it, or declare formats that fit."),
    ),
    RowProblem.NOT_A_BIRTHDAY: (
        said("The value is not a day of the year; it was left empty."),
        said("Write MM/DD, or declare formats that fit."),
    ),
    RowProblem.OUT_OF_RANGE: (
        said("The number or date is beyond what can be kept; it was left empty."),
        said("Correct it, or declare type text."),
    ),
    RowProblem.ROUNDED: (
        said("The number had more decimals than declared and was rounded."),
        said("Declare a greater scale when the decimals matter."),
    ),
    AddressProblem.MISSING: (
        said("There is no address."),
        said("Fill it in when the person should be written to."),
    ),
    AddressProblem.CONTAINS_SPACES: (said("The address holds a space."), _FIX_ADDRESS),
    AddressProblem.NO_AT_SIGN: (said("The address has no sign @."), _FIX_ADDRESS),
    AddressProblem.SEVERAL_AT_SIGNS: (said("The address has several signs @."), _FIX_ADDRESS),
    AddressProblem.NON_ASCII_LOCAL_PART: (
        said(
            "The part before the sign @ holds letters beyond a-z, which Mailchimp does not find again."
        ),
        said("Ask the person for an address without accents."),
    ),
    AddressProblem.BAD_LOCAL_PART: (said("The part before the sign @ is not valid."), _FIX_ADDRESS),
    AddressProblem.BAD_DOMAIN: (
        said("The part after the sign @ is not a domain name."),
        _FIX_ADDRESS,
    ),
    AddressProblem.TOO_LONG: (said("The address is longer than any address can be."), _FIX_ADDRESS),
}
