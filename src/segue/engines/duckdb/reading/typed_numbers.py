"""Read numbers as people and programs write them: with money signs, grouped digits, signs on either side.

A mark that might be read in two ways is read only as it was declared: `1,234` is no number unless the comma is declared
as the decimal mark (then it is 1.234) or as the thousands mark (then it is 1234). Expressions only.
"""

from __future__ import annotations

import re

from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.reading.typed_results import Typed, misfit, usual_first
from segue.profiles.problems import RowProblem
from segue.profiles.schema import Attribute

CURRENCIES = (
    "AED|AFN|ALL|AMD|ANG|AOA|ARS|AUD|AWG|AZN|BAM|BBD|BDT|BGN|BHD|BIF|BMD|BND|BOB|BRL|BSD|BTN|BWP|BYN|BZD|CAD|CDF|CHF|CLP|"
    "CNY|COP|CRC|CUP|CVE|CZK|DJF|DKK|DOP|DZD|EGP|ERN|ETB|EUR|FJD|FKP|GBP|GEL|GHS|GIP|GMD|GNF|GTQ|GYD|HKD|HNL|HTG|HUF|IDR|"
    "ILS|INR|IQD|IRR|ISK|JMD|JOD|JPY|KES|KGS|KHR|KMF|KPW|KRW|KWD|KYD|KZT|LAK|LBP|LKR|LRD|LSL|LYD|MAD|MDL|MGA|MKD|MMK|MNT|"
    "MOP|MRU|MUR|MVR|MWK|MXN|MYR|MZN|NAD|NGN|NIO|NOK|NPR|NZD|OMR|PAB|PEN|PGK|PHP|PKR|PLN|PYG|QAR|RON|RSD|RUB|RWF|SAR|SBD|"
    "SCR|SDG|SEK|SGD|SHP|SLE|SOS|SRD|SSP|STN|SVC|SYP|SZL|THB|TJS|TMT|TND|TOP|TRY|TTD|TWD|TZS|UAH|UGX|USD|UYU|UZS|VES|VND|"
    "VUV|WST|XAF|XCD|XOF|XPF|YER|ZAR|ZMW|ZWL"
)
"""The codes of money in use. Source: ISO 4217."""

_MONEY = rf"(?:(?:US|AU|CA|NZ|HK|MX|A|C|R|S)?\p{{Sc}}|(?:{CURRENCIES})|kr\.?|zł|Kč|Ft|Fr\.)"
_COMMON = "$€£%EURSDGBPCHF"
_COMMON_MONEY = (
    "-?(?:[$€£] ?|(?:EUR|USD|GBP|CHF) ?)?-?{grouped}(?:[ \u00a0\u202f]?(?:[$€£%]|EUR|USD|GBP|CHF))?"
)
"""Money as most write it: read without taking it apart."""
WHOLE = "-?[0-9]{1,18}"
"""Whole numbers as most write them: every one of them fits."""
_LIKE_MINUS = "\u2212\u2013\u2012\ufe63\uff0d"
_BLANKS = "\u00a0\u202f\u2009\u2007\u2008\u200a\u2006"
_APOSTROPHES = "\u2019\u02bc"


def integer(attribute: Attribute, text: str, bare: str) -> Typed:
    """Return the expressions of a whole number; decimals are allowed when they are zeros."""
    mark = re.escape(attribute.decimal_mark)
    number = _Number(attribute, bare, f"{_grouped(attribute)}(?:{mark}0*)?", kept="BIGINT")
    slow = Typed(value=number.value, problem=number.problem(RowProblem.NOT_AN_INTEGER))
    return usual_first(text, WHOLE, f"TRY_CAST({text} AS BIGINT)", slow)


def key(text: str, bare: str) -> Typed:
    """Return the expressions of a whole number that tells people apart: digits only, so that no two keys become one."""
    fits = f"regexp_full_match({bare}, '[+-]?[0-9]+(\\.0*)?')"
    value = f"CASE WHEN {fits} THEN TRY_CAST(split_part({bare}, '.', 1) AS BIGINT) END"
    slow = Typed(value=value, problem=misfit(bare, fits, value, RowProblem.NOT_AN_INTEGER))
    return usual_first(text, WHOLE, f"TRY_CAST({text} AS BIGINT)", slow)


