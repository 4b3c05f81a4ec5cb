"""Say what was wrong with rows and values in the reader's language. The English texts are those of `profiles.problems`.

They stand here again so that they are found for translation; a test holds the two together.
"""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from segue.profiles.problems import Explanation, explanation

TEXTS = (
    gettext_noop("The row has more or fewer values than the header and was left out."),
    gettext_noop("Put values that hold the separator in quotes, or correct the row."),
    gettext_noop(
        "The row's quotes are not sound, so that it may run into another; it was left out."
    ),
    gettext_noop(
        "Double every quote inside a value, and close each quote in front of the separator."
    ),
    gettext_noop("The row is empty and was left out."),
    gettext_noop("The row is larger than a row may be and was left out."),
    gettext_noop(
        "Look what it holds, such as a whole file in one value, and take it out of the source."
    ),
    gettext_noop("Nothing needs to be done."),
    gettext_noop("The line is not valid JSON and was left out."),
    gettext_noop("Write one JSON object a line."),
    gettext_noop("This is JSON but not an object and was left out."),
    gettext_noop("The object has more levels of brackets than one may have and was left out."),
    gettext_noop("Write what is needed of it with fewer levels."),
    gettext_noop("The value is larger than a value may be; it was left empty."),
    gettext_noop("Look what it holds, such as a whole file, and take it out of the source."),
    gettext_noop(
        "The object gives this key twice, with different values; the value was left empty."
    ),
    gettext_noop("Write each key of an object once."),
    gettext_noop(
        "The number has more digits than its program keeps, so that its end is wrong; it was left empty."
    ),
    gettext_noop("Keep long numbers, such as those of cards and accounts, as texts in the source."),
    gettext_noop("The cell holds an error such as #N/A; it was left empty."),
    gettext_noop("Correct the formula in the workbook."),
    gettext_noop("The formula has no stored value; it was left empty."),
    gettext_noop("Open the workbook in a spreadsheet program and save it."),
    gettext_noop(
        "The value holds bytes that the file's encoding does not explain; it was left empty."
    ),
    gettext_noop("Write the whole file in one encoding, best in UTF-8."),
    gettext_noop("The text was damaged before, as in RenÃ© for René; it was left empty."),
    gettext_noop("Write it anew from where it is whole, in UTF-8."),
    gettext_noop(
        "The text is what programs write where there is no value, such as NULL or N/A; it counts as blank."
    ),
    gettext_noop("Leave the value empty in the source."),
    gettext_noop(
        "The text may be what programs write where there is no value (None, Null); it was kept."
    ),
    gettext_noop(
        "Look whether it is a name or a word; if not, leave the value empty in the source, or declare null_values."
    ),
    gettext_noop("The text holds control characters; they were taken out."),
    gettext_noop("Remove the control characters in the source."),
    gettext_noop("The row has no key and was left out."),
    gettext_noop("Fill the key column in the source."),
    gettext_noop("The key is not of the declared type and the row was left out."),
    gettext_noop("Correct the key, or declare it with type text."),
    gettext_noop("Another row with the same key won; this one was left out."),
    gettext_noop(
        "Keep one row per key in the source, or declare which one wins: `winner` under `profiles`."
    ),
    gettext_noop("The row's key belongs to no profile; the row was left out."),
    gettext_noop("Check the relationship when there are many of these."),
    gettext_noop(
        "The row's key is a profile's but for capital letters, leading zeros or blanks; the row was left out."
    ),
    gettext_noop("Write the key in both sources alike."),
    gettext_noop("The join found no row; its attributes were left empty."),
    gettext_noop("Check the join when there are many of these."),
    gettext_noop(
        "Another row with the same key says no, or what cannot be read; where this is the consent, that counts."
    ),
    gettext_noop("Correct the rows in the source."),
    gettext_noop("An earlier row has the same join columns; this one is never joined."),
    gettext_noop("Join on columns that are unique in the joined source."),
    gettext_noop("The value is not a whole number; it was left empty."),
    gettext_noop("Correct it, or declare thousands_mark, or type decimal or text."),
    gettext_noop("The value is not a number; it was left empty."),
    gettext_noop("Correct it, or declare decimal_mark and thousands_mark, or type text."),
    gettext_noop("The value is neither true nor false; it was left empty."),
    gettext_noop(
        "Write true/false, yes/no, oui/non, ja/nein or 1/0, or declare true_values and false_values."
    ),
    gettext_noop("The value is not a date; it was left empty."),
    gettext_noop("Correct it, or declare formats that fit."),
    gettext_noop("The value is not a date and time; it was left empty."),
    gettext_noop("The value is not a day of the year; it was left empty."),
    gettext_noop("Write MM/DD, or declare formats that fit."),
    gettext_noop("The number or date is beyond what can be kept; it was left empty."),
    gettext_noop("Correct it, or declare type text."),
    gettext_noop("The number had more decimals than declared and was rounded."),
    gettext_noop("Declare a greater scale when the decimals matter."),
    gettext_noop("There is no address."),
    gettext_noop("Fill it in when the person should be written to."),
    gettext_noop("The address holds a space."),
    gettext_noop("Correct the address in the source."),
    gettext_noop("The address has no sign @."),
    gettext_noop("The address has several signs @."),
    gettext_noop(
        "The part before the sign @ holds letters beyond a-z, which Mailchimp does not find again."
    ),
    gettext_noop("Ask the person for an address without accents."),
    gettext_noop("The part before the sign @ is not valid."),
    gettext_noop("The part after the sign @ is not a domain name."),
    gettext_noop("The address is longer than any address can be."),
)


def problem_words(kind: str) -> Explanation:
    """Return what a kind of problem means and what to do about it."""
    told = explanation(kind)
    return Explanation(meaning=gettext(told.meaning), action=gettext(told.action))
