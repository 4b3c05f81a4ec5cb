"""The texts of plans, English and French: changes, reasons, brakes, notes. Text only; see `messages_texts`."""

from __future__ import annotations

from typing import TypeAlias

Pair: TypeAlias = tuple[str, str]

_KINDS: dict[str, Pair] = {
    "kind_same": ("unchanged", "inchangés"),
    "kind_add": ("add", "ajouter"),
    "kind_update": ("update", "mettre à jour"),
    "kind_tag": ("add tags only", "ajouter des étiquettes seulement"),
    "kind_untag": ("remove tags", "retirer des étiquettes"),
    "kind_leave": (
        "leave the export (lose its tags)",
        "quittent l’exportation (perdent ses étiquettes)",
    ),
    "kind_move": ("change the address", "changer l’adresse"),
    "kind_release": ("tags given up, not removed", "étiquettes cédées, non retirées"),
    "kind_skip": ("skip", "exclure"),
}

_SKIPS: dict[str, Pair] = {
    "skip_none": ("", ""),
    "skip_missing_address": ("no e-mail address", "pas d’adresse e-mail"),
    "skip_invalid_address": ("e-mail address not valid", "adresse e-mail non valide"),
    "skip_duplicate": (
        "another profile with this address wins",
        "un autre profil avec cette adresse l’emporte",
    ),
    "skip_no_consent": ("no consent", "pas de consentement"),
    "skip_unsubscribed": ("unsubscribed", "désabonné"),
    "skip_cleaned": (
        "cleaned by Mailchimp (address bounces)",
        "nettoyé par Mailchimp (adresse rejetée)",
    ),
    "skip_archived": ("archived in Mailchimp", "archivé dans Mailchimp"),
    "skip_forgotten": ("permanently deleted in Mailchimp", "supprimé définitivement de Mailchimp"),
    "skip_compliance": (
        "in a compliance state in Mailchimp",
        "bloqué pour conformité dans Mailchimp",
    ),
    "skip_unsubscribed_before_move": (
        "unsubscribed under the earlier address",
        "désabonné sous l’adresse précédente",
    ),
    "skip_forgotten_before_move": (
        "permanently deleted under the earlier address",
        "supprimé définitivement sous l’adresse précédente",
    ),
    "skip_gone": (
        "no longer in the audience under this address",
        "n’est plus dans l’audience sous cette adresse",
    ),
    "skip_invalid_address_says_mailchimp": (
        "Mailchimp finds the address not valid",
        "adresse non valide selon Mailchimp",
    ),
    "skip_fake_address": (
        "Mailchimp takes the address for fake",
        "adresse fictive selon Mailchimp",
    ),
    "skip_invalid_field": (
        "Mailchimp refused a field’s value",
        "valeur d’un champ refusée par Mailchimp",
    ),
    "skip_too_many_signups": (
        "held back by Mailchimp for a time",
        "retenu par Mailchimp pour un temps",
    ),
    "skip_already_there": (
        "the address belongs to another contact",
        "l’adresse appartient à un autre contact",
    ),
    "skip_not_subscribed": ("not subscribed, so not moved", "non abonné, donc non déplacé"),
    "skip_unreadable": ("Mailchimp could not read the contact", "contact illisible pour Mailchimp"),
    "skip_call_fails": (
        "every call with this person fails at Mailchimp",
        "chaque appel avec cette personne échoue chez Mailchimp",
    ),
    "skip_other": ("refused by Mailchimp", "refusé par Mailchimp"),
}

