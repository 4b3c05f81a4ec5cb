"""The short words for what was wrong with values and rows, English and French, by kind. Text only; see `messages_texts`.

Whole sentences with what to do are those of `profiles.problems`; these stand in brackets behind a number.
"""

from __future__ import annotations

from typing import TypeAlias

Pair: TypeAlias = tuple[str, str]

_ROWS: dict[str, Pair] = {
    "row_ragged": ("too many or too few values", "trop ou trop peu de valeurs"),
    "row_quotes_unsound": ("unsound quotes", "guillemets mal placés"),
    "row_blank": ("empty", "vide"),
    "row_too_large": ("too large", "trop grande"),
    "json_invalid": ("not JSON", "pas du JSON"),
    "json_not_an_object": ("not a JSON object", "pas un objet JSON"),
    "json_too_deep": ("too many levels", "trop de niveaux"),
    "key_missing": ("without a key", "sans clé"),
    "key_invalid": ("with a key that cannot be read", "avec une clé illisible"),
    "key_repeated": ("with a key that another row has", "avec la clé d’une autre ligne"),
    "key_without_profile": ("of no profile", "sans profil"),
    "key_written_otherwise": (
        "with a profile’s key written otherwise",
        "avec la clé d’un profil écrite autrement",
    ),
    "join_repeated": (
        "with the join columns of another row",
        "avec les colonnes de jointure d’une autre ligne",
    ),
    "join_without_match": ("without a match", "sans correspondance"),
    "yes_outweighed": ("a yes that another row denies", "un oui qu’une autre ligne contredit"),
}

_VALUES: dict[str, Pair] = {
    "json_key_repeated": ("a JSON key given twice", "une clé JSON donnée deux fois"),
    "value_too_large": ("too large", "trop grande"),
    "cell_error": ("an error of the spreadsheet", "une erreur du tableur"),
    "digits_lost": ("a number that lost digits", "un nombre qui a perdu des chiffres"),
    "formula_not_computed": ("a formula without a value", "une formule sans valeur"),
    "text_undecodable": ("bytes of another encoding", "octets d’un autre encodage"),
    "text_garbled": ("damaged text", "texte endommagé"),
    "text_for_nothing": ("NULL and the like", "NULL et semblables"),
    "text_doubtful": ("doubtful text", "texte douteux"),
    "control_characters": ("control characters", "caractères de contrôle"),
    "not_an_integer": ("not a whole number", "pas un nombre entier"),
    "not_a_number": ("not a number", "pas un nombre"),
    "not_a_boolean": ("neither true nor false", "ni vrai ni faux"),
    "not_a_date": ("not a date", "pas une date"),
    "not_a_timestamp": ("not a date and time", "pas une date avec heure"),
    "not_a_birthday": ("not a day of the year", "pas un jour de l’année"),
    "out_of_range": ("beyond what can be kept", "hors limites"),
    "rounded": ("rounded", "arrondi"),
}

_ADDRESSES: dict[str, Pair] = {
    "missing": ("no address", "pas d’adresse"),
    "contains_spaces": ("an address with a space", "une adresse avec une espace"),
    "no_at_sign": ("an address without a sign @", "une adresse sans @"),
    "several_at_signs": ("an address with several signs @", "une adresse avec plusieurs @"),
    "non_ascii_local_part": (
        "an address with letters beyond a-z",
        "une adresse avec des lettres autres que a-z",
    ),
    "bad_local_part": (
        "an address with a wrong part before the sign @",
        "une adresse incorrecte devant le @",
    ),
    "bad_domain": (
        "an address with a wrong domain",
        "une adresse au domaine incorrect",
    ),
    "too_long": ("an address that is too long", "une adresse trop longue"),
}

PROBLEMS: dict[str, Pair] = {
    f"problem_{kind}": pair for kind, pair in {**_ROWS, **_VALUES, **_ADDRESSES}.items()
}
"""English and French by key."""