def decimal(attribute: Attribute, text: str, bare: str) -> Typed:
    """Return the expressions of a number, rounded to the attribute's scale."""
    target = f"DECIMAL(18, {attribute.scale})"
    mark = re.escape(attribute.decimal_mark)
    grouped = f"{_grouped(attribute)}(?:{mark}[0-9]*)?"
    body = rf"(?:{grouped}|{mark}[0-9]+)(?:[eE][+-]?[0-9]{{1,3}})?"
    number = _Number(attribute, bare, body, kept=target)
    more = literal(rf"{mark}[0-9]{{{attribute.scale}}}[0-9]*[1-9]|[1-9].*[eE]-")
    slow = Typed(
        value=number.value,
        problem=number.problem(RowProblem.NOT_A_NUMBER),
        rounded=f"CASE WHEN regexp_matches({text}, {more}) THEN ({number.value}) IS NOT NULL ELSE false END",
    )
    whole = 18 - attribute.scale
    simple = f"-?[0-9]{{1,{whole}}}({mark}[0-9]*)?" if whole else f"-?{mark}[0-9]+"
    money = f"TRY_CAST(translate({text}, {_signs(attribute, _COMMON + _BLANKS)}) AS {target})"
    with_money = usual_first(text, _COMMON_MONEY.format(grouped=grouped), money, slow)
    return usual_first(text, simple, pointed_decimal(attribute, text), with_money)


def pointed_decimal(attribute: Attribute, text: str) -> str:
    """Return the value of a number that has nothing but a sign, digits and the attribute's decimal mark."""
    mark = attribute.decimal_mark
    point = text if mark == "." else f"replace({text}, {literal(mark)}, '.')"
    return f"TRY_CAST({point} AS DECIMAL(18, {attribute.scale}))"


class _Number:
    """Expressions over a written number whose digits have the regular form `body`, read as a number of type `kept`.

    What costs most is bound to a name, `w`, so that it is computed once.
    """

    def __init__(self, attribute: Attribute, bare: str, body: str, *, kept: str) -> None:
        forms = (f"[+-]? ?{body}", f"{body} ?[+-]", rf"\( ?{body} ?\)")
        self._bare = bare
        self._fits = f"regexp_full_match(w, {literal('|'.join(forms))})"
        sign = "CASE WHEN regexp_matches(w, '^[-(]|-$') THEN '-' ELSE '' END"
        digits = f"regexp_extract(w, {literal(f'^[-+( ]*({body})[-+) ]*$')}, 1)"
        plain = f"translate({digits}, {_signs(attribute)})"
        if kept == "BIGINT":
            plain = f"split_part({plain}, '.', 1)"
        self._read = f"CASE WHEN {self._fits} THEN TRY_CAST({sign} || {plain} AS {kept}) END"

    @property
    def value(self) -> str:
        """Return the number, NULL when there is none."""
        return self._bound(self._read)

    def problem(self, kind: RowProblem) -> str:
        """Name the problem of a written number that was not read."""
        found = (
            f"CASE WHEN w IS NULL OR ({self._read}) IS NOT NULL THEN NULL"
            f" WHEN {self._fits} THEN {literal(RowProblem.OUT_OF_RANGE)} ELSE {literal(kind)} END"
        )
        return self._bound(found)

    def _bound(self, expression: str) -> str:
        return f"list_transform([{_without_money(self._bare)}], lambda w: {expression})[1]"


def _without_money(bare: str) -> str:
    """Return a number with plain minus signs, blanks and apostrophes, without money signs and per cent."""
    signs = _LIKE_MINUS + _BLANKS + _APOSTROPHES
    plain = "-" * len(_LIKE_MINUS) + " " * len(_BLANKS) + "'" * len(_APOSTROPHES)
    text = f"translate({bare}, {literal(signs)}, {literal(plain)})"
    text = f"regexp_replace({text}, {literal(f'^([-+(]?) ?{_MONEY} ?')}, '\\1')"
    return f"regexp_replace({text}, {literal(f' ?(?:{_MONEY}|%)( ?[-+)]?)$')}, '\\1')"


def _grouped(attribute: Attribute) -> str:
    """Match digits in groups of three only, so that `1.5` never reads as fifteen; blanks and apostrophes always group."""
    marks = dict.fromkeys((" ", "'", attribute.thousands_mark))
    plain = {_group_mark(mark) for mark in marks if mark}
    groups = [rf"[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})+" for mark in sorted(plain)]
    return f"(?:{'|'.join(['[0-9]+', *groups])})"


def _group_mark(mark: str) -> str:
    return " " if mark in _BLANKS else mark


def _signs(attribute: Attribute, also: str = "") -> str:
    """Return the arguments of `translate` that turn the decimal mark into a point and drop grouping marks and others."""
    dropped = dict.fromkeys((attribute.thousands_mark.strip(), " ", "'", *also))
    signs = attribute.decimal_mark + "".join(mark for mark in dropped if mark)
    return f"{literal(signs)}, '.'"