_STOPS: dict[str, Pair] = {
    "stop_empty_segment": (
        "Segment {subject} is empty; {total} {total:person carries|people carry} its tag.",
        "Le segment « {subject} » est vide ; {total} {total:personne porte|personnes portent} son étiquette.",
    ),
    "stop_shrunken_segment": (
        "Segment {subject} loses {count} of {total} {total:person|people} (limit {threshold}).",
        "Le segment « {subject} » perd {count} {count:personne|personnes} sur {total} (limite {threshold}).",
    ),
    "stop_stale_source": (
        "Data source {subject} last changed {count} {count:day|days} ago (limit {threshold}).",
        "La source de données « {subject} » n’a pas changé depuis {count} {count:jour|jours} (limite {threshold}).",
    ),
    "stop_large_removal": (
        "{count} of {total} {total:person|people} would lose tags (limit {threshold}).",
        "{count} {count:personne|personnes} sur {total} {count:perdrait|perdraient} des étiquettes (limite {threshold}).",
    ),
    "stop_large_addition": (
        "{count} {count:person|people} would be added to the {total} acknowledged (limit {threshold}).",
        "{count} {count:personne serait ajoutée|personnes seraient ajoutées} aux {total} déjà confirmées (limite {threshold}).",
    ),
    "stop_contact_limit": (
        "The account would hold {count} {count:contact|contacts} instead of {total}; its limit is {threshold}.",
        "Le compte contiendrait {count} {count:contact|contacts} au lieu de {total} ; sa limite est de {threshold}.",
    ),
    "stop_profile_limit": (
        "The export selects {count} {count:person|people}; its limit is {threshold}. No approval lifts this.",
        "L’exportation sélectionne {count} {count:personne|personnes} ; sa limite est de {threshold}. Aucune approbation n’y change rien.",
    ),
    "stop_first_run": (
        "This is the first run of {subject}: {count} {count:person|people} would be sent to Mailchimp.",
        "C’est la première exécution de {subject} : {count} {count:personne serait envoyée|personnes seraient envoyées} à Mailchimp.",
    ),
    "stop_clock_differs": (
        "This machine’s clock says {after}, Mailchimp’s {before}: they are {count} minutes apart (limit {threshold}). "
        "Rules by date may choose other people than they should. Set the clock and run again.",
        "L’horloge de cette machine indique {after}, celle de Mailchimp {before} : {count} minutes les séparent "
        "(limite {threshold}). Les règles portant sur des dates pourraient sélectionner les mauvaises personnes. "
        "Réglez l’horloge et relancez.",
    ),
    "stop_large_move": (
        "The address of {count} of {total} {total:person|people} changed (limit {threshold}): none is renamed; "
        "the old addresses lose their tags, and the new ones are added.",
        "L’adresse de {count} {count:personne|personnes} sur {total} a changé (limite {threshold}) : aucune n’est renommée ; "
        "les anciennes perdent leurs étiquettes, et les nouvelles sont ajoutées.",
    ),
    "stop_field_wiped": (
        "{count} of {total} {total:person|people} would lose their value of {subject} (limit {threshold}).",
        "{count} {count:personne|personnes} sur {total} {count:perdrait sa|perdraient leur} valeur de {subject} (limite {threshold}).",
    ),
    "stop_field_emptied": (
        "The data have no value of {subject} any more for {count} of {total} {total:person|people} (limit {threshold}); "
        "what Mailchimp holds is left as it is.",
        "Les données n’ont plus de valeur de {subject} pour {count} {count:personne|personnes} sur {total} (limite {threshold}) ; "
        "ce que Mailchimp contient est laissé tel quel.",
    ),
    "stop_field_levelled": (
        "{count} of {total} {total:person|people} would {count:get|all get} the same value of {subject} (limit {threshold}).",
        "{count} {count:personne|personnes} sur {total} {count:recevrait|recevraient toutes} la même valeur de {subject} (limite {threshold}).",
    ),
    "stop_field_changed": (
        "{count} of {total} {total:person|people} would get another value of {subject} (limit {threshold}).",
        "{count} {count:personne|personnes} sur {total} {count:recevrait|recevraient} une autre valeur de {subject} (limite {threshold}).",
    ),
}

_PLAN: dict[str, Pair] = {
    "plan_title": (
        "Plan of {export} for audience {audience} ({id})",
        "Plan de {export} pour l’audience {audience} ({id})",
    ),
    "plan_empty": (
        "Nothing to send: Mailchimp holds what it should.",
        "Rien à envoyer : Mailchimp contient ce qu’il faut.",
    ),
    "plan_unsettled": (
        "Nothing to send, but not everything at Mailchimp is as it should be:",
        "Rien à envoyer, mais tout n’est pas en ordre chez Mailchimp :",
    ),
    "plan_people": (
        "{members} {members:person|people} in the chosen segments, {wanted} wanted, {acknowledged} acknowledged before.",
        "{members} {members:personne|personnes} dans les segments choisis, {wanted} {wanted:retenue|retenues}, {acknowledged} déjà {acknowledged:confirmée|confirmées}.",
    ),
    "plan_calls": ("Writing calls: at least {calls}.", "Appels d’écriture : au moins {calls}."),
    "plan_fields": ("Merge fields to create: {fields}.", "Champs de fusion à créer : {fields}."),
    "plan_misfit": (
        "{people} {people:person has|people have} a value that does not fit {tag}; it counts as a blank for {people:that person|them}.",
        "{people} {people:personne a|personnes ont} une valeur qui ne convient pas à {tag} ; elle compte comme vide pour {people:elle|elles}.",
    ),
    "plan_stops": (
        "Brakes: nothing is written before approval.",
        "Freins : rien n’est écrit avant approbation.",
    ),
    "plan_digest": ("Digest: {digest}", "Empreinte : {digest}"),
    "plan_run": (
        "Nothing was written. To run it: {command}",
        "Rien n’a été écrit. Pour l’exécuter : {command}",
    ),
    "plan_approve": (
        "Nothing was written. To approve exactly this plan: {command}",
        "Rien n’a été écrit. Pour approuver exactement ce plan : {command}",
    ),
    "plan_first_run": (
        "It is a first run: --yes instead of --approve runs whatever its plan is then.",
        "C’est une première exécution : --yes au lieu de --approve exécute son plan, quel qu’il soit alors.",
    ),
    "plan_refused": (
        "Nothing was written, and this plan cannot be approved.",
        "Rien n’a été écrit, et ce plan ne peut pas être approuvé.",
    ),
    "plan_csv": (
        "{rows} {rows:person|people} written to {file}.",
        "{rows} {rows:personne écrite|personnes écrites} dans {file}.",
    ),
    "plan_samples": ("Examples", "Exemples"),
    "plan_masked": (
        "Addresses are masked; --show-addresses shows them.",
        "Les adresses sont masquées ; --show-addresses les montre.",
    ),
}

