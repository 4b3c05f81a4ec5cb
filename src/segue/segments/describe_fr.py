"""The French words for rules, with French typography. What is said in which order is in `describe`.

Attributes are words that somebody else chose, of unknown gender and number: the verbs need no agreement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from segue.segments.operators import IN_LISTS, WEEKDAYS
from segue.segments.rules import (
    AggregateFunction,
    Compare,
    CompareAttributes,
    Comparison,
    Literal,
    Reach,
    RelatedTo,
    Sample,
    Top,
    Unit,
    Within,
)

_NBSP = "\u00a0"
_THIN = "\u202f"
_VOWELS = "aàâäeéèêëhiîïoôöuùûüœæ"
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_VERBS: Mapping[Comparison, tuple[str, str]] = {
    Comparison.IS: ("est {}", "n’est pas {}"),
    Comparison.ANY_OF: ("est {}", "n’est pas {}"),
    Comparison.CONTAINS: ("contient {}", "ne contient pas {}"),
    Comparison.STARTS_WITH: ("commence par {}", "ne commence pas par {}"),
    Comparison.ENDS_WITH: ("se termine par {}", "ne se termine pas par {}"),
    Comparison.MONTH_OF: ("tombe en {}", "ne tombe pas en {}"),
    Comparison.WEEKDAY_OF: ("tombe {}", "ne tombe pas {}"),
    Comparison.ON: ("tombe le {}", "ne tombe pas le {}"),
    Comparison.HAS_ANY_OF: ("comporte {}", "ne comporte ni {}"),
    Comparison.HAS_ALL_OF: ("comporte {}", "ne comporte pas à la fois {}"),
    Comparison.IS_BLANK: ("est vide", "n’est pas vide"),
}
_NUMBER_VERBS: Mapping[Comparison, tuple[str, str]] = {
    **_VERBS,
    Comparison.IS: ("vaut {}", "ne vaut pas {}"),
    Comparison.ANY_OF: ("vaut {}", "ne vaut pas {}"),
    Comparison.AT_LEAST: ("vaut au moins {}", "ne vaut pas au moins {}"),
    Comparison.AT_MOST: ("vaut au plus {}", "ne vaut pas au plus {}"),
    Comparison.MORE_THAN: ("vaut plus de {}", "ne vaut pas plus de {}"),
    Comparison.LESS_THAN: ("vaut moins de {}", "ne vaut pas moins de {}"),
    Comparison.BETWEEN: ("se situe entre {} et {}", "ne se situe pas entre {} et {}"),
}
_DATE_VERBS: Mapping[Comparison, tuple[str, str]] = {
    Comparison.IS: ("tombe {}", "ne tombe pas {}"),
    Comparison.ON: ("tombe {}", "ne tombe pas {}"),
    Comparison.ANY_OF: ("tombe {}", "ne tombe pas {}"),
    Comparison.AT_LEAST: ("tombe {} ou après", "ne tombe ni {} ni après"),
    Comparison.AT_MOST: ("tombe {} ou avant", "ne tombe ni {} ni avant"),
    Comparison.BEFORE: ("tombe avant {}", "ne tombe pas avant {}"),
    Comparison.AFTER: ("tombe après {}", "ne tombe pas après {}"),
    Comparison.BETWEEN: ("tombe entre {} et {} inclus", "ne tombe pas entre {} et {} inclus"),
}
_UNITS: Mapping[Unit, tuple[str, str, str]] = {
    Unit.DAYS: ("jours", "derniers", "prochains"),
    Unit.WEEKS: ("semaines", "dernières", "prochaines"),
    Unit.MONTHS: ("mois", "derniers", "prochains"),
    Unit.YEARS: ("années", "dernières", "prochaines"),
}
_ONE: Mapping[tuple[Unit, bool], str] = {
    (Unit.DAYS, False): "aujourd’hui",
    (Unit.DAYS, True): "aujourd’hui",
    (Unit.WEEKS, False): "la dernière semaine",
    (Unit.WEEKS, True): "la prochaine semaine",
    (Unit.MONTHS, False): "le dernier mois",
    (Unit.MONTHS, True): "le prochain mois",
    (Unit.YEARS, False): "la dernière année",
    (Unit.YEARS, True): "la prochaine année",
}
_BEYOND = {False: "avant", True: "après"}
_WEEKDAYS = dict(
    zip(
        WEEKDAYS,
        ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        strict=True,
    )
)
_SAME = ("coïncide avec {}", "ne coïncide pas avec {}")
_OTHER_NUMBERS: Mapping[Comparison, tuple[str, str]] = {
    Comparison.IS: _SAME,
    Comparison.AT_LEAST: ("vaut au moins {}", "ne vaut pas au moins {}"),
    Comparison.AT_MOST: ("vaut au plus {}", "ne vaut pas au plus {}"),
    Comparison.MORE_THAN: ("vaut plus que {}", "ne vaut pas plus que {}"),
    Comparison.LESS_THAN: ("vaut moins que {}", "ne vaut pas moins que {}"),
}
_OTHER_TIMES: Mapping[Comparison, tuple[str, str]] = {
    Comparison.IS: _SAME,
    Comparison.AT_LEAST: (
        "coïncide avec {} ou tombe après",
        "ne coïncide pas avec {} ni ne tombe après",
    ),
    Comparison.AT_MOST: (
        "coïncide avec {} ou tombe avant",
        "ne coïncide pas avec {} ni ne tombe avant",
    ),
    Comparison.BEFORE: ("tombe avant {}", "ne tombe pas avant {}"),
    Comparison.AFTER: ("tombe après {}", "ne tombe pas après {}"),
}
_JOINED: Mapping[tuple[Comparison, bool], str] = {
    (Comparison.HAS_ANY_OF, True): " ni ",
    (Comparison.HAS_ALL_OF, False): " et ",
    (Comparison.HAS_ALL_OF, True): " et ",
}
_TOTALS = {AggregateFunction.SUM: "somme", AggregateFunction.AVERAGE: "moyenne"}
_ROWS = {AggregateFunction.FIRST: "première", AggregateFunction.LAST: "dernière"}
_EXTREMES = {
    (AggregateFunction.MIN, False): "la plus petite valeur",
    (AggregateFunction.MAX, False): "la plus grande valeur",
    (AggregateFunction.MIN, True): "la valeur la plus ancienne",
    (AggregateFunction.MAX, True): "la valeur la plus récente",
}


class French:
    """French: « guillemets », 1 234,5, le 31 janvier 2026."""

    and_ = ", et "
    or_ = ", ou "

    def sentence(self, clause: str) -> str:
        """Return the whole sentence."""
        return f"Une personne est retenue si{_NBSP}: {clause}."

    def comparison(self, subject: str, rule: Compare, *, negated: bool) -> str:
        """Return the clause that compares the subject."""
        if rule.comparison is Comparison.IS_BLANK:
            negated = negated is bool(rule.values[0])
        verb = _verbs(rule)[rule.comparison][negated]
        if rule.comparison is Comparison.MONTH_OF:
            clause = verb.format(_alternatives([_MONTHS[int(str(m)) - 1] for m in rule.values]))
        elif rule.comparison is Comparison.WEEKDAY_OF:
            clause = verb.format(_alternatives([f"un {_WEEKDAYS[str(d)]}" for d in rule.values]))
        elif rule.comparison is Comparison.BETWEEN:
            clause = verb.format(*(_value(value) for value in rule.values))
        else:
            clause = _any_or_all(
                [_value(value) for value in rule.values], rule, verb, negated=negated
            )
        return f"{subject} {clause}" + (
            " (sans tenir compte des majuscules)" if rule.ignore_case else ""
        )

    def other(
        self, names: tuple[str, str], rule: CompareAttributes, *, over_time: bool, negated: bool
    ) -> str:
        """Return the clause that compares the first of the names with the second."""
        verb = (_OTHER_TIMES if over_time else _OTHER_NUMBERS)[rule.comparison][negated]
        folded = " (sans tenir compte des majuscules)" if rule.ignore_case else ""
        return f"{names[0]} {verb.format(names[1])}{folded}"

    def sample(self, rule: Sample, *, negated: bool) -> str:
        """Return the clause that the person is in a random sample."""
        verb = "ne fait pas partie" if negated else "fait partie"
        seed = f" de graine {_quoted(rule.seed)}" if rule.seed else ""
        share = f"{_number(rule.percent)}{_NBSP}%"
        return f"elle {verb} de l’échantillon aléatoire de {share}{seed}"

    def kept(self, *, is_list: bool, negated: bool) -> str:
        """Return the clause that the person is on the list, or among the members that are kept."""
        verb = "ne figure pas" if negated else "figure"
        return f"elle {verb} {'sur la liste' if is_list else 'parmi les membres conservés'}"

    def top(self, rule: Top, measure: str, *, negated: bool) -> str:
        """Return the clause that the person is among the first by a measure."""
        if rule.amount == 1 and not rule.is_percent:
            verb = "n’est pas" if negated else "est"
            return f"elle {verb} la personne la mieux classée selon {measure}"
        verb = "ne fait pas partie" if negated else "fait partie"
        share = f"{_number(rule.amount)}{f'{_NBSP}% de' if rule.is_percent else ''}"
        return f"elle {verb} des {share} personnes les mieux classées selon {measure}"

    def period(self, subject: str, rule: Within, *, negated: bool) -> str:
        """Return the clause that places the subject in a period relative to today."""
        verb = "ne tombe pas" if negated else "tombe"
        if rule.reach is Reach.ANNIVERSARY:
            subject = f"{'aucun' if negated else 'un'} anniversaire {_of(subject)}"
            verb = "ne tombe" if negated else "tombe"
        if rule.amount == 1 and rule.unit is Unit.DAYS and rule.reach is not Reach.BEYOND:
            return f"{subject} {verb} aujourd’hui"
        place = _BEYOND[rule.ahead] if rule.reach is Reach.BEYOND else "dans"
        return f"{subject} {verb} {place} {_period(rule)}"

    def membership(self, segment: str, *, negated: bool) -> str:
        """Return the clause that the person is in a segment."""
        verb = "n’appartient pas" if negated else "appartient"
        return f"elle {verb} au segment {_quoted(segment)}"

    def rows(self, table: str, where: str, *, negated: bool) -> str:
        """Return the clause that there is such a row; `where` "": any row."""
        found = "il n’existe aucune ligne" if negated else "il existe une ligne"
        return f"{found} dans {table}{_where(where)}"

    def aggregate(
        self, rule: RelatedTo, names: Mapping[str, str], where: str, *, over_time: bool
    ) -> str:
        """Return the aggregate as a subject; `names` has the words for `table`, `attribute` and `by`."""
        source = f"dans {names['table']}{_where(where)}"
        if rule.function is AggregateFunction.COUNT:
            return f"le nombre de lignes {source}"
        if rule.function is AggregateFunction.COUNT_DISTINCT:
            return f"le nombre de valeurs distinctes {_of(names['attribute'])} {source}"
        if rule.function in _TOTALS:
            return f"la {_TOTALS[rule.function]} {_of(names['attribute'])} {source}"
        if rule.function in _ROWS:
            row = _ROWS[rule.function]
            return f"{names['attribute']} de la {row} ligne selon {names['by']} {source}"
        return f"{_EXTREMES[rule.function, over_time]} {_of(names['attribute'])} {source}"

    def denial(self, clause: str) -> str:
        """Return that the clause, in brackets, does not hold."""
        return f"il est faux que ({clause})"

    def exception(self, clause: str, excepted: str) -> str:
        """Return the clause without those of the other clauses."""
        return f"{clause}, sauf si {excepted}"

    def measure(self, phrase: str, default: Literal | None) -> str:
        """Return the phrase of a measure with what it is instead of blank."""
        if default is None:
            return phrase
        return f"{phrase}{_NBSP}; {_value(default)} si elle est vide"


def _verbs(rule: Compare) -> Mapping[Comparison, tuple[str, str]]:
    value = rule.values[0]
    if isinstance(value, date):
        return _DATE_VERBS
    return _VERBS if isinstance(value, str | bool) else _NUMBER_VERBS


def _period(rule: Within) -> str:
    if rule.amount == 1:
        return _ONE[rule.unit, rule.ahead]
    unit, last, following = _UNITS[rule.unit]
    direction = following if rule.ahead else last
    return f"les {_number(rule.amount)} {direction} {unit}"


def _where(clause: str) -> str:
    return f" (où {clause})" if clause else ""


def _of(name: str) -> str:
    return f"d’{name}" if name[:1].lower() in _VOWELS else f"de {name}"


def _quoted(text: str) -> str:
    return f"«{_NBSP}{text}{_NBSP}»"


def _any_or_all(values: Sequence[str], rule: Compare, verb: str, *, negated: bool) -> str:
    if len(values) == 1 and rule.comparison in IN_LISTS:
        verb = "ne comporte pas {}" if negated else "comporte {}"
    return verb.format(_alternatives(values, _JOINED.get((rule.comparison, negated), " ou ")))


def _alternatives(texts: Sequence[str], joined: str = " ou ") -> str:
    *first, last = texts
    return f"{', '.join(first)}{joined}{last}" if first else last


def _value(value: Literal) -> str:
    if isinstance(value, bool):
        return "vrai" if value else "faux"
    if isinstance(value, int | Decimal):
        return _number(value)
    if isinstance(value, date):
        return _moment(value)
    return _quoted(value)


def _number(value: int | Decimal) -> str:
    text = format(value, ",f" if isinstance(value, Decimal) else ",d")
    return text.replace(",", _THIN).replace(".", ",").replace("-", "−")


def _moment(value: date) -> str:
    number = "1er" if value.day == 1 else str(value.day)
    day = f"le {number}{_NBSP}{_MONTHS[value.month - 1]} {value.year}"
    if not isinstance(value, datetime):
        return day
    seconds = f"{_NBSP}{value:%S}" if value.second or value.microsecond else ""
    fraction = f",{value:%f}".rstrip("0") if value.microsecond else ""
    unit = f"{_NBSP}s" if seconds else ""
    clock = f"{value.hour}{_NBSP}h{_NBSP}{value:%M}" + (
        f"{_NBSP}min{seconds}{fraction}{unit}" if seconds else ""
    )
    return f"{day} à {clock}{' (UTC)' if value.tzinfo else ''}"
