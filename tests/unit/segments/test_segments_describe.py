"""Rules read as sentences in English and French."""

from __future__ import annotations

import pytest
from hypothesis import given

from segue.profiles.schema import AttributeType, ProfileSchema, Table
from segue.segments.describe import describe
from segue.segments.parse import parse_rule
from segue.segments.rules import Rule, Segment
from tests.unit.segments.segment_schema import SCHEMA, attribute
from tests.unit.segments.segment_strategies import rule_trees

_LABELLED = ProfileSchema(
    profiles=Table(
        name="profiles",
        source="customers",
        key="id",
        key_type=AttributeType.INTEGER,
        attributes=(
            attribute("country", AttributeType.TEXT, label="le pays"),
            attribute("spent", AttributeType.DECIMAL, label="le montant"),
            attribute("seen", AttributeType.TIMESTAMP, label="la dernière visite"),
        ),
    ),
    related={
        "orders": Table(
            name="orders",
            source="orders",
            key="customer",
            key_type=AttributeType.INTEGER,
            label="les achats",
            attributes=(attribute("amount", AttributeType.DECIMAL, label="achat"),),
        )
    },
)


def _rule(data: object, schema: ProfileSchema = SCHEMA) -> Rule:
    rule, mistakes = parse_rule(data, schema, "rules", ["vip", "lost"])
    assert mistakes == ()
    assert rule is not None
    return rule


_FRANCE = {"attribute": "country", "is": "France"}
_FREQUENT = {"attribute": "visits", "more_than": 1234}


