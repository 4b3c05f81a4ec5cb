"""Mistakes of segue.yaml in French: whole sentences with what they name, and nothing English beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.words.catalogue import in_language
from tests.unit.configuration.configuration_files import changed, mistakes_in

CASES: tuple[tuple[str, str, str, str], ...] = (
    # text of the correct file · what stands there instead · message · the beginning of the next step
    ("type: parquet", "type: parket", "`type` ne peut pas être `parket`.", "Vouliez-vous dire `parquet`\u00a0? Permis\u00a0: `csv`"),
    ("home: .segue", "home: 12", "`home` doit être un texte, et ceci est un nombre entier.", "Mettez la valeur entre guillemets."),
    ("home: .segue", "sorces: {}", "`sorces` n’est pas un paramètre de ce fichier.", "Vouliez-vous dire `sources`\u00a0?"),
    ("home: .segue", "home:", "`home` n’a pas de valeur.", "Le dossier"),
    ("on: {ShopId: Id}", "on: {}", "`on` est vide.", ""),
    ("attribute: country", "attribute: contry", "Les profils n’ont pas d’attribut `contry`.", "Vouliez-vous dire `country`\u00a0?"),
    ("at_least: 20.50", "at_least: twenty", "Il faut ici un nombre, mais ce qui est écrit est un texte.", "Écrivez des chiffres"),
    ("column: Total, type: decimal", "column: Total, type: decimal, scale: 12", "`scale` est hors limites\u00a0: 12.", "Donnez un nombre de 0 à 9."),
    ("  key: Id", "  key: Id\n  winner: {newest_by: country}", "`country` est de type text\u00a0; `newest_by` doit être de type timestamp ou date", "Choisissez `signup` ou `spent`, ou déclarez `country` avec `type: timestamp`."),
    ("{attribute: country, is: France}", "{segment: It is empty. Give one.}", "Il n’y a pas de segment `It is empty. Give one.`.", ""),
)  # fmt: skip


@pytest.mark.parametrize(("there", "instead", "message", "action"), CASES)
def test_a_mistake_is_told_in_french_with_what_it_names(
    tmp_path: Path, there: str, instead: str, message: str, action: str
) -> None:
    found = mistakes_in(changed(there, instead), tmp_path)

    told = [(in_language(one.message, "fr"), in_language(one.action, "fr")) for one in found]

    assert [one for one in told if one[0].startswith(message) and one[1].startswith(action)], told
