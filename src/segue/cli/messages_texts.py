"""The texts of the command line, English and French. Text only; `{…}` are names, numbers and dates.

Words are those of PRODUCT's table of words; French labels are the seed's where it has one.
"""

from __future__ import annotations

from typing import TypeAlias

from segue.cli.messages_texts_apply import APPLY
from segue.cli.messages_texts_backups import BACKUPS
from segue.cli.messages_texts_identity import IDENTITY
from segue.cli.messages_texts_init import INIT
from segue.cli.messages_texts_plan import PLAN
from segue.cli.messages_texts_problems import PROBLEMS
from segue.cli.messages_texts_reading import READING
from segue.cli.messages_texts_reconcile import RECONCILE
from segue.cli.messages_texts_serving import MANAGE, UP
from segue.cli.messages_texts_state import STATE
from segue.cli.messages_texts_usage import USAGE

Pair: TypeAlias = tuple[str, str]

_STATUSES: dict[str, Pair] = {
    "status_successful": ("Successful", "Réussi"),
    "status_successful_with_skips": ("Successful with skips", "Réussi avec exclusions"),
    "status_needs_approval": ("Needs approval", "Approbation requise"),
    "status_failed": ("Failed", "Échec"),
    "status_failed_retrying": (
        "Failed, the next run takes it up again",
        "Échec, la prochaine exécution reprendra",
    ),
    "status_inconsistent": ("Inconsistent", "Incohérent"),
    "status_canceled": ("Canceled", "Annulé"),
}

_STEPS: dict[str, Pair] = {
    "step_refresh": ("Reading the data sources", "Lecture des sources de données"),
    "step_observe": ("Reading the audience at Mailchimp", "Lecture de l’audience chez Mailchimp"),
    "step_plan": ("Making the plan", "Calcul du plan"),
    "step_prepare": ("Storing the changes", "Enregistrement des modifications"),
    "step_push": ("Sending", "Envoi"),
    "step_report": ("Writing the report", "Écriture du rapport"),
    "step_ledger": (
        "Keeping what Mailchimp accepted",
        "Conservation de ce que Mailchimp a accepté",
    ),
}

_RUN: dict[str, Pair] = {
    "run_confirm": ("Send this to Mailchimp now?", "Envoyer maintenant à Mailchimp ?"),
    "run_declined": ("Nothing was written.", "Rien n’a été écrit."),
    "run_line": ("{export}: {status}", "{export} : {status}"),
    "run_counts": (
        "{accepted} accepted, {rejected} rejected, {skipped} skipped, {not_sent} not sent, in {time}.",
        "{accepted} {accepted:accepté|acceptés}, {rejected} {rejected:rejeté|rejetés}, {skipped} {skipped:exclu|exclus}, {not_sent} non {not_sent:envoyé|envoyés}, en {time}.",
    ),
    "run_counts_unknown": (
        "{accepted} accepted, {rejected} rejected, {skipped} skipped, {not_sent} not sent, {unknown} sent with the answer unknown, in {time}.",
        "{accepted} {accepted:accepté|acceptés}, {rejected} {rejected:rejeté|rejetés}, {skipped} {skipped:exclu|exclus}, {not_sent} non {not_sent:envoyé|envoyés}, {unknown} {unknown:envoyé|envoyés} sans réponse connue, en {time}.",
    ),
    "run_failed_calls": (
        "Calls that failed for good: {calls}, for {people} {people:person|people} ({facts}). {text}",
        "Appels définitivement en échec : {calls}, pour {people} {people:personne|personnes} ({facts}). {text}",
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
        "Une exécution précédente avait été interrompue ; ses résultats ont été conservés ({runs}).",
    ),
    "run_left_out": (
        "{export}: not started, its connection {connection} was lost.",
        "{export} : non commencé, sa connexion {connection} est perdue.",
    ),
    "run_left_out_interrupted": (
        "{export}: not started, because you interrupted.",
        "{export} : non commencé, car vous avez interrompu.",
    ),
    "run_stopped_before": (
        "{export}: canceled before anything was sent.",
        "{export} : annulé avant que quoi que ce soit ait été envoyé.",
    ),
    "run_ends": (
        "Nothing more is sent. Waiting for the calls under way, at most {seconds} {seconds:second|seconds}; Ctrl-C ends at once.",
        "Plus rien n’est envoyé. Attente des appels en cours, {seconds} {seconds:seconde|secondes} au plus ; Ctrl-C arrête aussitôt.",
    ),
    "run_progress": ("accepted contacts", "contacts acceptés"),
    "run_left": ("left", "restant"),
}

