"""Read the rules that choose among all profiles, such as a random sample."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from segue.core.sentences import said
from segue.profiles.schema import AttributeType
from segue.segments.literals import NotALiteralError, literal, shown, text_part
from segue.segments.mistakes import Mistakes, proposal
from segue.segments.rules import Rule, Sample

_SAMPLE_KEYS = ("percent", "seed")


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
