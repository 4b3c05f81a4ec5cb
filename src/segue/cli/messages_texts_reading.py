"""The texts of what could not be read, English and French. Text only; see `messages_texts`."""

from __future__ import annotations

from typing import TypeAlias

Pair: TypeAlias = tuple[str, str]

_STOPS: dict[str, Pair] = {
    "stop_values_unread": (
        "{count} of {total} written {total:value|values} of {subject} could not be read or joined (limit {threshold}); the export stands on {count:it|them}.",
        "{count} {count:valeur écrite|valeurs écrites} de {subject} sur {total} {count:n’a pas pu être lue ou jointe|n’ont pas pu être lues ou jointes} (limite {threshold}) ; "
        "l’exportation repose sur {count:elle|elles}.",
    ),
    "stop_guard_opened": (
        "{count} of {total} {total:person|people} whom {subject} left out at the last run {count:is|are} left out no more (limit {threshold}); "
        "up to {people} of them would get a tag now.",
        "{count} {count:personne|personnes} sur {total} que {subject} excluait à la dernière exécution {count:n’est plus exclue|ne sont plus exclues} "
        "(limite {threshold}) ; jusqu’à {people} d’entre elles recevraient maintenant une étiquette.",
    ),
    "stop_guard_emptied": (
        "{subject} is filled for {count} fewer {count:person|people} than at the last run, of {total} (limit {threshold}); it leaves people out "
        "or decides between profiles, and up to {people} {people:person|people} would get a tag because of it.",
        "{subject} est rempli pour {count} {count:personne|personnes} de moins qu’à la dernière exécution, sur {total} (limite {threshold}) ; "
        "il exclut des personnes ou départage des profils, et jusqu’à {people} {people:personne recevrait|personnes recevraient} une étiquette à cause de cela.",
    ),
    "stop_encoding_changed": (
        "The data source {subject} was written in {before} and is written in {after} now.",
        "La source de données « {subject} » était écrite en {before} ; elle est maintenant écrite en {after}.",
    ),
    "stop_separator_changed": (
        "The values of the data source {subject} were separated by {before} and are separated by {after} now.",
        "Les valeurs de la source de données « {subject} » étaient séparées par {before} ; elles le sont maintenant par {after}.",
    ),
    "stop_columns_changed": (
        "The columns of the data source {subject} changed: {count} of them {count:is|are} gone or new (gone: {before}; new: {after}).",
        "Les colonnes de la source de données « {subject} » ont changé : {count} {count:a disparu ou est nouvelle|ont disparu ou sont nouvelles} "
        "(disparues : {before} ; nouvelles : {after}).",
    ),
}

_PLAN: dict[str, Pair] = {
    "reading_title": (
        "Read with problems, and this export stands on it:",
        "Lu avec des problèmes, et cette exportation repose dessus :",
    ),
    "reading_values": (
        "{lost} of {written} written {written:value|values} of {place} {lost:was|were} not read ({share}; {kinds}): {use}.",
        "{lost} {lost:valeur écrite|valeurs écrites} de {place} sur {written} {lost:n’a pas été lue|n’ont pas été lues} ({share} ; {kinds}) : {use}.",
    ),
    "reading_joins": (
        "{lost} of {written} {written:row|rows} found nothing to join by {place} ({share}; {kinds}): {use}.",
        "{lost} {lost:ligne|lignes} sur {written} {lost:n’a|n’ont} rien trouvé à joindre par {place} ({share} ; {kinds}) : {use}.",
    ),
    "reading_rows": (
        "{left} {left:row|rows} of {place} {left:was|were} left out ({kinds}): {use}.",
        "{left} {left:ligne|lignes} de {place} {left:a été exclue|ont été exclues} ({kinds}) : {use}.",
    ),
    "reading_kind": ("{kind}: {count}", "{kind} : {count}"),
    "reading_samples": ("{line} Written: {samples}.", "{line} Écrit : {samples}."),
    "reading_more": (
        "Every value and row that was not read: segue profiles --problems",
        "Toutes les valeurs et lignes non lues : segue profiles --problems",
    ),
    "reading_elsewhere": (
        "{count} {count:value or row|values or rows} that this export does not stand on {count:was|were} not read either: segue profiles",
        "{count} {count:valeur ou ligne sur laquelle|valeurs ou lignes sur lesquelles} cette exportation ne repose pas {count:n’a pas été lue|n’ont pas été lues} non plus : segue profiles",
    ),
    "ground_rules": (
        "asked for by the segments {segments}",
        "demandées par les segments {segments}",
    ),
    "ground_matching": ("sent to Mailchimp", "envoyées à Mailchimp"),
    "ground_consent": (
        "the consent, where what was not read is no yes",
        "le consentement, où une valeur non lue ne vaut pas un oui",
    ),
    "ground_winner": (
        "decides which row or profile counts where there are several of one person",
        "décide quelle ligne ou quel profil compte quand une personne en a plusieurs",
    ),
    "ground_key": ("tells whose row it is", "dit à qui appartient la ligne"),
    "ground_join": ("joins the data sources", "relie les sources de données"),
    "skip_other_profile_left_out": (
        "another profile with this address is left out by a yes or a no",
        "un autre profil avec cette adresse est exclu par un oui ou un non",
    ),
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
        "{segment}: {lost} of {written} written {written:value|values} of {place} {lost:was|were} not read ({share}).",
        "{segment} : {lost} {lost:valeur écrite|valeurs écrites} de {place} sur {written} {lost:n’a pas été lue|n’ont pas été lues} ({share}).",
    ),
    "reading_segment_joins": (
        "{segment}: {lost} of {written} {written:row|rows} found nothing to join by {place} ({share}).",
        "{segment} : {lost} {lost:ligne|lignes} sur {written} {lost:n’a|n’ont} rien trouvé à joindre par {place} ({share}).",
    ),
    "reading_segment_rows": (
        "{segment}: {left} {left:row|rows} of {place} {left:was|were} left out.",
        "{segment} : {left} {left:ligne|lignes} de {place} {left:a été exclue|ont été exclues}.",
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
