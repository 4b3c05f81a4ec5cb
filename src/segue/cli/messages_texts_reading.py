"""The texts of what could not be read, English and French. Text only; see `messages_texts`."""

from __future__ import annotations

from typing import TypeAlias

Pair: TypeAlias = tuple[str, str]

_STOPS: dict[str, Pair] = {
    "stop_values_unread": (
        "{count} of {total} written values of {subject} could not be read or joined (limit {threshold}); the export stands on them.",
        "{count} valeurs écrites de {subject} sur {total} n’ont pas pu être lues ou jointes (limite {threshold}) ; "
        "l’exportation repose sur elles.",
    ),
    "stop_encoding_changed": (
        "The data source {subject} was written in {before} and is written in {after} now.",
        "La source de données {subject} était écrite en {before} ; elle est maintenant écrite en {after}.",
    ),
    "stop_separator_changed": (
        "The values of the data source {subject} were separated by {before} and are separated by {after} now.",
        "Les valeurs de la source de données {subject} étaient séparées par {before} ; elles le sont maintenant par {after}.",
    ),
    "stop_columns_changed": (
        "The columns of the data source {subject} changed: {count} of them are gone or new (gone: {before}; new: {after}).",
        "Les colonnes de la source de données {subject} ont changé : {count} ont disparu ou sont nouvelles "
        "(disparues : {before} ; nouvelles : {after}).",
    ),
}

_PLAN: dict[str, Pair] = {
    "reading_title": (
        "Read with problems, and this export stands on it:",
        "Lu avec des problèmes, et cette exportation repose dessus :",
    ),
    "reading_values": (
        "{lost} of {written} written values of {place} were not read ({share}; {kinds}): {use}.",
        "{lost} valeurs écrites de {place} sur {written} n’ont pas été lues ({share} ; {kinds}) : {use}.",
    ),
    "reading_joins": (
        "{lost} of {written} rows found nothing to join by {place} ({share}; {kinds}): {use}.",
        "{lost} lignes sur {written} n’ont rien trouvé à joindre par {place} ({share} ; {kinds}) : {use}.",
    ),
    "reading_rows": (
        "{left} rows of {place} were left out ({kinds}): {use}.",
        "{left} lignes de {place} ont été exclues ({kinds}) : {use}.",
    ),
    "reading_samples": ("{line} Written: {samples}.", "{line} Écrit : {samples}."),
    "reading_more": (
        "Every value and row that was not read: segue profiles --problems",
        "Toutes les valeurs et lignes non lues : segue profiles --problems",
    ),
    "reading_elsewhere": (
        "{count} values or rows that this export does not stand on were not read either: segue profiles",
        "{count} valeurs ou lignes sur lesquelles cette exportation ne repose pas n’ont pas été lues non plus : segue profiles",
    ),
    "ground_rules": (
        "asked for by the segments {segments}",
        "demandées par les segments {segments}",
    ),
    "ground_matching": ("sent to Mailchimp", "envoyées à Mailchimp"),
    "ground_consent": (
        "the consent, where what was not read is no yes",
        "le consentement, où ce qui n’est pas lu n’est pas un oui",
    ),
    "ground_winner": (
        "decides which row or profile counts where there are several of one person",
        "décide laquelle des lignes ou quel profil compte quand une personne en a plusieurs",
    ),
    "ground_key": ("tells whose row it is", "dit à qui appartient la ligne"),
    "ground_join": ("joins the data sources", "relie les sources de données"),
    "skip_unread": (
        "a value that may leave the person out could not be read",
        "une valeur qui exclut peut-être la personne n’a pas pu être lue",
    ),
}

_PROFILES: dict[str, Pair] = {
    "reading_status": ("Read with problems", "Lu avec des problèmes"),
    "reading_change_encoding": (
        "Changed since the refresh before: {source} was written in {before} and is written in {after} now.",
        "Changé depuis l’actualisation précédente : {source} était écrite en {before} ; elle est maintenant écrite en {after}.",
    ),
    "reading_change_separator": (
        "Changed since the refresh before: the values of {source} were separated by {before} and are separated by {after} now.",
        "Changé depuis l’actualisation précédente : les valeurs de {source} étaient séparées par {before} ; "
        "elles le sont maintenant par {after}.",
    ),
    "reading_change_columns": (
        "Changed since the refresh before: the columns of {source} (gone: {before}; new: {after}).",
        "Changé depuis l’actualisation précédente : les colonnes de {source} (disparues : {before} ; nouvelles : {after}).",
    ),
    "reading_segment": (
        "{segment}: {lost} of {written} written values of {place} were not read ({share}).",
        "{segment} : {lost} valeurs écrites de {place} sur {written} n’ont pas été lues ({share}).",
    ),
    "reading_segment_joins": (
        "{segment}: {lost} of {written} rows found nothing to join by {place} ({share}).",
        "{segment} : {lost} lignes sur {written} n’ont rien trouvé à joindre par {place} ({share}).",
    ),
    "reading_segment_rows": (
        "{segment}: {left} rows of {place} were left out.",
        "{segment} : {left} lignes de {place} ont été exclues.",
    ),
    "head_place": ("Attribute", "Attribut"),
    "head_written": ("Written", "Écrites"),
    "head_lost": ("Not read", "Non lues"),
    "head_share": ("Share", "Part"),
    "head_samples": ("For example", "Par exemple"),
    "head_reading": ("Reading", "Lecture"),
}

READING: dict[str, Pair] = {**_STOPS, **_PLAN, **_PROFILES}
"""English and French by key."""
