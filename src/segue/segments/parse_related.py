"""Read a rule about a related table: which table, which aggregate, of which rows, compared how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from segue.core.sentences import said
from segue.profiles.schema import Attribute, AttributeType, ProfileSchema, Table
from segue.segments.compared import Compared
from segue.segments.literals import shown
from segue.segments.mistakes import Mistakes, listed, proposal
from segue.segments.operators import AGGREGATED_TYPES, COUNTS, ORDERED, ORDERED_BY, result_type
from segue.segments.parse_values import COMPARISON_KEYS, IGNORE_CASE, read_comparison
from segue.segments.rules import AggregateFunction, Not, RelatedTo, Rule

FUNCTION_KEYS = tuple(str(function) for function in AggregateFunction)
RELATED_KEYS = ("related", *FUNCTION_KEYS, "by", "where", *COMPARISON_KEYS, IGNORE_CASE)

_UNRANKED = (AggregateFunction.EXISTS, AggregateFunction.AVERAGE)

ReadWhere = Callable[[object, Table, str], "Rule | None"]


class RelatedReader:
    """Read one rule about a related table; `read_where` reads its conditions on rows.

    The rule stands over profiles, or over the rows of the related table `rows_of`: then only tables whose rows are parts
    of those can be asked. An aggregate may be compared with an attribute of what the rule stands over.
    """

    def __init__(
        self,
        schema: ProfileSchema,
        mistakes: Mistakes,
        read_where: ReadWhere,
        *,
        rows_of: Table | None = None,
    ) -> None:
        self._schema, self._mistakes, self._read_where = schema, mistakes, read_where
        self._rows_of = rows_of
        self._over = rows_of or schema.customers

    def read(self, data: Mapping[str, object], path: str) -> Rule | None:
        """Return the rule, or None when something in it is wrong and reported."""
        before = len(self._mistakes)
        table = self._table(data["related"], f"{path}.related")
        function = self._function(data, path)
        if function is None or table is None:
            return None
        where = self._read_where(data["where"], table, f"{path}.where") if "where" in data else None
        rule = self._related(data, function, table, path)
        if len(self._mistakes) > before:
            return None
        found = RelatedTo(
            table=rule.table,
            function=rule.function,
            attribute=rule.attribute,
            by=rule.by,
            where=where,
            test=rule.test,
        )
        return Not(rule=found) if data.get(AggregateFunction.EXISTS) is False else found

    def measure(self, data: Mapping[str, object], path: str) -> RelatedTo | None:
        """Return an aggregate to rank by, or None when something in it is wrong and reported."""
        before = len(self._mistakes)
        found = self.aggregate(data, path)
        if found is None:
            return None
        aggregate, result = found
        if result.type is not None or aggregate.function is AggregateFunction.EXISTS:
            self._check_rank(aggregate.function, result, f"{path}.{aggregate.function}")
        return None if len(self._mistakes) > before else aggregate

    def aggregate(self, data: Mapping[str, object], path: str) -> tuple[RelatedTo, Compared] | None:
        """Return an aggregate without a test, and what comes of it; None where its table or function is not known.

        It is of use only when nothing in it was reported as wrong.
        """
        table = self._table(data["related"], f"{path}.related")
        function = self._function(data, path)
        if function is None or table is None:
            return None
        where = self._read_where(data["where"], table, f"{path}.where") if "where" in data else None
        attribute, by, result = self._operands(data, function, table, path)
        aggregate = RelatedTo(
            table=table.name,
            function=function,
            attribute=attribute.name if attribute else None,
            by=by.name if by else None,
            where=where,
        )
        return aggregate, result

    def _check_rank(self, function: AggregateFunction, result: Compared, path: str) -> None:
        """Report what has no order that is the same on every engine; averages would have to be divided."""
        if function not in _UNRANKED and result.type in ORDERED:
            return
        self._mistakes.report(
            path,
            said("People cannot be ranked by %(called)s.", called=result.called),
            action="Rank them by a count, a sum, or a number or date of one row.",
            code="rule_type_mismatch",
        )

    def _table(self, name: object, path: str) -> Table | None:
        table = self._schema.related.get(name) if isinstance(name, str) else None
        if table is None:
            self._mistakes.report(
                path,
                said("There is no related table `%(name)s`.", name=name)
                if isinstance(name, str)
                else "A name is needed.",
                action=proposal(str(name), self._schema.related),
                code="rule_unknown_related_table",
            )
        elif self._rows_of is not None:
            return self._part(table, self._rows_of, path)
        return table

    def _part(self, table: Table, whole: Table, path: str) -> Table | None:
        parts = self._schema.parts_of(whole.name)
        if table.name in parts:
            return table
        self._mistakes.report(
            path,
            said(
                "The rows of `%(table)s` are not declared as parts of those of `%(whole)s`.",
                table=table.name,
                whole=whole.name,
            ),
            action=said(
                "Declare `part_of` at `%(table)s`, or choose from: %(names)s.",
                table=table.name,
                names=listed(parts),
            ),
            code="rule_no_part",
        )
        return None

    def _function(self, data: Mapping[str, object], path: str) -> AggregateFunction | None:
        written = [key for key in FUNCTION_KEYS if key in data]
        if len(written) == 1:
            return AggregateFunction(written[0])
        message = (
            said("One rule holds several aggregates: %(names)s.", names=listed(written))
            if written
            else said("The rule does not say what of the related table is looked at.")
        )
        self._mistakes.report(
            path,
            message,
            action=said(
                "Write exactly one of %(names)s, for example `exists: true`.",
                names=listed(FUNCTION_KEYS),
            ),
            code="rule_aggregate_count",
        )
        return None

    def _related(
        self, data: Mapping[str, object], function: AggregateFunction, table: Table, path: str
    ) -> RelatedTo:
        if function is AggregateFunction.EXISTS:
            return self._exists(data, table, path)
        attribute, by, compared = self._operands(data, function, table, path)
        test = read_comparison(data, compared, path, self._mistakes)
        return RelatedTo(
            table=table.name,
            function=function,
            attribute=attribute.name if attribute else None,
            by=by.name if by else None,
            test=test,
        )

    def _operands(
        self, data: Mapping[str, object], function: AggregateFunction, table: Table, path: str
    ) -> tuple[Attribute | None, Attribute | None, Compared]:
        """Return the attribute, what orders the rows, and what comes of it; an attribute is None where there is none."""
        if function is AggregateFunction.COUNT:
            compared = self._count(data["count"], table, f"{path}.count")
            attribute = None
        elif function is AggregateFunction.EXISTS:
            return None, None, self._called(None, function, table)
        else:
            attribute = self._aggregated(data[function], function, table, f"{path}.{function}")
            compared = self._called(attribute, function, table)
        return attribute, self._by(data, function, table, path), compared

    def _exists(self, data: Mapping[str, object], table: Table, path: str) -> RelatedTo:
        if not isinstance(data["exists"], bool):
            self._mistakes.report(
                f"{path}.exists",
                said(
                    "`exists` is true or false, but %(value)s is written.",
                    value=shown(data["exists"]),
                ),
                action="Write `exists: true` for at least one row, `exists: false` for none.",
                code="rule_type_mismatch",
            )
        unfit = [key for key in data if key in (*COMPARISON_KEYS, IGNORE_CASE, "by")]
        for key in unfit:
            self._mistakes.report(
                f"{path}.{key}",
                said(
                    "`exists` is not compared with anything, so `%(key)s` has no meaning.", key=key
                ),
                action="Move a condition on the rows under `where`, or use `count: true`.",
                code="rule_unknown_key",
            )
        return RelatedTo(table=table.name, function=AggregateFunction.EXISTS)

    def _count(self, value: object, table: Table, path: str) -> Compared:
        if value is not True:
            self._mistakes.report(
                path,
                "`count` counts rows; it takes no attribute.",
                action="Write `count: true` and a comparison such as `more_than: 3`.",
                code="rule_type_mismatch",
            )
        called = said("the number of `%(table)s`", table=table.name)
        return Compared(
            attribute="",
            type=AttributeType.INTEGER,
            called=called,
            others=self._over,
            never_blank=True,
        )

    def _aggregated(
        self, name: object, function: AggregateFunction, table: Table, path: str
    ) -> Attribute | None:
        allowed = AGGREGATED_TYPES[function]
        attribute = self._attribute(
            name, table, [a for a in table.attributes if a.type in allowed], path
        )
        if table.is_unsure(name):
            return None
        if attribute is not None and attribute.type not in allowed:
            self._mistakes.report(
                path,
                said(
                    "`%(function)s` does not work with `%(attribute)s`, which is of type %(type)s.",
                    function=function,
                    attribute=attribute.name,
                    type=attribute.type,
                ),
                action=said(
                    "Choose an attribute of type %(names)s.", names=listed(sorted(allowed))
                ),
                code="rule_type_mismatch",
            )
            return None
        return attribute

    def _by(
        self, data: Mapping[str, object], function: AggregateFunction, table: Table, path: str
    ) -> Attribute | None:
        ordered = [attribute for attribute in table.attributes if attribute.type in ORDERED]
        if function not in ORDERED_BY:
            if "by" in data:
                self._mistakes.report(
                    f"{path}.by",
                    said("`by` has no meaning with `%(function)s`.", function=function),
                    action="Remove it; only `first` and `last` need an order.",
                    code="rule_unknown_key",
                )
            return None
        if "by" not in data:
            self._mistakes.report(
                path,
                said("`%(function)s` does not say in which order.", function=function),
                action=said(
                    "Add `by:` with one of %(names)s.", names=listed(a.name for a in ordered)
                ),
                code="rule_last_without_by",
            )
            return None
        attribute = self._attribute(data["by"], table, ordered, f"{path}.by")
        if table.is_unsure(data["by"]):
            return None
        if attribute is not None and attribute.type not in ORDERED:
            self._mistakes.report(
                f"{path}.by",
                said(
                    "`%(attribute)s` is of type %(type)s, which has no order.",
                    attribute=attribute.name,
                    type=attribute.type,
                ),
                action=said(
                    "Choose an attribute of type %(names)s.", names=listed(sorted(ORDERED))
                ),
                code="rule_type_mismatch",
            )
        return attribute

    def _attribute(
        self, name: object, table: Table, fitting: Sequence[Attribute], path: str
    ) -> Attribute | None:
        attribute = table.attribute(name) if isinstance(name, str) else None
        if attribute is None and not table.is_unsure(name):
            self._mistakes.report(
                path,
                said(
                    "Related table `%(table)s` has no attribute `%(name)s`.",
                    table=table.name,
                    name=name,
                )
                if isinstance(name, str)
                else "The name of an attribute is needed here.",
                action=proposal(str(name), [one.name for one in fitting]),
                code="rule_unknown_attribute",
            )
        return attribute

    def _called(
        self, attribute: Attribute | None, function: AggregateFunction, table: Table
    ) -> Compared:
        if attribute is None:
            called = said(
                "the `%(function)s` over `%(table)s`", function=function, table=table.name
            )
            return Compared(attribute="", type=None, called=called, others=self._over)
        called = said(
            "the `%(function)s` of `%(attribute)s`", function=function, attribute=attribute.name
        )
        return Compared(
            attribute="",
            type=result_type(function, attribute.type),
            called=called,
            others=self._over,
            never_blank=function in COUNTS,
        )
