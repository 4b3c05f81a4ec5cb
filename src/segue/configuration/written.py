"""Write plain values as the YAML that this package reads: whatever is written here is read as it was.

Scalars are read more narrowly than YAML 1.1 says (`scalars.plain`), so that whatever either of the two would take for
something else is quoted.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import yaml

from segue.configuration.scalars import NotInCalendarError, plain

_NEVER_FOLDED = 10**9
_TAG = "tag:yaml.org,2002:"


def written(values: Mapping[str, object]) -> str:
    """Return the text of a file with these values, in this order. Dates, decimals and texts keep their kind."""
    return yaml.dump(
        dict(values),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=_NEVER_FOLDED,
    )


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(f"{_TAG}str", text, style=None if _is_plain(text) else '"')


def _is_plain(text: str) -> bool:
    """Tell whether the text is read as itself where it stands without quotes."""
    try:
        return "\n" not in text and plain(text) == text
    except NotInCalendarError:
        return False


def _number(dumper: yaml.SafeDumper, value: Decimal | float) -> yaml.ScalarNode:
    digits = format(Decimal(str(value)), "f")
    point = digits if "." in digits else f"{digits}.0"
    return dumper.represent_scalar(f"{_TAG}float", point)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Decimal, _number)
_Dumper.add_representer(float, _number)
