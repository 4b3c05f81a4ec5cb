"""Read measures from plain data (YAML, JSON), all of them together, reporting every mistake with its path.

They lead to each other, so that none is read alone. Lines and columns are added by whoever knows them from the path.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from segue.core.errors import Mistake
from segue.core.sentences import said
from segue.profiles.schema import PROFILE_KEY, ProfileSchema
from segue.segments.formulas import STEP_DECIMALS, NotAFormulaError, read_formula
from segue.segments.literals import shown
from segue.segments.measures import Measure, attribute_of, names_in
from segue.segments.mistakes import Mistakes, listed, proposal
from segue.segments.operators import NUMBERS, ORDERED
from segue.segments.parse import LONGEST_NAME, related_reader
from segue.segments.parse_related import FUNCTION_KEYS
from segue.segments.rules import AggregateFunction
from segue.segments.typed_measures import Written, report_no_number, typed

_NAME = re.compile(r"[a-z](_?[a-z0-9])*_?", re.ASCII)
_TOLD = ("label", "description")
_KEYS = (*_TOLD, "or", "decimals", "related", *FUNCTION_KEYS, "by", "where", "formula")
_OF_ROWS = ("related", *FUNCTION_KEYS, "by", "where")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The sound measures by name, in the order in which they were written, and every mistake in the others."""

    measures: Mapping[str, Measure]
    mistakes: tuple[Mistake, ...]


def parse_measures(
    written: Mapping[str, object],
    schema: ProfileSchema,
    *,
    path: str = "measures",
    unsure: Collection[str] = (),
) -> Parsed:
    """Return the measures; `unsure` names others whose mistakes are told already: they can be built on, unseen."""
    mistakes = Mistakes()
    reader = _Reader(schema, mistakes, path, {*written, *unsure})
    for name, data in written.items():
        if not mistakes.is_full:
            reader.read(name, data)
    found = typed(reader.read_so_far, schema, mistakes, path=path)
    return Parsed(
        measures={name: found[name] for name in written if name in found}, mistakes=mistakes.found
    )


