"""Read the comparison of a rule: exactly one key such as `at_least`, its values, and `ignore_case`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from segue.core.sentences import said
from segue.profiles.schema import AttributeType
from segue.segments.compared import Compared, names_an_attribute, read_other
from segue.segments.literals import NotALiteralError, literal, shown, text_part
from segue.segments.mistakes import Mistakes, listed
from segue.segments.operators import (
    ALLOWED_COMPARISONS,
    PERIODS,
    SEVERAL_VALUES,
    TEXT_ONLY,
    WEEKDAYS,
    periods_of,
)
from segue.segments.rules import Compare, Comparison, Literal, Reach, Test, Unit, Within
from segue.segments.truth_words import asks_yes_or_no

COMPARISON_KEYS = (*(str(comparison) for comparison in Comparison), *PERIODS)
IGNORE_CASE = "ignore_case"

_LONGEST: Mapping[Unit, int] = {
    Unit.DAYS: 36_525,
    Unit.WEEKS: 5_218,
    Unit.MONTHS: 1_200,
    Unit.YEARS: 100,
}
_ONE_YEAR: Mapping[Unit, int] = {Unit.DAYS: 365, Unit.WEEKS: 52, Unit.MONTHS: 12, Unit.YEARS: 1}
"""In more than a year every day has an anniversary."""


def read_comparison(
    data: Mapping[str, object], compared: Compared, path: str, mistakes: Mistakes
) -> Test | None:
    """Return the comparison written in a rule, or None when something in it is wrong and reported."""
    keys = [key for key in data if key in COMPARISON_KEYS]
    ignore_case = _read_ignore_case(data, compared, path, mistakes)
    if len(keys) != 1:
        _report_count(keys, compared, path, mistakes)
        return None
    key = keys[0]
    if not _is_allowed(key, compared, f"{path}.{key}", mistakes):
        return None
    if key in PERIODS:
        return _read_period(data[key], key, compared, f"{path}.{key}", mistakes)
    written = data[key]
    if names_an_attribute(written):
        return read_other(
            written, Comparison(key), compared, f"{path}.{key}", mistakes, ignore_case=ignore_case
        )
    values = _read_values(data[key], Comparison(key), compared, f"{path}.{key}", mistakes)
    if values is None or compared.type is None:
        return None
    if IGNORE_CASE not in data and compared.type is AttributeType.TEXT:
        _check_words(Comparison(key), values, f"{path}.{key}", mistakes)
    return Compare(
        attribute=compared.attribute,
        comparison=Comparison(key),
        values=values,
        ignore_case=ignore_case,
    )


def _check_words(
    comparison: Comparison, values: Sequence[Literal], path: str, mistakes: Mistakes
) -> None:
    if asks_yes_or_no(comparison, values):
        mistakes.report(
            path,
            "A word for yes or no is compared here as a text, letter by letter: `yes` is neither `Yes` nor `y`.",
            action="Declare the attribute with `type: boolean` and write true or false; or add `ignore_case: true`,"
            " or `ignore_case: false` where exactly these letters are meant.",
            code="rule_yes_or_no_as_text",
        )


def _report_count(keys: Sequence[str], compared: Compared, path: str, mistakes: Mistakes) -> None:
    if keys:
        mistakes.report(
            path,
            said("One rule holds several comparisons: %(names)s.", names=listed(keys)),
            action="Write a rule for each, together under `all`.",
            code="rule_several_comparisons",
        )
        return
    mistakes.report(
        path,
        said("The rule does not say how %(called)s is compared.", called=compared.called),
        action=said("Add one of: %(names)s.", names=", ".join(_choices(compared))),
        code="rule_without_comparison",
    )


def _choices(compared: Compared) -> list[str]:
    """Return the keys that fit, as a list to choose from."""
    if compared.type is None:
        return [f"`{key}`" for key in COMPARISON_KEYS]
    fitting = [str(comparison) for comparison in ALLOWED_COMPARISONS[compared.type]]
    if compared.never_blank:
        fitting.remove(Comparison.IS_BLANK)
    return [f"`{key}`" for key in (*fitting, *periods_of(compared.type))]


def _is_allowed(key: str, compared: Compared, path: str, mistakes: Mistakes) -> bool:
    if f"`{key}`" in _choices(compared):
        return True
    mistakes.report(
        path,
        said(
            "`%(key)s` does not work with %(called)s, which is of type %(type)s.",
            key=key,
            called=compared.called,
            type=compared.type,
        ),
        action=said("Use one of: %(names)s.", names=", ".join(_choices(compared))),
        code="rule_type_mismatch",
    )
    return False


def _read_ignore_case(
    data: Mapping[str, object], compared: Compared, path: str, mistakes: Mistakes
) -> bool:
    value = data.get(IGNORE_CASE, False)
    if not isinstance(value, bool):
        mistakes.report(
            f"{path}.{IGNORE_CASE}",
            said("`ignore_case` is true or false, but %(value)s is written.", value=shown(value)),
            action="Write `ignore_case: true`, or remove it.",
            code="rule_type_mismatch",
        )
        return False
    texts = (None, AttributeType.TEXT, AttributeType.EMAIL, AttributeType.LIST)
    if value and (compared.type not in texts or _compares_no_text(data)):
        mistakes.report(
            f"{path}.{IGNORE_CASE}",
            "`ignore_case` only works where texts are compared.",
            action="Remove it.",
            code="rule_type_mismatch",
        )
    return value


def _compares_no_text(data: Mapping[str, object]) -> bool:
    return Comparison.IS_BLANK in data


def _read_values(
    value: object, comparison: Comparison, compared: Compared, path: str, mistakes: Mistakes
) -> tuple[Literal, ...] | None:
    if comparison is Comparison.IS_BLANK:
        return _read_each([(path, value)], _boolean, mistakes)
    if comparison in _NAMED_DAYS:
        several = value if isinstance(value, list) else [value]
        return _read_list(several, _NAMED_DAYS[comparison], path, mistakes)
    read = _reader(comparison, compared)
    if comparison in SEVERAL_VALUES:
        return _read_list(value, read, path, mistakes)
    if comparison is Comparison.BETWEEN:
        return _read_between(value, read, path, mistakes)
    return _read_each([(path, value)], read, mistakes)


def _reader(comparison: Comparison, compared: Compared) -> Callable[[object], Literal]:
    kind = compared.type
    if kind is None:
        return lambda _value: True
    if comparison in TEXT_ONLY:
        return lambda value: text_part(value, kind)
    if comparison is Comparison.ON and kind is not AttributeType.BIRTHDAY:
        return lambda value: literal(value, AttributeType.DATE)
    return lambda value: literal(value, kind)


def _boolean(value: object) -> Literal:
    return literal(value, AttributeType.BOOLEAN)


def _month(value: object) -> Literal:
    if isinstance(value, bool) or not isinstance(value, int) or value not in range(1, 13):
        raise NotALiteralError(
            "This is not a month.",
            action="Write months as numbers from 1 to 12, for example `month_of: [3, 4]`.",
            code="rule_bad_value",
        )
    return value


def _weekday(value: object) -> Literal:
    if not isinstance(value, str) or value.lower() not in WEEKDAYS:
        raise NotALiteralError(
            "This is not a day of the week.",
            action="Write the English names of days, for example `weekday_of: [saturday, sunday]`.",
            code="rule_bad_value",
        )
    return value.lower()


_NAMED_DAYS: Mapping[Comparison, Callable[[object], Literal]] = {
    Comparison.MONTH_OF: _month,
    Comparison.WEEKDAY_OF: _weekday,
}
"""Comparisons that name parts of a calendar, one of them or a list."""


def _read_each(
    places: Sequence[tuple[str, object]], read: Callable[[object], Literal], mistakes: Mistakes
) -> tuple[Literal, ...] | None:
    """Read every value, so that all mistakes are found; None when one is wrong."""
    values: list[Literal] = []
    for path, value in places:
        try:
            values.append(read(value))
        except NotALiteralError as wrong:
            mistakes.report(path, wrong.message, action=wrong.action, code=wrong.code)
    return tuple(values) if len(values) == len(places) else None


def _read_list(
    value: object, read: Callable[[object], Literal], path: str, mistakes: Mistakes
) -> tuple[Literal, ...] | None:
    if not isinstance(value, list):
        mistakes.report(
            path,
            said("A list is needed here, but %(value)s is written.", value=shown(value)),
            action="Write the values in square brackets: `[one, two]`.",
            code="rule_type_mismatch",
        )
        return None
    if not value:
        mistakes.report(
            path,
            "The list is empty.",
            action="Add at least one value, or remove the rule.",
            code="rule_empty_list",
        )
        return None
    return _read_each(
        [(f"{path}[{place}]", one) for place, one in enumerate(value)], read, mistakes
    )


def _read_between(
    value: object, read: Callable[[object], Literal], path: str, mistakes: Mistakes
) -> tuple[Literal, ...] | None:
    if not isinstance(value, list) or len(value) != 2:
        mistakes.report(
            path,
            "`between` needs a list of exactly two values.",
            action="Write the lower and the upper one: `between: [10, 20]`; both are included.",
            code="rule_type_mismatch",
        )
        return None
    limits = _read_list(value, read, path, mistakes)
    if limits is not None and _is_reversed(*limits):
        mistakes.report(
            path,
            "The limits of `between` are reversed: nothing can lie between them.",
            action="Write the lower one first.",
            code="rule_reversed_limits",
        )
        return None
    return limits


def _is_reversed(low: Literal, high: Literal) -> bool:
    """Tell whether the limits are reversed; a day and an instant are compared by their days."""
    if type(low) is type(high) and getattr(low, "tzinfo", None) == getattr(high, "tzinfo", None):
        return bool(low > high)  # type: ignore[operator]
    return str(low)[:10] > str(high)[:10]


def _read_period(
    value: object, key: str, compared: Compared, path: str, mistakes: Mistakes
) -> Within | None:
    reach, ahead = PERIODS[key]
    longest = _ONE_YEAR if reach is Reach.ANNIVERSARY else _LONGEST
    units = [str(unit) for unit in Unit]
    if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in units:
        mistakes.report(
            path,
            "A period of one unit is needed here.",
            action=said(
                "Write for example `{days: 90}`; units are %(names)s.", names=listed(units)
            ),
            code="rule_bad_period",
        )
        return None
    unit, amount = Unit(next(iter(value))), next(iter(value.values()))
    whole = isinstance(amount, int) and not isinstance(amount, bool)
    if not whole or amount not in range(1, longest[unit] + 1):
        mistakes.report(
            f"{path}.{unit}",
            said("The number of %(unit)s is out of range.", unit=unit),
            action=said("Write a whole number from 1 to %(most)s.", most=longest[unit]),
            code="rule_bad_period",
        )
        return None
    return Within(attribute=compared.attribute, amount=amount, unit=unit, ahead=ahead, reach=reach)
