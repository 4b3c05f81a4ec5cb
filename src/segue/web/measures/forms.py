"""The form of a measure: what it is called, and what it is computed of; every mistake beside the field that it is made in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeGuard

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from segue.configuration.document import Document, parse
from segue.configuration.scalars import NotInCalendarError, plain
from segue.control.segments.adding import name_of_label
from segue.core.errors import Mistake
from segue.profiles.schema import Attribute, ProfileSchema, Table
from segue.segments.editing.bounds import LARGEST_PASTED
from segue.segments.formulas import LONGEST_FORMULA
from segue.segments.operators import ORDERED
from segue.segments.parse import LONGEST_NAME
from segue.segments.printing import print_rule
from segue.segments.rules import AggregateFunction
from segue.segments.tags import LONGEST_DESCRIPTION
from segue.service.words import name_of
from segue.web.forms import SegueForm
from segue.web.measures.conditions import WHERE, Conditions, conditions_of, said_at
from segue.web.segments.builder.words import FUNCTIONS
from segue.web.typed.editing import Line, lines_of

SAVE, LOOK = "save", "look"
"""The buttons: one keeps the measure, the other one only looks."""
ROWS, FORMULA = "rows", "formula"
_OFFERED = [one for one in AggregateFunction if one is not AggregateFunction.EXISTS]
_FIELDS = {"related": "of", "by": "by", "or": "default", "label": "label", **{
    name: name for name in ("description", "decimals", "formula", WHERE)
}, **{str(function): "of" for function in AggregateFunction}}  # fmt: skip
"""Keys of a measure, and the fields in which they are said."""


class MeasureForm(SegueForm):
    """A measure that is made or edited; `known` names the one that is edited. Attributes of rows are told as `table.attribute`."""

    fields_by_code = {"measure_name_taken": "name"}  # noqa: RUF012

    label = forms.CharField(label=_("Name"), max_length=100, strip=True)
    name = forms.CharField(
        label=_("Name in rules and formulas"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=_("Left blank, it is made of the name. It never changes."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=LONGEST_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    kind = forms.ChoiceField(
        label=_("Computed"),
        widget=forms.RadioSelect,
        initial=ROWS,
        choices=[(ROWS, _("From a related table")), (FORMULA, _("By a formula over measures"))],
    )
    function = forms.ChoiceField(
        label=_("What is computed"), choices=[(one, FUNCTIONS[one]) for one in _OFFERED]
    )
    of = forms.ChoiceField(label=_("Of what"), required=False)
    by = forms.ChoiceField(
        label=pgettext_lazy("order of rows", "In the order of"),
        required=False,
        help_text=_("Only for the first and the last: the date that orders the rows."),
    )
    where = forms.CharField(
        label=_("Only rows for which this holds"),
        required=False,
        strip=False,
        max_length=LARGEST_PASTED,
    )
    formula = forms.CharField(
        label=_("Formula"),
        required=False,
        max_length=LONGEST_FORMULA,
        help_text=_(
            "Names and numbers with + - * / and parentheses, such as spent / orders_count."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    default = forms.CharField(
        label=_("Where it would be blank"),
        required=False,
        max_length=40,
        help_text=_(
            "A number such as 0, or a date such as 2026-01-31. Left blank, it stays blank."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    decimals = forms.IntegerField(
        label=_("Decimals"),
        required=False,
        help_text=_("Of averages and formulas. Left blank, there are two."),
    )

    def __init__(
        self,
        sent: QueryDict | None,
        schema: ProfileSchema,
        *,
        known: str = "",
        written: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(sent, initial=_initial(written) if written is not None else {})
        self.known = known
        self.conditions = self._conditions(schema, (written or {}).get(WHERE))
        self._read: Document | None = None
        self.fields["of"].choices = _of(schema)  # type: ignore[attr-defined]
        self.fields["by"].choices = [("", "–"), *_dates(schema)]  # type: ignore[attr-defined]
        if known:
            del self.fields["name"]

    @classmethod
    def of_measure(
        cls,
        name: str,
        written: Mapping[str, Any],
        schema: ProfileSchema,
        sent: QueryDict | None = None,
    ) -> MeasureForm:
        """Return the form of a measure as a file would write it."""
        return cls(sent, schema, known=name, written=written)

    @property
    def is_step(self) -> bool:
        """Whether the form was sent for a step at its conditions: nobody has asked to save or to look yet."""
        return self.is_bound and SAVE not in self.data and LOOK not in self.data

    def lines(self) -> Sequence[Line]:
        """Return what the form says, field by field; the conditions in words."""
        found, label = self.conditions, str(self.fields[WHERE].label)
        told = Line(label=label, value="–")
        if found is not None and (found.text or not found.is_empty):
            told = Line(label=label, value=found.words or found.yaml, exact=found.yaml)
        return [told if one.label == label else one for one in lines_of(self)]

    def _conditions(
        self, schema: ProfileSchema, where: Mapping[str, Any] | None
    ) -> Conditions | None:
        """Return the conditions on the rows of the table that is chosen, else of the first; None where there is none."""
        tables = schema.related
        chosen = str(self["of"].value() or "").partition(".")[0]
        over = tables.get(chosen) or next(iter(tables.values()), None)
        if over is None:
            return None
        return conditions_of(where, schema, over, self.data if self.is_bound else None)  # type: ignore[arg-type]

    def clean(self) -> dict[str, Any]:
        """Read the conditions; what is computed of nothing is a mistake here."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") == FORMULA:
            if not cleaned.get("formula") and "formula" not in self.errors:
                self.add_error("formula", gettext("Write a formula."))
            return cleaned
        for name in ("of", "by"):
            cleaned[name] = cleaned.get(name, "").partition(".")
        table, _dot, attribute = cleaned["of"]
        if not table:
            self.add_error("of", gettext("Choose a related table, or compute by a formula."))
        elif not attribute and cleaned.get("function") not in (AggregateFunction.COUNT, None):
            self.add_error("of", gettext("Choose what of the rows; all rows can only be counted."))
        if cleaned["by"][0] not in ("", table):
            self.add_error("by", gettext("Choose a date of the same table."))
        if WHERE not in self.errors:
            self._read_conditions()
        return cleaned

    def _read_conditions(self) -> None:
        """Read YAML that is all there is; tell of what is not taken, and before saving of what is not finished."""
        found = self.conditions
        if found is None:
            return
        if found.lost:
            self.add_error(WHERE, found.lost)
        elif found.text and not found.is_empty:
            words = gettext("This YAML is not taken yet: take it, or empty its field.")
            self.add_error(WHERE, words)
        elif found.text:
            self._read = parse(found.text)
            for mistake in self._read.mistakes:
                self.add_error(WHERE, said_at(mistake, mistake.line))
        elif SAVE in self.data and not found.is_whole:
            words = gettext("The conditions are not finished: finish or delete what is marked.")
            self.add_error(WHERE, words)

    def its_name(self) -> str:
        """Return the measure's name in rules: that of a known one, the typed one, or one made of the label."""
        if self.known:
            return self.known
        typed = str(self.cleaned_data.get("name", ""))
        stem = name_of_label(f"m {self.cleaned_data['label']}")[2:]
        return typed or (stem if stem[:1].isalpha() else f"measure_{stem}".rstrip("_"))

    def wanted(self) -> dict[str, Any]:
        """Return the measure as a file would write it."""
        told = {
            "label": self.cleaned_data["label"],
            "description": self.cleaned_data["description"],
        }
        if self.cleaned_data["default"].strip():
            told["or"] = _value(self.cleaned_data["default"].strip())
        if self.cleaned_data["decimals"] is not None:
            told["decimals"] = self.cleaned_data["decimals"]
        if self.cleaned_data["kind"] == FORMULA:
            return {**told, "formula": self.cleaned_data["formula"]}
        table, _dot, attribute = self.cleaned_data["of"]
        function = self.cleaned_data["function"]
        made = {
            "related": table,
            function: attribute if function != AggregateFunction.COUNT else True,
        }
        if by := self.cleaned_data["by"][2]:
            made["by"] = by
        rule = self.conditions.made.checked.rule if self.conditions is not None else None
        if rule is not None:
            made[WHERE] = print_rule(rule)
        elif self._read is not None:
            value = self._read.value
            made[WHERE] = value[WHERE] if _has_key(value) else value
        return {**told, **made}

    def adopt(self, problem: Any) -> None:
        """Show each mistake beside the field that says it, those of the conditions with their line."""
        for mistake in getattr(problem, "mistakes", ()):
            field, rest = self._place(mistake)
            words = said_at(mistake, self._line(rest) if field == WHERE else None)
            self.add_error(field, words if field else self._of_another(mistake, words))
        if not getattr(problem, "mistakes", ()):
            super().adopt(problem)

    def _place(self, mistake: Mistake) -> tuple[str | None, str]:
        """Return the field of a mistake, and what of its path is inside of it; None: the top of the form."""
        start, path = f"measures.{self.its_name()}", mistake.path
        if mistake.code == "rule_last_without_by" and path == start:
            return "by", ""
        if path == start:
            return ("name" if "name" in self.fields else "label"), ""
        if not path.startswith(f"{start}."):
            return None, ""
        rest = path[len(start) + 1 :]
        key = rest.partition(".")[0].partition("[")[0]
        field = _FIELDS.get(key)
        return (field if field in self.fields else None), rest

    def _of_another(self, mistake: Mistake, words: str) -> str:
        """Return a mistake that is told at the top: in another measure it stands with that one's name."""
        other = mistake.path.removeprefix("measures.").partition(".")[0]
        if not mistake.path.startswith("measures.") or other == self.its_name():
            return words
        return gettext("In “%(name)s”: %(words)s") % {"name": other, "words": words}

    def _line(self, path: str) -> int | None:
        read = self._read
        if read is None:
            return None
        inside = path if _has_key(read.value) else path.removeprefix(WHERE).removeprefix(".")
        return read.place(inside).line


