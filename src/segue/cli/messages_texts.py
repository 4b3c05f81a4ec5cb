"""The texts of the command line, English and French. Text only; `{…}` are names, numbers and dates.

Words are those of PRODUCT's table of words; French labels are the seed's where it has one.
"""

from __future__ import annotations

from typing import TypeAlias

from segue.cli.messages_texts_apply import APPLY
from segue.cli.messages_texts_serving import MANAGE, UP

Pair: TypeAlias = tuple[str, str]

_STATUSES: dict[str, Pair] = {
    "status_successful": ("Successful", "Réussie"),
    "status_successful_with_skips": ("Successful with skips", "Réussie avec exclusions"),
    "status_needs_approval": ("Needs approval", "Approbation requise"),
    "status_failed": ("Failed", "Échec"),
    "status_failed_retrying": (
        "Failed, the next run takes it up again",
        "Échec, la prochaine exécution reprendra",
    ),
    "status_inconsistent": ("Inconsistent", "Incohérente"),
    "status_canceled": ("Canceled", "Annulée"),
}

_STEPS: dict[str, Pair] = {
    "step_refresh": ("Reading the data sources", "Lecture des sources de données"),
    "step_observe": ("Reading the audience at Mailchimp", "Lecture de l’audience chez Mailchimp"),
    "step_plan": ("Making the plan", "Calcul du plan"),
    "step_prepare": ("Storing the changes", "Enregistrement des modifications"),
    "step_push": ("Sending", "Envoi"),
    "step_ledger": (
        "Keeping what Mailchimp accepted",
        "Conservation de ce que Mailchimp a accepté",
    ),
}

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
    "skip_gone": (
        "no longer in the audience under this address",
        "n’est plus dans l’audience sous cette adresse",
    ),
    "skip_unreadable": ("Mailchimp could not read the contact", "contact illisible pour Mailchimp"),
    "skip_call_fails": (
        "every call with this person fails at Mailchimp",
        "chaque appel avec cette personne échoue chez Mailchimp",
    ),
    "skip_other": ("refused by Mailchimp", "refusé par Mailchimp"),
}

