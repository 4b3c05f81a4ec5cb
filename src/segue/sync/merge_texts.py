"""The text of one value in the form that its merge field takes: pure expressions, one for each type of merge field."""

from __future__ import annotations

from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir

from segue.profiles.schema import LIST_MARK, Attribute, AttributeType
from segue.segments.functions import bit_length, local_time
from segue.sync.export import MergeType
from segue.sync.languages import ALIASES, BASES, LOCALE, SPELLINGS, VARIANTS, WHOLE
from segue.sync.matching import (
    SCIENTIFIC,
    TEXT_LIMIT_BYTES,
    URL,
    US_PHONE,
    ZIP,
    ZIP_PLUS_4,
)
from segue.sync.ports import MergeField

_LONG = (AttributeType.TEXT, AttributeType.EMAIL, AttributeType.LIST)
_CUTS = (255, 127, 85, 63)
"""Characters that surely fit when each takes one, two, three or four bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeText:
    """A value as text, "" for none. `fits` None: every value fits; `is_cut` None: no value loses a part."""

    text: ir.StringValue
    fits: ir.BooleanValue | None = None
    is_cut: ir.BooleanValue | None = None


def merge_text(
    value: ir.Value, attribute: Attribute, merge: MergeType, found: MergeField | None
) -> MergeText:
    """Render a value for a merge field of type `merge`; `found` is the audience's own field, None when it has none yet.

    An instant is rendered as the clocks of the attribute's zone showed it: its day there is the day that segments count.
    """
    if attribute.type is AttributeType.TIMESTAMP:
        value = local_time(value, attribute.time_zone)
    text = _as_text(value, attribute.type, merge).fill_null("")
    if merge is MergeType.TEXT and attribute.type in _LONG:
        return MergeText(text=_cut(text), is_cut=_is_too_long(text))
    if merge in (MergeType.URL, MergeType.IMAGEURL):
        return _matched(text, text, URL)
    if merge is MergeType.ZIP:
        made = _matched(text, text.re_replace(ZIP, r"\1"), ZIP)
        return replace(made, is_cut=text.re_search(ZIP_PLUS_4))
    if merge is MergeType.LANGUAGE:
        code = _language(text)
        return MergeText(
            text=code, fits=(text.strip() == "") | (code != ""), is_cut=_loses_country(text, code)
        )
    if merge is MergeType.PHONE:
        return _phone(text, is_american=found is not None and found.phone_format == "US")
    if merge in (MergeType.DROPDOWN, MergeType.RADIO) and found is not None:
        return _chosen(text, found.choices)
    return MergeText(text=text)


def _as_text(value: ir.Value, attribute: AttributeType, merge: MergeType) -> ir.StringValue:
    if attribute is AttributeType.LIST:
        return value.substr(1, value.length() - 2).replace(LIST_MARK, ", ")
    if attribute is AttributeType.BIRTHDAY:
        return value
    if merge is MergeType.BIRTHDAY:
        return value.strftime("%m/%d")
    if attribute is AttributeType.TIMESTAMP:
        return value.strftime("%Y-%m-%d" if merge is MergeType.DATE else "%Y-%m-%dT%H:%M:%S")
    if attribute is AttributeType.BOOLEAN:
        return ibis.cases((value, "true"), (~value, "false"))
    if attribute in (AttributeType.TEXT, AttributeType.EMAIL):
        return value
    if attribute is AttributeType.DECIMAL and merge is MergeType.NUMBER:
        # 15.50 and 15.5 are one number: the shorter one comes back from Mailchimp (FACTS.md §7, recorded).
        return value.cast("string").re_replace(r"(\.[0-9]*[1-9])0+$|\.0*$", r"\1")
    return value.cast("string")


def _phone(text: ir.StringValue, *, is_american: bool) -> MergeText:
    """Take a number as it is written, or in the American form; a spreadsheet's 3.36E+10 has lost its digits."""
    if is_american:
        return _matched(text, text.re_replace(US_PHONE, r"\2-\3-\4"), US_PHONE)
    dialled = text.re_search("[0-9]") & ~text.re_search(SCIENTIFIC)
    return MergeText(text=text, fits=(text == "") | dialled)


def _language(text: ir.StringValue) -> ir.StringValue:
    """Return Mailchimp's code as `languages.code_of` does. Codes come first: they are one look-up, names one each."""
    written = _spelled(text)
    base = ibis.cases((written.re_search(LOCALE), written.left(2)), else_="")
    return ibis.cases(
        *((written == spelled, code) for spelled, code in VARIANTS.items()),
        (base.isin(BASES), base),
        *((base == other, code) for other, code in ALIASES.items()),
        *((written == name, code) for name, code in SPELLINGS.items()),
        else_="",
    )


def _loses_country(text: ir.StringValue, code: ir.StringValue) -> ir.BooleanValue:
    """Return whether a code says less than the text, as `languages.is_cut` does."""
    written = _spelled(text)
    has_more = written.contains("_") & written.re_search(LOCALE)
    return has_more & ~written.isin(sorted(WHOLE)) & (code != "")


def _spelled(text: ir.StringValue) -> ir.StringValue:
    return text.strip().lower().replace("-", "_")


def _matched(text: ir.StringValue, rendered: ir.StringValue, pattern: str) -> MergeText:
    return MergeText(text=rendered, fits=(text == "") | text.re_search(pattern))


def _chosen(text: ir.StringValue, choices: tuple[str, ...]) -> MergeText:
    """Take the audience's own spelling of a choice: it must be exactly one of them. Source: FACTS.md §7."""
    if not choices:
        return MergeText(text=text, fits=text == "")
    same = [(text.lower() == choice.lower(), choice) for choice in choices]
    exact = [(text == choice, choice) for choice in choices]
    spelled = ibis.cases(*exact, *same, else_=text)
    folded = [choice.lower() for choice in choices]
    return MergeText(text=spelled, fits=(text == "") | text.lower().isin(folded))


def _is_too_long(text: ir.StringValue) -> ir.BooleanValue:
    return (text.length() > _CUTS[-1]) & (bit_length(text) > 8 * TEXT_LIMIT_BYTES)


def _cut(text: ir.StringValue) -> ir.StringValue:
    """Cut a text to as many characters as its bytes allow."""
    short = text.length() <= _CUTS[-1]
    fitting = [(bit_length(text.left(n)) <= 8 * TEXT_LIMIT_BYTES, text.left(n)) for n in _CUTS[:-1]]
    return ibis.cases((short, text), *fitting, else_=text.left(_CUTS[-1]))