@pytest.mark.parametrize(
    ("data", "english", "french"),
    [
        (_FRANCE, "country is “France”", "country est «~France~»"),
        ({"not": _FRANCE}, "country is not “France”", "country n’est pas «~France~»"),
        ({"attribute": "country", "is_not": "France"}, "country is not “France”", "country n’est pas «~France~»"),
        ({"not": {"attribute": "country", "is_not": "France"}}, "country is “France”", "country est «~France~»"),
        ({"attribute": "country", "any_of": ["France", "Pérou", "Italie"]}, "country is “France”, “Pérou” or “Italie”", "country est «~France~», «~Pérou~» ou «~Italie~»"),
        ({"attribute": "country", "contains": "an", "ignore_case": True}, "country contains “an” (ignoring capitals)", "country contient «~an~» (sans tenir compte des majuscules)"),
        ({"not": {"attribute": "first_name", "starts_with": "Z"}}, "first name does not start with “Z”", "first name ne commence pas par «~Z~»"),
        ({"attribute": "first_name", "ends_with": "a"}, "first name ends with “a”", "first name se termine par «~a~»"),
        ({"attribute": "country", "is_blank": True}, "country is blank", "country est vide"),
        ({"attribute": "country", "is_blank": False}, "country is not blank", "country n’est pas vide"),
        ({"not": {"attribute": "country", "is_blank": False}}, "country is blank", "country est vide"),
        (_FREQUENT, "visits is more than 1,234", "visits vaut plus de 1_234"),
        ({"attribute": "spent", "between": ["-1.50", "20.25"]}, "spent is between -1.50 and 20.25", "spent se situe entre −1,50 et 20,25"),
        ({"attribute": "spent", "at_most": 10}, "spent is at most 10", "spent vaut au plus 10"),
        ({"attribute": "visits", "none_of": [1, 2]}, "visits is not 1 or 2", "visits ne vaut pas 1 ou 2"),
        ({"attribute": "opted_in", "is": True}, "opted in is true", "opted in est vrai"),
        ({"attribute": "birthday", "on": "2024-03-01"}, "birthday is on 1 March 2024", "birthday tombe le 1er~mars 2024"),
        ({"attribute": "birthday", "before": "2024-02-29"}, "birthday is before 29 February 2024", "birthday tombe avant le 29~février 2024"),
        ({"attribute": "birthday", "at_least": "2024-02-29"}, "birthday is on or after 29 February 2024", "birthday tombe le 29~février 2024 ou après"),
        ({"attribute": "birthday", "month_of": [3, 8]}, "birthday falls in March or August", "birthday tombe en mars ou août"),
        ({"attribute": "birthday", "between": ["2026-01-01", "2026-01-31"]}, "birthday lies from 1 January 2026 to 31 January 2026", "birthday tombe entre le 1er~janvier 2026 et le 31~janvier 2026 inclus"),
        ({"attribute": "born", "month_of": 5}, "born falls in May", "born tombe en mai"),
        ({"attribute": "born", "on": "05/12"}, "born is on “05/12”", "born tombe le «~05/12~»"),
        ({"attribute": "born", "within_next": {"days": 7}}, "born is within the next 7 days", "born tombe dans les 7 prochains jours"),
        ({"attribute": "tags", "has_any_of": ["a", "b"]}, "tags holds “a” or “b”", "tags comporte «~a~» ou «~b~»"),
        ({"attribute": "tags", "has_none_of": ["a", "b"]}, "tags holds neither “a” nor “b”", "tags ne comporte ni «~a~» ni «~b~»"),
        ({"attribute": "tags", "has_none_of": ["a"]}, "tags does not hold “a”", "tags ne comporte pas «~a~»"),
        ({"attribute": "tags", "has_all_of": ["a", "b", "c"], "ignore_case": True}, "tags holds “a”, “b” and “c” (ignoring capitals)", "tags comporte «~a~», «~b~» et «~c~» (sans tenir compte des majuscules)"),
        ({"not": {"attribute": "tags", "has_all_of": ["a", "b"]}}, "tags does not hold all of “a” and “b”", "tags ne comporte pas à la fois «~a~» et «~b~»"),
        ({"attribute": "seen", "after": "2026-01-31 14:30"}, "seen is after 31 January 2026 at 14:30", "seen tombe après le 31~janvier 2026 à 14~h~30"),
        ({"attribute": "seen", "after": "2026-01-31T14:30:05Z"}, "seen is after 31 January 2026 at 14:30:05 UTC", "seen tombe après le 31~janvier 2026 à 14~h~30~min~05~s (UTC)"),
        ({"attribute": "seen", "within_last": {"days": 90}}, "seen is within the last 90 days", "seen tombe dans les 90 derniers jours"),
        ({"attribute": "seen", "before_last": {"days": 90}}, "seen is before the last 90 days", "seen tombe avant les 90 derniers jours"),
        ({"not": {"attribute": "seen", "before_last": {"months": 1}}}, "seen is not before the last month", "seen ne tombe pas avant le dernier mois"),
        ({"attribute": "seen", "after_next": {"weeks": 2}}, "seen is after the next 2 weeks", "seen tombe après les 2 prochaines semaines"),
        ({"attribute": "seen", "before_last": {"days": 1}}, "seen is before today", "seen tombe avant aujourd’hui"),
        ({"attribute": "seen", "anniversary_within_next": {"days": 7}}, "an anniversary of seen is within the next 7 days", "un anniversaire de seen tombe dans les 7 prochains jours"),
        ({"not": {"attribute": "seen", "anniversary_within_last": {"days": 1}}}, "no anniversary of seen is today", "aucun anniversaire de seen ne tombe aujourd’hui"),
        ({"attribute": "seen", "weekday_of": ["saturday", "sunday"]}, "seen falls on a Saturday or a Sunday", "seen tombe un samedi ou un dimanche"),
        ({"attribute": "seen", "within_last": {"days": 1}}, "seen is today", "seen tombe aujourd’hui"),
        ({"attribute": "seen", "within_next": {"weeks": 1}}, "seen is within the next week", "seen tombe dans la prochaine semaine"),
        ({"not": {"attribute": "seen", "within_next": {"years": 2}}}, "seen is not within the next 2 years", "seen ne tombe pas dans les 2 prochaines années"),
        ({"attribute": "spent", "more_than": {"attribute": "visits"}}, "spent is more than visits", "spent vaut plus que visits"),
        ({"attribute": "country", "is_not": {"attribute": "first_name"}, "ignore_case": True}, "country is not the same as first name (ignoring capitals)", "country ne coïncide pas avec first name (sans tenir compte des majuscules)"),
        ({"attribute": "seen", "at_least": {"attribute": "seen"}}, "seen is at or after seen", "seen coïncide avec seen ou tombe après"),
        ({"not": {"attribute": "birthday", "before": {"attribute": "birthday"}}}, "birthday is not before birthday", "birthday ne tombe pas avant birthday"),
        ({"related": "orders", "sum": "total", "at_most": {"attribute": "spent"}}, "the sum of total in orders is at most spent", "la somme de total dans orders vaut au plus spent"),
        ({"sample": {"percent": 10}}, "they are in the random sample of 10%", "elle fait partie de l’échantillon aléatoire de 10~%"),
        ({"not": {"sample": {"percent": 0.5, "seed": "spring"}}}, "they are not in the random sample of 0.5% with the seed “spring”", "elle ne fait pas partie de l’échantillon aléatoire de 0,5~% de graine «~spring~»"),
        ({"top": {"number": 1000, "attribute": "spent"}}, "they are among the top 1,000 by spent", "elle fait partie des 1_000 personnes les mieux classées selon spent"),
        ({"top": {"number": 1, "attribute": "spent"}}, "they are among the top 1 by spent", "elle est la personne la mieux classée selon spent"),
        ({"not": {"top": {"percent": 2.5, "related": "orders", "sum": "total", "where": {"attribute": "genre", "is": "Jazz"}}}}, "they are not among the top 2.5% by the sum of total in orders (where genre is “Jazz”)", "elle ne fait pas partie des 2,5~% de personnes les mieux classées selon la somme de total dans orders (où genre est «~Jazz~»)"),
        ({"segment": "vip"}, "they are in segment “vip”", "elle appartient au segment «~vip~»"),
        ({"not": {"segment": "vip"}}, "they are not in segment “vip”", "elle n’appartient pas au segment «~vip~»"),
        ({"related": "orders", "exists": True}, "there is a row in orders", "il existe une ligne dans orders"),
        ({"related": "orders", "exists": False, "where": {"attribute": "genre", "is": "Jazz"}}, "there is no row in orders (where genre is “Jazz”)", "il n’existe aucune ligne dans orders (où genre est «~Jazz~»)"),
        ({"related": "orders", "count": True, "at_least": 2}, "the number of rows in orders is at least 2", "le nombre de lignes dans orders vaut au moins 2"),
        ({"related": "orders", "sum": "total", "is": 5}, "the sum of total in orders is 5", "la somme de total dans orders vaut 5"),
        ({"related": "orders", "max": "total", "is": 5}, "the greatest total in orders is 5", "la plus grande valeur de total dans orders vaut 5"),
        ({"related": "orders", "min": "due", "is_blank": True}, "the earliest due in orders is blank", "la valeur la plus ancienne de due dans orders est vide"),
        ({"related": "orders", "exists": True, "where": {"all": [{"attribute": "genre", "is": "Jazz"}, {"related": "lines", "exists": False, "where": {"attribute": "product", "is": "Tea"}}]}}, "there is a row in orders (where genre is “Jazz”, and there is no row in lines (where product is “Tea”))", "il existe une ligne dans orders (où genre est «~Jazz~», et il n’existe aucune ligne dans lines (où product est «~Tea~»))"),
        ({"related": "orders", "average": "total", "more_than": "2.5"}, "the average of total in orders is more than 2.5", "la moyenne de total dans orders vaut plus de 2,5"),
        ({"related": "orders", "count_distinct": "genre", "at_least": 2}, "the number of different values of genre in orders is at least 2", "le nombre de valeurs distinctes de genre dans orders vaut au moins 2"),
        ({"related": "orders", "first": "total", "by": "placed", "is": 5}, "total of the first row by placed in orders is 5", "total de la première ligne selon placed dans orders vaut 5"),
        ({"related": "orders", "last": "total", "by": "placed", "is": 5}, "total of the last row by placed in orders is 5", "total de la dernière ligne selon placed dans orders vaut 5"),
    ],
)  # fmt: skip
def test_a_rule_reads_as_a_sentence_in_both_languages(
    data: object, english: str, french: str
) -> None:
    rule = _rule(data)

    assert describe(rule, SCHEMA, "en") == f"A person is selected when {english}."
    assert describe(rule, SCHEMA, "fr") == _french(french)