_TABLES: dict[str, Pair] = {
    "head_merge_field": ("Merge field", "Champ de fusion"),
    "head_changed": ("Changed", "Changés"),
    "head_cleared": ("Cleared", "Effacés"),
    "head_left": ("Left as it is", "Laissés tels quels"),
    "head_cut": ("Cut", "Coupés"),
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
    "head_time": ("Duration", "Durée"),
    "head_accepted": ("Accepted", "Acceptés"),
    "head_rejected": ("Rejected", "Rejetés"),
    "head_skipped": ("Skipped", "Exclus"),
    "head_label": ("Label", "Libellé"),
    "head_members": ("Members", "Membres"),
    "head_active": ("Active", "Actif"),
    "head_step": ("Step", "Étape"),
    "head_count": ("Count", "Nombre"),
    "head_source": ("Data source", "Source de données"),
    "head_file": ("File", "Fichier"),
    "head_encoding": ("Encoding", "Encodage"),
    "head_separator": ("Separator", "Séparateur"),
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
        "{rows} rejected {rows:contact|contacts} written to {file}; {held} of them {held:is|are} held since earlier runs.",
        "{rows} {rows:contact rejeté écrit|contacts rejetés écrits} dans {file}, dont {held} {held:retenu|retenus} depuis des exécutions précédentes.",
    ),
    "report_calls": (
        "Calls to Mailchimp: {calls}; retries: {retries}; throttled: {throttled}.",
        "Appels à Mailchimp : {calls} ; nouvelles tentatives : {retries} ; limitations : {throttled}.",
    ),
}

_ERRORS: dict[str, Pair] = {
    "mistakes_more": ("  … {more} more", "  … et {more} de plus"),
    "mistakes_further": (
        "Further mistakes may appear when these are corrected.",
        "D’autres erreurs peuvent apparaître une fois celles-ci corrigées.",
    ),
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
    "error_TryLater": ("Try again later", "Réessayer plus tard"),
    "error_MachineTrouble": ("Not possible now", "Impossible pour l’instant"),
    "error_ConnectionLost": ("Connection lost", "Connexion perdue"),
    "error_Stopped": ("Stopped", "Arrêté"),
    "interrupted": (
        "Interrupted. What Mailchimp accepted is kept; the next run continues from there.",
        "Interrompu. Ce que Mailchimp a accepté est conservé ; la prochaine exécution continuera à partir de là.",
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
    "check_read_as": (
        "{source} was last read as {encodings}.",
        "{source} a été lu la dernière fois en {encodings}.",
    ),
    "check_connection": (
        "Connection {name}: {account}, role {role}, plan {plan}, {contacts} {contacts:contact|contacts}.",
        "Connexion {name} : {account}, rôle « {role} » et formule « {plan} » (mots de Mailchimp), {contacts} {contacts:contact|contacts}.",
    ),
    "check_audience": (
        "{contacts} {contacts:contact|contacts}, {tags} {tags:tag|tags}, merge fields {fields}.",
        "{contacts} {contacts:contact|contacts}, {tags} {tags:étiquette|étiquettes}, champs de fusion {fields}.",
    ),
    "check_export": (
        "Export {export}: audience {audience} fits.",
        "Exportation {export} : l’audience {audience} convient.",
    ),
    "check_double_opt_in": (
        "Audience {audience} asks new contacts to confirm (double opt-in).",
        "L’audience {audience} demande aux nouveaux contacts de confirmer (double confirmation).",
    ),
    "check_new_subscribed": (
        "It asks new contacts to confirm; new_contacts: subscribed passes that over.",
        "Elle demande aux nouveaux contacts de confirmer ; « subscribed » sous new_contacts passe outre.",
    ),
    "check_new_pending": (
        "It asks new contacts to confirm; new_contacts: pending lets Mailchimp ask each of them by mail.",
        "Elle demande aux nouveaux contacts de confirmer ; avec « pending » sous new_contacts, Mailchimp le leur demande par e-mail.",
    ),
    "check_new_transactional": (
        "It asks new contacts to confirm; new_contacts: transactional asks nobody, and they get no campaigns.",
        "Elle demande aux nouveaux contacts de confirmer ; « transactional » sous new_contacts ne demande rien, et ils ne reçoivent aucune campagne.",
    ),
    "check_creates": (
        "A run creates the merge fields {fields}.",
        "Une exécution crée les champs de fusion {fields}.",
    ),
    "warning": ("Note: {text}", "À noter : {text}"),
}

_DATA: dict[str, Pair] = {
    "profiles_count": (
        "{count} {count:profile|profiles}.",
        "{count} {count:profil client unifié|profils clients unifiés}.",
    ),
    "profiles_read": ("Read at {time} UTC.", "Lus le {time} UTC."),
    "profiles_none_wrong": ("No problems were found.", "Aucun problème trouvé."),
    "profiles_won": ("Row {row} won.", "La ligne {row} est retenue."),
    "profiles_won_elsewhere": (
        "Row {row} of {file} won.",
        "La ligne {row} de {file} est retenue.",
    ),
    "segments_none": ("No segment is declared.", "Aucun segment n’est déclaré."),
    "segment_count": (
        "{name}: {count} {count:member|members}",
        "{name} : {count} {count:membre|membres}",
    ),
    "init_written": ("{file} is written.", "{file} est écrit."),
    "init_found": ("Found: {tables}.", "Trouvé : {tables}."),
    "masked": (
        "Personal data is masked; --show-personal shows it.",
        "Les données personnelles sont masquées ; --show-personal les montre.",
    ),
}

TEXTS: dict[str, Pair] = {
    **UP, **MANAGE, **STATE, **IDENTITY, **BACKUPS,
    **_STATUSES, **_STEPS, **PLAN, **_RUN,
    **_TABLES, **_REPORTS, **_ERRORS, **_CHECK, **_DATA, **APPLY, **RECONCILE, **PROBLEMS,
    **READING, **INIT, **USAGE,
}  # fmt: skip
"""English and French by key."""
