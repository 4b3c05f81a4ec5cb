"""Names, cities and streets of the demonstration's customers, by language. Text only, nothing about real people."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Where customers live: a language, a country, how many of a hundred customers, and names that occur there."""

    language: str
    country: str
    share: int
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    cities: tuple[str, ...]
    domains: tuple[str, ...]


_FRENCH = (
    (
        "Émile",
        "Chloé",
        "Zoé",
        "Hélène",
        "Jérôme",
        "Noël",
        "Nadia",
        "Anaïs",
        "Loïc",
        "Maëlle",
        "François",
        "Inès",
    ),
    (
        "Lefèvre",
        "Benoît",
        "Garçon",
        "Müller-Roux",
        "D'Aubigné",
        "Le Goff",
        "Châtelain",
        "Besançon",
        "Roux",
        "Hénin",
    ),
)
_GERMAN = (
    ("Jürgen", "Käthe", "Björn", "Rosa", "Sönke", "Anneliese", "Götz", "Ulrike", "Jörg", "Bärbel"),
    ("Weiß", "Schröder", "Köhler", "von der Höh", "Groß", "Jäger", "Bäcker", "Krüger", "Süßmilch"),
)

REGIONS = (
    Region(
        language="fr", country="France", share=30, first_names=_FRENCH[0], last_names=_FRENCH[1],
        cities=("Besançon", "Orléans", "Nîmes", "Saint-Étienne", "Angoulême", "Lyon"),
        domains=("poste.example", "courriel.example", "petit-prix.example"),
    ),
    Region(
        language="fr", country="Belgium", share=8, first_names=_FRENCH[0], last_names=_FRENCH[1],
        cities=("Liège", "Namur", "Bruxelles"), domains=("wallonie.example", "courriel.example"),
    ),
    Region(
        language="de", country="Switzerland", share=7, first_names=_GERMAN[0], last_names=_GERMAN[1],
        cities=("Zürich", "Genève", "Neuchâtel"), domains=("alpenpost.example", "züri-post.example"),
    ),
    Region(
        language="de", country="Germany", share=16, first_names=_GERMAN[0], last_names=_GERMAN[1],
        cities=("Köln", "München", "Lübeck", "Görlitz"), domains=("briefkasten.example", "bücherei.example"),
    ),
    Region(
        language="es", country="Spain", share=10,
        first_names=("Íñigo", "Begoña", "José", "María", "Úrsula", "Ramón", "Pía", "Ángel"),
        last_names=("Núñez", "Peña", "Íbáñez", "Gutiérrez", "Muñoz", "Zúñiga", "Ávila"),
        cities=("Córdoba", "Cádiz", "Málaga", "A Coruña"), domains=("correo.example", "buzón.example"),
    ),
    Region(
        language="pl", country="Poland", share=8,
        first_names=("Łukasz", "Małgorzata", "Żaneta", "Święta", "Paweł", "Bożena"),
        last_names=("Wójcik", "Dąbrowska", "Łoś", "Źdźbło", "Kamiński", "Gęś"),
        cities=("Łódź", "Kraków", "Gdańsk"), domains=("poczta.example",),
    ),
    Region(
        language="sv", country="Sweden", share=6,
        first_names=("Åsa", "Göran", "Märta", "Örjan", "Linnéa", "Håkan"),
        last_names=("Ångström", "Sjöberg", "Öberg", "Lindqvist", "Håkansson"),
        cities=("Malmö", "Göteborg", "Östersund"), domains=("brevlåda.example", "norrpost.example"),
    ),
    Region(
        language="el", country="Greece", share=3,
        first_names=("Ελένη", "Γιώργος", "Σοφία"), last_names=("Παπαδόπουλος", "Νικολάου"),
        cities=("Αθήνα", "Θεσσαλονίκη"), domains=("grammata.example",),
    ),
    Region(
        language="en", country="Ireland", share=12,
        first_names=("Siobhán", "Seán", "Omar", "Quentin", "Gráinne", "Oisín", "Maeve", "Zoë"),
        last_names=("Ó Briain", "O'Neill", "Ní Dhómhnaill", "Byrne", "Fitzgerald", "Brontë"),
        cities=("Dún Laoghaire", "Cork", "Galway"), domains=("postbox.example", "emerald.example"),
    ),
)  # fmt: skip
"""The shares sum to 100."""

_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "Ł": "L", "æ": "ae", "'": "", " ": "", "-": ""}
    | dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", "avgdeziuiklmnxoprsstyfcpo", strict=True))
)


def plain(name: str) -> str:
    """Write a name in small letters a to z, as people do in their addresses."""
    stripped = "".join(
        c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c)
    )
    return stripped.translate(_LETTERS)
