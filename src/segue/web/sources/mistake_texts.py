"""What each kind of mistake in a definition means and what to do about it, in French. Text only.

The mistakes themselves are worded in English, each for its own place; French pages show these general words above them.
"""

from __future__ import annotations

from segue.core.french import spaced

_FRENCH: dict[str, tuple[str, str]] = {
    "alias_loop": (
        "Un alias renvoie à une valeur qui le contient.",
        "Écrivez la valeur en toutes lettres.",
    ),
    "attestation_incomplete": (
        "Une attestation n’indique pas qui, quand ou dans quels termes.",
        "Indiquez les trois.",
    ),
    "bad_date": (
        "Une date n’est pas écrite comme une date.",
        "Écrivez-la sous la forme 2026-01-31.",
    ),
    "bad_date_format": (
        "Un format de date contient une partie inconnue.",
        "Utilisez %Y %m %d %H %M %S.",
    ),
    "bad_escape": (
        "Un texte entre guillemets doubles contient une séquence \\ inconnue.",
        "Utilisez des apostrophes, ou écrivez \\\\ pour une barre oblique inverse.",
    ),
    "bad_indentation": (
        "Une ligne est décalée autrement que ses voisines.",
        "Donnez le même nombre d’espaces à toutes les clés d’un bloc.",
    ),
    "bad_name": (
        "Un nom contient des caractères qu’un nom ne peut pas avoir.",
        "Utilisez des minuscules, des chiffres et _, en commençant par une lettre.",
    ),
    "bad_tag": (
        "Un nom d’étiquette contient des caractères non autorisés.",
        "Choisissez un autre nom.",
    ),
    "bad_template": (
        "Le modèle des noms d’étiquettes est inutilisable.",
        "Utilisez {label} ou {name}.",
    ),
    "bad_url": (
        "Une adresse de base n’est pas celle d’un service.",
        "Écrivez-la sous la forme https://us1.api.mailchimp.com/3.0.",
    ),
    "cannot_create": (
        "Un champ de fusion de ce type ne peut pas être créé automatiquement.",
        "Créez-le dans Mailchimp et retirez create.",
    ),
    "consent_missing": (
        "De nouveaux contacts seraient abonnés sans que rien n’atteste leur accord.",
        "Ajoutez consent, ou choisissez new_contacts: pending.",
    ),
    "consent_twice": (
        "Le consentement est donné à la fois par un attribut et par une attestation.",
        "Gardez l’un des deux.",
    ),
    "control_character": (
        "Le texte contient un caractère invisible qui n’y a pas sa place.",
        "Retirez-le.",
    ),
    "credentials": (
        "Une connexion n’a pas d’informations d’identification, ou en a de deux sortes.",
        "Donnez soit api_key, soit access_token.",
    ),
    "duplicate_anchor": (
        "Une ancre (&nom) est définie deux fois.",
        "Renommez l’une des deux.",
    ),
    "duplicate_key": (
        "Une clé est donnée deux fois.",
        "Retirez ou renommez l’une des deux.",
    ),
    "email_conflict": (
        "Deux exportations prennent l’adresse d’une même audience dans des attributs différents.",
        "Utilisez un seul attribut E-mail par audience.",
    ),
    "email_is_no_field": (
        "EMAIL figure parmi les champs de fusion ; l’adresse se fait correspondre par email.",
        "Retirez la ligne.",
    ),
    "empty_tag": ("Un nom d’étiquette est vide.", "Donnez un nom à l’étiquette."),
    "field_conflict": (
        "Deux exportations écrivent des attributs différents dans un même champ de fusion.",
        "Alimentez-le de la même façon, ou utilisez un autre champ.",
    ),
    "file_empty": ("Le fichier est vide.", "Choisissez le bon fichier."),
    "file_too_large": (
        "Le fichier est bien plus grand qu’une définition ne peut l’être.",
        "Vérifiez que c’est le bon fichier.",
    ),
    "inactive_segment": (
        "Une exportation nomme un segment désactivé.",
        "Écrivez active: true, ou retirez-le de l’exportation.",
    ),
    "insecure_url": (
        "Une adresse de base sans TLS mène hors de cette machine.",
        "Utilisez https.",
    ),
    "join_twice": (
        "Deux jointures portent le même nom.",
        "Donnez à l’une d’elles un name qui lui soit propre.",
    ),
    "key_not_text": (
        "Une clé est une liste ou un dictionnaire.",
        "Mettez la clé entre guillemets si elle contient des crochets.",
    ),
    "marks_alike": (
        "Le séparateur décimal et celui des milliers sont identiques.",
        "Choisissez-en deux différents.",
    ),
    "merge_key": (
        "Les clés de fusion YAML (<<) ne sont pas acceptées.",
        "Écrivez les valeurs, ou utilisez un alias pour la valeur entière.",
    ),
    "missing_colon": (
        "Il manque un deux-points après une clé.",
        "Écrivez clé: valeur, avec une espace après le deux-points.",
    ),
    "missing_key": ("Un paramètre obligatoire manque.", "Ajoutez-le."),
    "nested_too_deep": (
        "Des valeurs sont imbriquées trop profondément.",
        "Simplifiez cette partie.",
    ),
    "no_value": ("Une clé est sans valeur.", "Donnez-lui une valeur, ou retirez-la."),
    "not_allowed_value": (
        "Une valeur ne fait pas partie de celles autorisées.",
        "Choisissez l’une de celles du message.",
    ),
    "not_in_calendar": (
        "Une date ou une heure n’existe pas.",
        "Écrivez-en une qui existe, ou mettez la valeur entre guillemets si c’est du texte.",
    ),
    "option_without_effect": (
        "Une option est donnée et rien ne s’en sert.",
        "Retirez-la, ou écrivez ce à quoi elle sert.",
    ),
    "option_not_for_type": (
        "Une option n’a pas de sens pour un attribut de ce type.",
        "Retirez-la, ou changez le type.",
    ),
    "out_of_range": (
        "Un nombre est trop petit ou trop grand.",
        "Restez dans les limites du message.",
    ),
    "path_is_url": (
        "Une source de données désigne une adresse du réseau.",
        "Téléchargez d’abord le fichier et indiquez son chemin.",
    ),
    "path_not_allowed": (
        "Le chemin mène hors des dossiers qu’une définition téléversée peut lire, ou à un fichier caché.",
        "Placez les données sous un dossier de données, ou appliquez la définition sur le serveur avec segue apply.",
    ),
    "reference_not_allowed": (
        "Une définition téléversée ne peut pas utiliser ce secret du serveur.",
        "Donnez à la chaîne de connexion une variable d’environnement qui lui soit propre, ou appliquez la définition sur le serveur avec segue apply.",
    ),
    "reserved_name": ("Ce nom est utilisé par Segue lui-même.", "Choisissez-en un autre."),
    "rule_aggregate_count": (
        "Une règle sur une table associée n’a aucune fonction, ou en a plusieurs.",
        "Écrivez-en exactement une, par exemple exists: true.",
    ),
    "rule_bad_period": (
        "Une période n’est pas un nombre d’une unité.",
        "Écrivez par exemple {days: 90}.",
    ),
    "rule_bad_value": (
        "Cette valeur ne peut jamais être égale à celle de l’attribut.",
        "Écrivez-la comme l’indique le message.",
    ),
    "rule_empty": ("Une règle est vide.", "Écrivez-en une, comme dans l’exemple du message."),
    "rule_empty_list": (
        "Une liste de règles en contient moins qu’il n’en faut.",
        "Ajoutez ce qui manque, ou retirez ce niveau.",
    ),
    "rule_empty_text": (
        "Une comparaison est faite avec un texte vide.",
        "Demandez les valeurs absentes avec is_blank.",
    ),
    "rule_yes_or_no_as_text": (
        "Un mot pour oui ou non est comparé comme un texte, lettre à lettre : « oui » n’est ni « Oui » ni « o ».",
        "Déclarez l’attribut avec type: boolean et écrivez true ou false ; ou ajoutez ignore_case: true, "
        "ou ignore_case: false si ces lettres exactes sont voulues.",
    ),
    "rule_last_without_by": (
        "last n’indique pas dans quel ordre.",
        "Ajoutez by: avec un attribut de la table associée.",
    ),
    "rule_not_over_rows": (
        "Une règle sous where ne peut pas examiner les lignes d’une table associée.",
        "Utilisez les sortes de règles que le message énumère.",
    ),
    "rule_reversed_limits": (
        "Les limites de between sont inversées.",
        "Écrivez d’abord la plus petite.",
    ),
    "rule_several_comparisons": (
        "Une seule règle contient plusieurs comparaisons.",
        "Écrivez une règle pour chacune, réunies sous all.",
    ),
    "rule_too_deep": (
        "Des règles sont imbriquées trop profondément.",
        "Placez les règles intérieures dans un segment à part et nommez-le.",
    ),
    "rule_type_mismatch": (
        "Une valeur ou une comparaison ne convient pas au type de l’attribut.",
        "Écrivez-la comme l’indique le message.",
    ),
    "rule_unknown_attribute": (
        "Une règle nomme un attribut que la table n’a pas.",
        "Utilisez celui qui est proposé, ou déclarez-le.",
    ),
    "rule_unknown_key": (
        "Un mot d’une règle est inconnu.",
        "Utilisez celui qui est proposé.",
    ),
    "rule_unknown_related_table": (
        "Une règle nomme une table associée qui n’est pas déclarée.",
        "Utilisez celle qui est proposée, ou déclarez-la sous related.",
    ),
    "rule_unknown_segment": (
        "Une règle nomme un segment qui n’est pas déclaré.",
        "Utilisez celui qui est proposé, ou déclarez-le.",
    ),
    "rule_without_comparison": (
        "Une règle dit ce qui est examiné, mais pas comment le comparer.",
        "Ajoutez l’une des comparaisons de la liste.",
    ),
    "rule_wrong_shape": (
        "Ce qui est écrit n’est pas une seule règle.",
        "Placez une liste sous all: ou any:.",
    ),
    "secret_in_file": (
        "Le fichier contient ce qui ressemble à un secret.",
        "Renvoyez-y par {env: NOM}, et renouvelez le secret si le fichier a été partagé.",
    ),
    "secret_missing": (
        "La variable d’environnement ou le fichier du secret est absent ou vide.",
        "Définissez la variable, ou écrivez le fichier.",
    ),
    "segment_bad_name": (
        "Le nom d’un segment contient des caractères non autorisés, ou est trop long.",
        "Utilisez des minuscules, des chiffres et _, en commençant par une lettre.",
    ),
    "segment_chain_too_long": (
        "Trop de segments reposent les uns sur les autres.",
        "Nommez plutôt l’un des premiers.",
    ),
    "segment_cycle": (
        "Un segment renvoie à lui-même, directement ou par d’autres.",
        "Retirez l’un des renvois.",
    ),
    "segment_twice": ("Une exportation nomme deux fois un segment.", "Retirez-en un."),
    "segment_wrong_shape": (
        "Un segment n’est pas écrit comme tel : un libellé et des règles.",
        "Écrivez rules: avec une règle.",
    ),
    "separator_is_quote": (
        "Le séparateur et le guillemet sont identiques.",
        "Choisissez-en deux différents.",
    ),
    "several_documents": (
        "Le fichier contient plusieurs documents YAML.",
        "Retirez la ligne ---.",
    ),
    "special_sign": (
        "Une valeur commence par un caractère qui a un sens en YAML.",
        "Mettez la valeur entre guillemets.",
    ),
    "tab": ("Une tabulation sert de retrait.", "Utilisez des espaces."),
    "tag_conflict": (
        "Deux exportations écrivent différemment une même étiquette d’une audience.",
        "Écrivez-la de la même façon, ou donnez-lui un autre nom.",
    ),
    "tag_reserved": (
        "L’étiquette porte un nom réservé aux marques des installations.",
        "Donnez une autre étiquette au segment.",
    ),
    "tag_too_long": (
        "Un nom d’étiquette est plus long que Mailchimp ne l’accepte.",
        "Raccourcissez-le.",
    ),
    "tag_twice": (
        "Deux segments d’une exportation partageraient une étiquette.",
        "Donnez à l’un d’eux une autre étiquette (tag).",
    ),
    "too_many_aliases": (
        "Le fichier emploie bien trop d’alias.",
        "Écrivez les valeurs en toutes lettres.",
    ),
    "unclosed_bracket": (
        "Un crochet n’est pas fermé, ou une virgule manque.",
        "Fermez-le, et séparez les éléments par des virgules.",
    ),
    "unclosed_quote": (
        "Un guillemet est ouvert et jamais fermé.",
        "Fermez-le par le même guillemet.",
    ),
    "was_declared": (
        "L’ancien nom d’une exportation est encore celui d’une exportation déclarée.",
        "Renommez cette exportation au lieu de la copier, ou retirez « was ».",
    ),
    "was_itself": (
        "Une exportation indique son propre nom comme ancien nom.",
        "Indiquez le nom qu’elle portait avant, ou retirez « was ».",
    ),
    "was_twice": (
        "Deux exportations indiquent le même ancien nom.",
        "Une seule continue là où l’ancienne s’est arrêtée : retirez « was » des autres.",
    ),
    "undefined_alias": (
        "Un alias (*nom) ne renvoie à aucune ancre.",
        "Définissez l’ancre au-dessus, ou mettez le texte entre guillemets.",
    ),
    "unknown_attribute": (
        "Les profils n’ont pas d’attribut de ce nom.",
        "Déclarez-le sous attributes, ou corrigez le nom.",
    ),
    "unknown_connection": (
        "Une exportation nomme une connexion qui n’est pas déclarée.",
        "Déclarez-la sous connections, ou corrigez le nom.",
    ),
    "unknown_encoding": (
        "Cet encodage n’existe pas.",
        "Utilisez un nom tel que utf-8 ou latin-1.",
    ),
    "unknown_join": (
        "Une colonne renvoie à une jointure qui n’est pas déclarée avant elle.",
        "Déclarez la jointure, ou corrigez le nom.",
    ),
    "unknown_key": (
        "Une clé n’est pas un paramètre de sa section.",
        "Utilisez celle qui est proposée.",
    ),
    "unknown_segment": (
        "Une exportation nomme un segment qui n’est pas déclaré.",
        "Déclarez-le sous segments, ou corrigez le nom.",
    ),
    "unknown_source": (
        "Une source de données est utilisée sans être déclarée.",
        "Déclarez-la sous sources, ou corrigez le nom.",
    ),
    "unknown_time_zone": (
        "Ce fuseau horaire n’existe pas.",
        "Utilisez un nom IANA tel que Europe/Paris.",
    ),
    "winner_conflict": (
        "Deux exportations d’une audience départagent différemment les profils de même adresse.",
        "Donnez-leur le même winner.",
    ),
    "words_overlap": (
        "Un même mot signifie vrai et faux.",
        "Gardez-le dans une seule des deux listes.",
    ),
    "wrong_attribute_type": (
        "Un attribut est d’un type que son usage n’admet pas.",
        "Choisissez un autre attribut, ou déclarez son type.",
    ),
    "wrong_encoding": (
        "Le fichier n’est pas en UTF-8.",
        "Enregistrez-le en UTF-8 dans votre éditeur.",
    ),
    "wrong_kind": (
        "Une valeur est d’une autre nature, par exemple une liste à la place d’un texte.",
        "Écrivez-la comme l’indique le message.",
    ),
    "yaml_syntax": ("Le fichier n’est pas du YAML.", "Corrigez la ligne indiquée."),
    "yaml_tag": ("Le fichier contient une balise YAML (!…).", "Retirez-la."),
}

FRENCH = {code: (spaced(meaning), spaced(advice)) for code, (meaning, advice) in _FRENCH.items()}
"""Meaning and next step by code."""