def _has_key(value: object) -> TypeGuard[dict[str, object]]:
    """Tell whether somebody wrote the conditions with the key that they have in a file."""
    return isinstance(value, dict) and [*value] == [WHERE]


def _value(text: str) -> object:
    """Return a number or a date that was typed; anything else is a text, which is a mistake that is told."""
    try:
        return plain(text)
    except NotInCalendarError:
        return text


def _as_typed(value: object) -> str:
    """Return a default as somebody types it: a small number with all its digits."""
    return f"{Decimal(str(value)):f}" if isinstance(value, float) else str(value)


def _of(schema: ProfileSchema) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """Return each related table with all its rows and its attributes."""
    return [
        (
            _named(name_of(table)),
            [
                (table.name, gettext("All rows of %(table)s") % {"table": name_of(table)}),
                *(_choice(table, one) for one in table.attributes),
            ],
        )
        for table in schema.related.values()
    ]


def _dates(schema: ProfileSchema) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """Return each related table with the attributes that can order its rows."""
    found = [
        (
            _named(name_of(table)),
            [_choice(table, one) for one in table.attributes if one.type in ORDERED],
        )
        for table in schema.related.values()
    ]
    return [(label, choices) for label, choices in found if choices]


def _choice(table: Table, attribute: Attribute) -> tuple[str, str]:
    """Return an attribute of a related table with the path that leads there: a closed list shows nothing else."""
    label = f"{_named(name_of(table))} › {_named(name_of(attribute))}"
    return f"{table.name}.{attribute.name}", label


def _initial(written: Mapping[str, Any]) -> dict[str, Any]:
    """Return a measure as the form holds it."""
    function = next((one for one in _OFFERED if one in written), AggregateFunction.COUNT)
    table, attribute, by = (written.get(key, "") for key in ("related", function, "by"))
    return {
        **{key: written.get(key, "") for key in ("label", "description", "formula")},
        "kind": FORMULA if "formula" in written else ROWS,
        "function": str(function),
        "of": f"{table}.{attribute}" if isinstance(attribute, str) and attribute else table,
        "by": f"{table}.{by}" if by else "",
        "default": _as_typed(written.get("or", "")),
        "decimals": written.get("decimals"),
    }


def _named(name: str) -> str:
    return name[:1].upper() + name[1:]