_NOTES: dict[str, Pair] = {
    "note_held": (
        "{people} {people:person is|people are} held back because of earlier refusals. Who and why: segue report --rejected FILE.csv; "
        "to try them again: segue run --retry-held",
        "{people} {people:personne est retenue|personnes sont retenues} à cause de refus précédents. Qui et pourquoi : "
        "segue report --rejected FICHIER.csv ; pour réessayer : segue run --retry-held",
    ),
    "note_gone": (
        "{people} {people:person is|people are} no longer in the audience: erased, or {people:the|their} address was changed there. Nobody adds {people:this person|them} again; "
        "where an address changed, correct it in the data.",
        "{people} {people:personne n’est|personnes ne sont} plus dans l’audience : {people:effacée, ou son|effacées, ou leur} adresse y a été changée. "
        "{people:Elle n’est pas ajoutée|Elles ne sont pas ajoutées} de nouveau ; si une adresse a changé, corrigez-la dans les données.",
    ),
    "note_known": (
        "{people} of those to add {people:is|are} in the audience already: {people:its status stays|they keep the status that they have}.",
        "{people} des personnes à ajouter {people:est|sont} déjà dans l’audience : {people:elle garde son|elles gardent leur} statut.",
    ),
    "note_archives": (
        "{people} of the changed addresses {people:has a contact of its|have a contact of their} own already: the contact of the old address is archived.",
        "{people} des adresses changées {people:a déjà son|ont déjà leur} propre contact : le contact de l’ancienne adresse est archivé.",
    ),
    "note_confirmations": (
        "Mailchimp would send {people} {people:mail that asks a new contact|mails that ask new contacts} to confirm.",
        "Mailchimp enverrait {people} {people:e-mail pour demander à un nouveau contact|e-mails pour demander aux nouveaux contacts} de confirmer.",
    ),
    "note_unconfirmed": (
        "{people} new {people:contact|contacts} would be subscribed without the confirmation that the audience asks for.",
        "{people} {people:nouveau contact serait abonné|nouveaux contacts seraient abonnés} sans la confirmation que demande l’audience.",
    ),
    "note_found_tag": (
        "{people} {people:contact carries|contacts carry} the tag {tag} already, which no run gave {people:it: it stays|them: they keep it}.",
        "{people} {people:contact porte|contacts portent} déjà l’étiquette {tag}, qu’aucune exécution ne {people:lui a donnée : il la garde|leur a donnée : ils la gardent}.",
    ),
    "note_leftover": (
        "The export {export} is declared no more; its tags {tags} are on {people} {people:person|people}. "
        "To take them away: segue release {export}, or leftovers: remove in an export of this audience.",
        "L’exportation {export} n’est plus déclarée ; ses étiquettes {tags} sont sur {people} {people:personne|personnes}. "
        "Pour les retirer : segue release {export}, ou « remove » sous leftovers dans une exportation de cette audience.",
    ),
    "drift_tag_deleted": (
        "Changed at Mailchimp: the tag {subject} was deleted, or deleted and made again; {people} {people:person|people} carried it.",
        "Changé chez Mailchimp : l’étiquette {subject} a été supprimée, ou supprimée et recréée ; "
        "{people} {people:personne la portait|personnes la portaient}.",
    ),
    "drift_tag_renamed": (
        "Changed at Mailchimp: the tag {subject} was renamed; {people} {people:person carries|people carry} it.",
        "Changé chez Mailchimp : l’étiquette {subject} a été renommée ; {people} {people:personne la porte|personnes la portent}.",
    ),
    "drift_tag_lost": (
        "Changed at Mailchimp: {people} {people:person no longer carries|people no longer carry} the tag {subject}.",
        "Changé chez Mailchimp : {people} {people:personne ne porte|personnes ne portent} plus l’étiquette {subject}.",
    ),
    "drift_field_new": (
        "Changed at Mailchimp: the merge field {subject} was deleted, or made again; it is empty for {people} {people:person|people}.",
        "Changé chez Mailchimp : le champ de fusion {subject} a été supprimé, ou recréé ; "
        "il est vide pour {people} {people:personne|personnes}.",
    ),
    "drift_fields_differ": (
        "Changed at Mailchimp: {people} {people:contact holds|contacts hold} other values than those that were sent.",
        "Changé chez Mailchimp : {people} {people:contact a|contacts ont} d’autres valeurs que celles qui ont été envoyées.",
    ),
    "drift_gone": (
        "Changed at Mailchimp: {people} {people:contact that was written is|contacts that were written are} no longer in the audience.",
        "Changé chez Mailchimp : {people} {people:contact qui avait été écrit n’est|contacts qui avaient été écrits ne sont} plus dans l’audience.",
    ),
}

PLAN: dict[str, Pair] = {**_KINDS, **_SKIPS, **_STOPS, **_PLAN, **_NOTES}
"""English and French by key."""