@dataclass(slots=True)
class _Reader:
    schema: ProfileSchema
    mistakes: Mistakes
    path: str
    names: Collection[str]
    read_so_far: dict[str, Written] = field(default_factory=dict)

    def read(self, name: str, data: object) -> None:
        """Read one measure as far as it can be without the others."""
        before, at = len(self.mistakes), f"{self.path}.{name}"
        self._check_name(name, at)
        if not isinstance(data, dict):
            self._report(
                at,
                said("A measure is a mapping, but %(value)s is written.", value=shown(data)),
                said("Write for example `{related: orders, count: true}`."),
                "measure_wrong_shape",
            )
            return
        self._check_keys(data, at)
        options = {key: value for key, value in data.items() if key in (*_TOLD, "or", "decimals")}
        self._check_decimals(options, at)
        found = self._aggregate(data, at) if "related" in data else self._formula(data, at)
        if found is not None and len(self.mistakes) == before:
            self.read_so_far[name] = replace(found, options=options)

    def _report(self, path: str, message: str, action: str, code: str) -> None:
        self.mistakes.report(path, message, action=action, code=code)

    def _check_name(self, name: str, at: str) -> None:
        if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME or name == PROFILE_KEY:
            self._report(
                at,
                said("`%(name)s` cannot be the name of a measure.", name=name[:80]),
                said(
                    "Use at most %(most)s lower-case letters, digits and single underscores; begin with a letter.",
                    most=LONGEST_NAME,
                ),
                "measure_bad_name",
            )
        elif self.schema.profiles.attribute(name) is not None:
            self._report(
                at,
                said("The profiles have an attribute `%(name)s` already.", name=name),
                said("Give the measure another name: rules and exports could not tell the two."),
                "measure_named_as_attribute",
            )

    def _check_keys(self, data: Mapping[object, object], at: str) -> None:
        for key in data:
            if key not in _KEYS and not self.mistakes.is_full:
                self._report(
                    f"{at}.{key}",
                    said("`%(key)s` is not known here.", key=key),
                    proposal(str(key), _KEYS),
                    "rule_unknown_key",
                )
        unfit = [key for key in _OF_ROWS if key in data]
        if ("formula" in data) == ("related" in data) or ("formula" in data and unfit):
            self._report(
                at,
                said(
                    "A measure is computed from a related table or by a formula, and this says not which."
                ),
                said(
                    "Write either `related:` with one of %(names)s, or `formula:`.",
                    names=listed(n for n in FUNCTION_KEYS if n != AggregateFunction.EXISTS),
                ),
                "measure_wrong_shape",
            )
        for key in _TOLD:
            if not isinstance(data.get(key, ""), str):
                self._report(
                    f"{at}.{key}",
                    said("A text is needed here."),
                    said("Put it in quotes."),
                    "measure_wrong_shape",
                )

    def _check_decimals(self, options: Mapping[str, Any], at: str) -> None:
        value = options.get("decimals", 0)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= STEP_DECIMALS:
            self._report(
                f"{at}.decimals",
                said("This is not a number of decimals."),
                said("Write a whole number from 0 to %(most)s.", most=STEP_DECIMALS),
                "rule_bad_value",
            )

    def _aggregate(self, data: Mapping[str, object], at: str) -> Written | None:
        if "formula" in data:
            return None
        found = related_reader(self.schema, self.mistakes).aggregate(
            {key: value for key, value in data.items() if key in _OF_ROWS}, at
        )
        if found is None:
            return None
        aggregate, result = found
        key = f"{at}.{aggregate.function}"
        if aggregate.function is AggregateFunction.EXISTS or (
            result.type is not None and result.type not in ORDERED
        ):
            self._report(
                key,
                said(
                    "A measure is a number or a date, and %(called)s is neither.",
                    called=result.called,
                ),
                said("Choose a count, a sum, an average, or a number or date of one row."),
                "rule_type_mismatch",
            )
            return None
        if result.type is None:
            return None
        if "decimals" in data and aggregate.function is not AggregateFunction.AVERAGE:
            self._report(
                f"{at}.decimals",
                said("`decimals` has no meaning with `%(function)s`.", function=aggregate.function),
                said("Remove it: the values have their own decimals."),
                "rule_unknown_key",
            )
        return Written(what=aggregate, options={}, attribute=attribute_of(aggregate, self.schema))

    def _formula(self, data: Mapping[str, object], at: str) -> Written | None:
        if "formula" not in data:
            return None
        text = data["formula"]
        try:
            if not isinstance(text, str | int) or isinstance(text, bool):
                raise NotAFormulaError(
                    said("A formula is a text, but %(value)s is written.", value=shown(text))
                )
            formula = read_formula(str(text))
        except NotAFormulaError as wrong:
            self._report(
                f"{at}.formula",
                wrong.message,
                said(
                    "Write names of measures and numbers with + - * / and parentheses, such as `spent / orders_count`."
                ),
                "measure_formula",
            )
            return None
        for name in names_in(formula):
            self._check_operand(name, f"{at}.formula")
        return Written(what=formula, options={})

    def _check_operand(self, name: str, at: str) -> None:
        attribute = self.schema.profiles.attribute(name)
        if name in self.names or self.schema.profiles.is_unsure(name):
            return
        if attribute is None:
            fitting = [one.name for one in self.schema.profiles.attributes if one.type in NUMBERS]
            others = [one for one in self.names if at != f"{self.path}.{one}.formula"]
            self._report(
                at,
                said("There is no measure `%(name)s`.", name=name),
                proposal(name, [*others, *fitting]),
                "measure_unknown_name",
            )
        elif attribute.type not in NUMBERS:
            report_no_number(name, attribute.type, at, self.mistakes)