_STOPS: dict[str, Pair] = {
    "stop_empty_segment": (
        "Segment {subject} is empty; {total} people carry its tag.",
        "Le segment {subject} est vide ; {total} personnes portent son étiquette.",
    ),
    "stop_shrunken_segment": (
        "Segment {subject} loses {count} of {total} people (limit {threshold}).",
        "Le segment {subject} perd {count} personnes sur {total} (limite {threshold}).",
    ),
    "stop_stale_source": (
        "Data source {subject} last changed {count} days ago (limit {threshold}).",
        "La source de données {subject} n’a pas changé depuis {count} jours (limite {threshold}).",
    ),
    "stop_large_removal": (
        "{count} of {total} people would lose tags (limit {threshold}).",
        "{count} personnes sur {total} perdraient des étiquettes (limite {threshold}).",
    ),
    "stop_large_addition": (
        "{count} people would be added to the {total} acknowledged (limit {threshold}).",
        "{count} personnes seraient ajoutées aux {total} déjà confirmées (limite {threshold}).",
    ),
    "stop_contact_limit": (
        "The account would hold {count} contacts instead of {total}; its limit is {threshold}.",
        "Le compte contiendrait {count} contacts au lieu de {total} ; sa limite est de {threshold}.",
    ),
    "stop_profile_limit": (
        "The export selects {count} people; its limit is {threshold}. No approval lifts this.",
        "L’exportation sélectionne {count} personnes ; sa limite est de {threshold}. Aucune approbation n’y change rien.",
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
    "plan_people": (
        "{members} people in the chosen segments, {wanted} wanted, {acknowledged} acknowledged before.",
        "{members} personnes dans les segments choisis, {wanted} retenues, {acknowledged} déjà confirmées.",
    ),
    "plan_calls": ("Writing calls: at least {calls}.", "Appels d’écriture : au moins {calls}."),
    "plan_fields": ("Merge fields to create: {fields}.", "Champs de fusion à créer : {fields}."),
    "plan_misfit": (
        "{people} people have a value that does not fit {tag}; it is left empty for them.",
        "{people} personnes ont une valeur qui ne convient pas à {tag} ; elle reste vide pour elles.",
    ),
    "plan_stops": (
        "Safety stops: nothing is written before approval.",
        "Arrêts de sécurité : rien n’est écrit avant approbation.",
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
    "plan_refused": (
        "Nothing was written, and this plan cannot be approved.",
        "Rien n’a été écrit, et ce plan ne peut pas être approuvé.",
    ),
    "plan_csv": ("{rows} people written to {file}.", "{rows} personnes écrites dans {file}."),
    "plan_samples": ("Examples", "Exemples"),
    "plan_masked": (
        "Addresses are masked; --show-addresses shows them.",
        "Les adresses sont masquées ; --show-addresses les montre.",
    ),
}

_RUN: dict[str, Pair] = {
    "run_confirm": ("Send this to Mailchimp now?", "Envoyer maintenant à Mailchimp ?"),
    "run_declined": ("Nothing was written.", "Rien n’a été écrit."),
    "release_title": (
        "{export} has left tags in the audience {audience} ({id}): {people} people lose them and stay in the audience.",
        "{export} a laissé des étiquettes dans l’audience {audience} ({id}) : {people} personnes les perdent et restent dans l’audience.",
    ),
    "release_tag": ("{tag}: {people} people", "{tag} : {people} personnes"),
    "release_ask": ("Take these tags away?", "Retirer ces étiquettes ?"),
    "run_line": ("{export}: {status}", "{export} : {status}"),
    "run_counts": (
        "{accepted} accepted, {rejected} rejected, {skipped} skipped, {not_sent} not sent, in {time}.",
        "{accepted} acceptés, {rejected} rejetés, {skipped} exclus, {not_sent} non envoyés, en {time}.",
    ),
    "run_failed_calls": (
        "Calls that failed for good: {calls}, for {people} people ({facts}). {text}",
        "Appels définitivement en échec : {calls}, pour {people} personnes ({facts}). {text}",
    ),
    "sending_move": ("changing addresses", "changement d’adresse"),
    "sending_write": ("writing contacts", "écriture de contacts"),
    "sending_untag": ("removing tags", "retrait d’étiquettes"),
    "request_id": ("request {id}", "requête {id}"),
    "run_rejected": (
        "Rejected contacts with reason and fix: {command}",
        "Contacts rejetés avec motif et correction : {command}",
    ),
    "run_recovered": (
        "An earlier run had been interrupted; what it had achieved was kept ({runs}).",
        "Une exécution précédente avait été interrompue ; ses résultats sont conservés ({runs}).",
    ),
    "run_left_out": (
        "{export}: not started, its connection {connection} was lost.",
        "{export} : non démarrée, sa connexion {connection} est perdue.",
    ),
    "run_progress": ("accepted contacts", "contacts acceptés"),
    "run_left": ("left", "restant"),
}

_TABLES: dict[str, Pair] = {
    "head_change": ("Change", "Modification"),
    "head_people": ("People", "Personnes"),
    "head_segment": ("Segment", "Segment"),
    "head_tag": ("Tag", "Étiquette"),
    "head_before": ("Before", "Avant"),
    "head_after": ("After", "Après"),
    "head_added": ("Added", "Ajoutés"),
    "head_removed": ("Removed", "Retirés"),
    "head_reason": ("Reason", "Motif"),
    "head_fix": ("Fix", "Correction"),
    "head_profile": ("Profile", "Profil"),
    "head_address": ("Address", "Adresse"),
    "head_run": ("Run", "Exécution"),
    "head_export": ("Export", "Exportation"),
    "head_status": ("Status", "Statut"),
    "head_started": ("Started (UTC)", "Début (UTC)"),
    "head_time": ("Time", "Durée"),
    "head_accepted": ("Accepted", "Acceptés"),
    "head_rejected": ("Rejected", "Rejetés"),
    "head_skipped": ("Skipped", "Exclus"),
    "head_label": ("Label", "Libellé"),
    "head_members": ("Members", "Membres"),
    "head_active": ("Active", "Actif"),
    "head_step": ("Step", "Étape"),
    "head_count": ("Count", "Nombre"),
    "head_source": ("Data source", "Source de données"),
    "head_row": ("Row", "Ligne"),
    "head_column": ("Column", "Colonne"),
    "head_problem": ("Problem", "Problème"),
    "head_value": ("Value", "Valeur"),
    "head_table": ("Table", "Table"),
    "head_rows": ("Rows", "Lignes"),
    "head_without_key": ("Without key", "Sans clé"),
    "head_repeated": ("Key repeated", "Clé répétée"),
    "head_without_profile": ("Without profile", "Sans profil"),
    "head_kept": ("Kept", "Gardées"),
    "head_address_attribute": ("E-mail attribute", "Attribut E-mail"),
    "head_valid": ("Valid", "Valides"),
    "head_missing": ("Missing", "Absentes"),
    "head_invalid": ("Not valid", "Non valides"),
    "head_duplicates": ("Repeated", "Répétées"),
    "head_audience": ("Audience", "Audience"),
    "head_contacts": ("Contacts", "Contacts"),
    "head_kind": ("Kind", "Nature"),
    "yes": ("yes", "oui"),
    "no": ("no", "non"),
    "none": ("none", "aucun"),
}

_REPORTS: dict[str, Pair] = {
    "report_none": (
        "No run yet. Start one: segue run",
        "Aucune exécution. Pour en lancer une : segue run",
    ),
    "report_csv": (
        "{rows} rejected contacts written to {file}; {held} of them are held since earlier runs.",
        "{rows} contacts rejetés écrits dans {file}, dont {held} retenus depuis des exécutions précédentes.",
    ),
    "report_calls": (
        "Calls to Mailchimp: {calls}; retries: {retries}; throttled: {throttled}.",
        "Appels à Mailchimp : {calls} ; nouvelles tentatives : {retries} ; limitations : {throttled}.",
    ),
}

_ERRORS: dict[str, Pair] = {
    "mistakes_more": ("  … {more} more", "  … et {more} de plus"),
    "what_to_do": ("What to do: {action}", "Que faire : {action}"),
    "to_do_list": ("What to do:", "Que faire :"),
    "problem_line": ("{title}: {message}", "{title} : {message}"),
    "error_Problem": ("Error", "Erreur"),
    "error_ConfigurationProblem": (
        "The configuration must be corrected",
        "La configuration doit être corrigée",
    ),
    "error_NotAllowed": ("Not allowed", "Non autorisé"),
    "error_NotVisible": ("Not found", "Introuvable"),
    "error_UnsafePlan": ("Needs approval", "Approbation requise"),
    "error_ContactRejected": ("Contact rejected", "Contact rejeté"),
    "error_TryLater": ("Try again later", "Réessayez plus tard"),
    "error_ConnectionLost": ("Connection lost", "Connexion perdue"),
    "error_Stopped": ("Stopped", "Arrêté"),
    "interrupted": (
        "Interrupted. What Mailchimp accepted is kept; the next run continues from there.",
        "Interrompu. Ce que Mailchimp a accepté est conservé ; la prochaine exécution reprendra de là.",
    ),
    "bug": (
        "This is a bug in Segue ({kind}), not your mistake.",
        "C’est une erreur de Segue ({kind}), pas la vôtre.",
    ),
    "bug_action": (
        "Report it with the last entry of {file}; run again afterwards: nothing is lost.",
        "Signalez-la avec la dernière entrée de {file} ; relancez ensuite : rien n’est perdu.",
    ),
}

_CHECK: dict[str, Pair] = {
    "check_good": ("{file} is correct.", "{file} est correct."),
    "check_counts": (
        "Data sources: {sources}, profile attributes: {attributes}, related tables: {related}, "
        "segments: {segments}, connections: {connections}, exports: {exports}.",
        "Sources de données : {sources}, attributs de profil : {attributes}, tables associées : {related}, "
        "segments : {segments}, connexions : {connections}, exportations : {exports}.",
    ),
    "check_connection": (
        "Connection {name}: {account}, role {role}, plan {plan}, {contacts} contacts.",
        "Connexion {name} : {account}, rôle {role}, formule {plan}, {contacts} contacts.",
    ),
    "check_audience": (
        "{contacts} contacts, {tags} tags, merge fields {fields}.",
        "{contacts} contacts, {tags} étiquettes, champs de fusion {fields}.",
    ),
    "check_export": (
        "Export {export}: audience {audience} fits.",
        "Exportation {export} : l’audience {audience} convient.",
    ),
    "check_creates": (
        "A run creates the merge fields {fields}.",
        "Une exécution crée les champs de fusion {fields}.",
    ),
    "warning": ("Note: {text}", "À noter : {text}"),
}

_DATA: dict[str, Pair] = {
    "profiles_count": ("{count} profiles.", "{count} profils clients unifiés."),
    "profiles_read": ("Read at {time} UTC.", "Lus le {time} UTC."),
    "profiles_none_wrong": ("No problems were found.", "Aucun problème trouvé."),
    "segments_none": ("No segment is declared.", "Aucun segment n’est déclaré."),
    "segment_count": ("{name}: {count} members", "{name} : {count} membres"),
    "init_written": ("{file} is written.", "{file} est écrit."),
    "init_found": ("Found: {tables}.", "Trouvé : {tables}."),
    "masked": (
        "Personal data is masked; --show-personal shows it.",
        "Les données personnelles sont masquées ; --show-personal les montre.",
    ),
}

TEXTS: dict[str, Pair] = {
    **UP, **MANAGE,
    **_STATUSES, **_STEPS, **_KINDS, **_SKIPS, **_STOPS, **_PLAN, **_RUN,
    **_TABLES, **_REPORTS, **_ERRORS, **_CHECK, **_DATA, **APPLY,
}  # fmt: skip
"""English and French by key."""
