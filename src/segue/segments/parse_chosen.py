"""Read the rules that choose among all profiles: the first by a measure, and a random sample."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from segue.core.sentences import said
from segue.profiles.schema import AttributeType, ProfileSchema
from segue.segments.literals import NotALiteralError, literal, shown, text_part
from segue.segments.mistakes import Mistakes, listed, proposal
from segue.segments.operators import ORDERED
from segue.segments.parse_related import FUNCTION_KEYS, RelatedReader
from segue.segments.rules import Rule, Sample, Top

MOST_PEOPLE = 1_000_000_000
"""The greatest number of people that a rule can ask for."""

_SAMPLE_KEYS = ("percent", "seed")
_AMOUNTS = ("number", "percent")
_MEASURES = ("attribute", "related")
_TOP_KEYS = (*_AMOUNTS, *_MEASURES, *FUNCTION_KEYS, "by", "where")


def read_sample(data: object, path: str, mistakes: Mistakes) -> Rule | None:
    """Return the sample written below the key `sample`, or None when something in it is wrong and reported."""
    if not isinstance(data, dict) or "percent" not in data:
        mistakes.report(
            path,
            said(
                "How many percent are drawn must be said, but %(value)s is written.",
                value=shown(data),
            ),
            action="Write for example `sample: {percent: 10}`.",
            code="rule_wrong_shape",
        )
        return None
    before = len(mistakes)
    check_keys(data, _SAMPLE_KEYS, path, mistakes)
    percent = read_percent(data["percent"], f"{path}.percent", mistakes)
    seed = _seed(data["seed"], f"{path}.seed", mistakes) if "seed" in data else ""
    if percent is None or seed is None or len(mistakes) > before:
        return None
    return Sample(percent=percent, seed=seed)


def check_keys(
    data: Mapping[object, object], allowed: tuple[str, ...], path: str, mistakes: Mistakes
) -> None:
    """Report every key that is not allowed here."""
    for key in data:
        if key not in allowed:
            mistakes.report(
                f"{path}.{key}",
                said("`%(key)s` is not known here.", key=key),
                action=proposal(str(key), allowed),
                code="rule_unknown_key",
            )


def read_percent(value: object, path: str, mistakes: Mistakes) -> Decimal | None:
    """Return a share in percent, above 0 and at most 100; None when it is none, which is reported."""
    try:
        percent = Decimal(str(literal(value, AttributeType.DECIMAL)))
    except NotALiteralError as wrong:
        mistakes.report(path, wrong.message, action=wrong.action, code=wrong.code)
        return None
    if not 0 < percent <= 100:
        mistakes.report(
            path,
            "A share is more than 0 and at most 100 percent.",
            action="Write a number such as 10 or 0.5.",
            code="rule_bad_value",
        )
        return None
    return percent


def _seed(value: object, path: str, mistakes: Mistakes) -> str | None:
    try:
        return text_part(value, AttributeType.TEXT)
    except NotALiteralError as wrong:
        mistakes.report(path, wrong.message, action=wrong.action, code=wrong.code)
        return None


def read_top(
    data: object, path: str, schema: ProfileSchema, reader: RelatedReader, mistakes: Mistakes
) -> Rule | None:
    """Return the rule written below the key `top`, or None when something in it is wrong and reported.

    `reader` reads aggregates of related rows.
    """
    if not isinstance(data, dict) or not _has_one_of_each(data):
        mistakes.report(
            path,
            "How many people are wanted and by what they are ranked must be said, each once.",
            action="Write for example `top: {number: 100, attribute: spent}` or `top: {percent: 5, related: orders, count: true}`.",
            code="rule_wrong_shape",
        )
        return None
    before = len(mistakes)
    allowed = _TOP_KEYS if "related" in data else (*_AMOUNTS, *_MEASURES)
    check_keys(data, allowed, path, mistakes)
    amount = _amount(data, path, mistakes)
    if "related" in data:
        attribute, aggregate = None, reader.measure(data, path)
    else:
        attribute, aggregate = (
            _ranked(data["attribute"], f"{path}.attribute", schema, mistakes),
            None,
        )
    is_ranked = attribute is not None or aggregate is not None
    if amount is None or not is_ranked or len(mistakes) > before:
        return None
    return Top(
        amount=amount, is_percent="percent" in data, attribute=attribute, aggregate=aggregate
    )


def _has_one_of_each(data: Mapping[object, object]) -> bool:
    return all(sum(key in data for key in keys) == 1 for keys in (_AMOUNTS, _MEASURES))


def _amount(data: Mapping[str, object], path: str, mistakes: Mistakes) -> Decimal | None:
    if "percent" in data:
        return read_percent(data["percent"], f"{path}.percent", mistakes)
    number = data["number"]
    if isinstance(number, int) and not isinstance(number, bool) and 0 < number <= MOST_PEOPLE:
        return Decimal(number)
    mistakes.report(
        f"{path}.number",
        "This is not a number of people.",
        action=said("Write a whole number from 1 to %(most)s.", most=MOST_PEOPLE),
        code="rule_bad_value",
    )
    return None


def _ranked(name: object, path: str, schema: ProfileSchema, mistakes: Mistakes) -> str | None:
    """Return the attribute that profiles are ranked by; None when it cannot be, which is reported."""
    table = schema.customers
    attribute = table.attribute(name) if isinstance(name, str) else None
    if table.is_unsure(name):
        return None
    if attribute is None:
        mistakes.report(
            path,
            said("Profiles have no attribute `%(name)s`.", name=name)
            if isinstance(name, str)
            else said("A name is needed."),
            action=proposal(str(name), [a.name for a in table.attributes if a.type in ORDERED]),
            code="rule_unknown_attribute",
        )
        return None
    if attribute.type not in ORDERED:
        mistakes.report(
            path,
            said(
                "`%(attribute)s` is of type %(type)s, which has no order.",
                attribute=attribute.name,
                type=attribute.type,
            ),
            action=said("Choose an attribute of type %(names)s.", names=listed(sorted(ORDERED))),
            code="rule_type_mismatch",
        )
        return None
    return attribute.name