@pytest.mark.parametrize(
    ("data", "english", "french"),
    [
        (
            {"all": [_FRANCE, {"any": [_FREQUENT, {"segment": "vip"}]}]},
            "country is “France”, and (visits is more than 1,234, or they are in segment “vip”)",
            "country est «~France~», et (visits vaut plus de 1_234, ou elle appartient au segment «~vip~»)",
        ),
        (
            {"any": [{"all": [_FRANCE, _FREQUENT]}, {"segment": "vip"}]},
            "(country is “France”, and visits is more than 1,234), or they are in segment “vip”",
            "(country est «~France~», et visits vaut plus de 1_234), ou elle appartient au segment «~vip~»",
        ),
        (
            {"all": [{"all": [{"any": [_FRANCE, _FREQUENT]}]}, {"segment": "vip"}]},
            "(country is “France”, or visits is more than 1,234), and they are in segment “vip”",
            "(country est «~France~», ou visits vaut plus de 1_234), et elle appartient au segment «~vip~»",
        ),
        (
            {"not": {"all": [_FRANCE, _FREQUENT]}},
            "it is not true that (country is “France”, and visits is more than 1,234)",
            "il est faux que (country est «~France~», et visits vaut plus de 1_234)",
        ),
        (
            {"except": [{"segment": "vip"}, _FRANCE]},
            "they are in segment “vip”, except when country is “France”",
            "elle appartient au segment «~vip~», sauf si country est «~France~»",
        ),
        (
            {"except": [{"union": [{"segment": "vip"}, {"segment": "lost"}]}, _FRANCE, _FREQUENT]},
            "(they are in segment “vip”, or they are in segment “lost”), except when (country is “France”, or visits is more than 1,234)",
            "(elle appartient au segment «~vip~», ou elle appartient au segment «~lost~»), sauf si (country est «~France~», ou visits vaut plus de 1_234)",
        ),
    ],
)  # fmt: skip
def test_nested_groups_are_unambiguous(data: object, english: str, french: str) -> None:
    rule = _rule(data)

    assert describe(rule, SCHEMA, "en") == f"A person is selected when {english}."
    assert describe(rule, SCHEMA, "fr") == _french(french)


def test_labels_are_said_instead_of_names() -> None:
    data = {
        "all": [
            {"attribute": "country", "is": "France"},
            {"related": "orders", "sum": "amount", "at_least": "1000.50"},
        ]
    }
    segment = Segment(name="big", rule=_rule(data, _LABELLED))

    sentence = describe(segment, _LABELLED, "fr")

    assert sentence == _french(
        "le pays est «~France~», et la somme d’achat dans les achats vaut au moins 1_000,50"
    )


@given(rule=rule_trees(SCHEMA, segments=["vip"]))
def test_every_rule_can_be_said_and_french_colons_never_begin_a_line(rule: Rule) -> None:
    english, french = describe(rule, SCHEMA, "en"), describe(rule, SCHEMA, "fr")

    assert (english[:25], english[-1]) == ("A person is selected when", ".")
    assert french.startswith("Une personne est retenue si\u00a0: ")
    assert "{}" not in english + french


def _french(clause: str) -> str:
    """Return the sentence; ~ stands for a no-break space, _ for a narrow one."""
    return f"Une personne est retenue si~: {clause}.".replace("~", "\u00a0").replace("_", "\u202f")
