"""The texts of `reasons`: per code what happened and what to do, in English, then in French. Text only.

Text and fix are whole sentences without names: the place that raises a problem adds the ids.
"""

from __future__ import annotations

from typing import TypeAlias

from segue.core.french import spaced

Row: TypeAlias = tuple[str, str, str, str]


def _rows(rows: dict[str, Row]) -> dict[str, Row]:
    """Return the texts with the blanks that French asks for."""
    return {
        code: (text, fix, spaced(french), spaced(correction))
        for code, (text, fix, french, correction) in rows.items()
    }


_REASONS: dict[str, Row] = {
    "invalid_address": (
        "Mailchimp says that this is no valid e-mail address.",
        "Correct the address in the data source; the next run sends it again.",
        "Mailchimp indique que cette adresse e-mail n’est pas valide.",
        "Corrigez l’adresse dans la source de données ; la prochaine exécution l’enverra de nouveau.",
    ),
    "fake_address": (
        "Mailchimp takes this address for fake or misspelt.",
        "Check the domain after the @ in the data source (gmial.com, example.com) and correct it.",
        "Mailchimp considère cette adresse comme fictive ou mal orthographiée.",
        "Vérifiez le domaine après l’@ dans la source de données (gmial.com, example.com) et corrigez-le.",
    ),
    "invalid_field": (
        "A value does not fit its merge field.",
        "Correct the named attribute in the data source, or match another attribute to this merge field.",
        "Une valeur ne convient pas à son champ de fusion.",
        "Corrigez l’attribut indiqué dans la source de données, ou associez un autre attribut à ce champ.",
    ),
    "too_many_signups": (
        "This address has signed up to many lists very recently; Mailchimp holds it back.",
        "Nothing to correct: Segue tries again in later runs.",
        "Cette adresse s’est inscrite à de nombreuses listes très récemment ; Mailchimp la retient.",
        "Rien à corriger : Segue réessaiera lors des prochaines exécutions.",
    ),
    "unsubscribed": (
        "This person unsubscribed or was removed, and Mailchimp accepts them only by their own sign-up.",
        "Leave them out, or ask them to sign up again by the audience's own form.",
        "Cette personne s’est désabonnée ou a été retirée, et Mailchimp ne l’accepte que par sa propre inscription.",
        "Laissez-la de côté, ou invitez-la à se réinscrire par le formulaire de l’audience.",
    ),
    "compliance": (
        "The contact is in a compliance state after an unsubscribe, a bounce or a review; nobody can subscribe it by API.",
        "Leave it out; only the person can come back, by the audience's own form.",
        "Le contact est bloqué pour conformité après un désabonnement, un rejet ou un contrôle ; aucune API ne peut l’abonner.",
        "Laissez-le de côté ; seule la personne peut revenir, par le formulaire de l’audience.",
    ),
    "forgotten": (
        "The contact was permanently deleted in Mailchimp and cannot be imported again.",
        "Leave it out; only the person can come back, by the audience's own form.",
        "Le contact a été supprimé définitivement de Mailchimp et ne peut plus être importé.",
        "Laissez-le de côté ; seule la personne peut revenir, par le formulaire de l’audience.",
    ),
    "already_there": (
        "The audience already holds a contact with this address.",
        "Nothing to correct when the next run updates it; after an address change, archive the contact that is left over.",
        "L’audience contient déjà un contact avec cette adresse.",
        "Rien à corriger si la prochaine exécution le met à jour ; après un changement d’adresse, archivez le contact restant.",
    ),
    "not_subscribed": (
        "Mailchimp changes the address of subscribed contacts only, and this one is not subscribed.",
        "Leave the old contact as it is; the new address is treated as a new contact.",
        "Mailchimp ne change l’adresse que des contacts abonnés, et celui-ci ne l’est pas.",
        "Laissez l’ancien contact tel quel ; la nouvelle adresse est traitée comme un nouveau contact.",
    ),
    "unreadable": (
        "Mailchimp could not read the contact as it was sent.",
        "Look at the person's values in the data source for odd signs; they are sent again once one of them changes.",
        "Mailchimp n’a pas pu lire le contact tel qu’il a été envoyé.",
        "Cherchez des signes inhabituels dans les valeurs de la personne ; elles seront renvoyées dès que l’une d’elles change.",
    ),
    "gone": (
        "The audience no longer holds this address: somebody changed or deleted the contact in Mailchimp.",
        "Look the person up in Mailchimp: put the changed address into the data source, or leave the person out.",
        "L’audience ne contient plus cette adresse : quelqu’un a modifié ou supprimé le contact dans Mailchimp.",
        "Cherchez la personne dans Mailchimp : reportez l’adresse modifiée dans la source de données, ou laissez la personne de côté.",
    ),
    "call_fails": (
        "Mailchimp fails at every call that holds this person, while calls for others get through.",
        "Segue tries again after 1, 2 and 7 days, then only when the person's values change. Look at these for odd signs; if they are plain, ask Mailchimp's support with the request id that the run's report shows.",
        "Mailchimp échoue à chaque appel qui contient cette personne, alors que les appels pour les autres aboutissent.",
        "Segue réessaie après 1, 2 et 7 jours, puis seulement si les valeurs de la personne changent. Cherchez-y des signes inhabituels ; s’il n’y en a pas, contactez le support de Mailchimp avec l’identifiant de requête du rapport d’exécution.",
    ),
    "other": (
        "Mailchimp refused the contact with words that Segue does not know.",
        "Segue tries again after 1, 2 and 7 days, then only when the person's values change. Read Mailchimp's words beside it; if they do not help, ask Mailchimp's support.",
        "Mailchimp a refusé le contact avec un message que Segue ne connaît pas.",
        "Segue réessaie après 1, 2 et 7 jours, puis seulement si les valeurs de la personne changent. Lisez le message de Mailchimp ; s’il n’aide pas, contactez son support.",
    ),
}

_PROBLEMS: dict[str, Row] = {
    "mailchimp_throttled": (
        "Mailchimp takes no more simultaneous requests for now.",
        "Nothing to do unless it lasts: then stop other programs that use the same Mailchimp user.",
        "Mailchimp n’accepte plus de requêtes simultanées pour le moment.",
        "Rien à faire, sauf si cela dure : arrêtez alors les autres programmes qui utilisent le même utilisateur Mailchimp.",
    ),
    "mailchimp_unavailable": (
        "Mailchimp did not serve the request.",
        "Run again later; look at Mailchimp's status page if it lasts.",
        "Mailchimp n’a pas traité la requête.",
        "Relancez plus tard ; consultez la page d’état de Mailchimp si cela dure.",
    ),
    "mailchimp_gateway_time_out": (
        "Mailchimp did not answer its own gateway in time; the request may still be running there.",
        "Run again later; for long lists ask for smaller pages.",
        "Mailchimp n’a pas répondu à temps à sa propre passerelle ; la requête y est peut-être encore en cours.",
        "Relancez plus tard ; pour de longues listes, demandez des pages plus petites.",
    ),
    "mailchimp_time_out": (
        "Mailchimp did not answer in time; whether the request was carried out is unknown.",
        "Run again later: what was carried out already is not done twice.",
        "Mailchimp n’a pas répondu à temps ; on ignore si la requête a été exécutée.",
        "Relancez plus tard : ce qui a déjà été exécuté ne le sera pas deux fois.",
    ),
    "mailchimp_unreachable": (
        "Mailchimp's server could not be reached; nothing was sent.",
        "Check the network and the connection's base URL, then run again.",
        "Le serveur de Mailchimp est injoignable ; rien n’a été envoyé.",
        "Vérifiez le réseau et l’URL de base de la connexion, puis relancez.",
    ),
    "mailchimp_connection_broken": (
        "The connection broke before Mailchimp's answer was complete; whether the request was carried out is unknown.",
        "Run again later: what was carried out already is not done twice.",
        "La connexion a été coupée avant la fin de la réponse de Mailchimp ; on ignore si la requête a été exécutée.",
        "Relancez plus tard : ce qui a déjà été exécuté ne le sera pas deux fois.",
    ),
    "mailchimp_unreadable_reply": (
        "Mailchimp's answer could not be read.",
        "Run again later; if it lasts, a proxy may be changing the answers: check the base URL.",
        "La réponse de Mailchimp est illisible.",
        "Relancez plus tard ; si cela dure, un proxy modifie peut-être les réponses : vérifiez l’URL de base.",
    ),
    "mailchimp_reply_too_large": (
        "Mailchimp's answer is larger than any answer to such a request should be; the rest of it was not read.",
        "Run again later; if it lasts, check that the base URL leads to Mailchimp: a proxy or another server may be answering.",
        "La réponse de Mailchimp est plus grande que toute réponse attendue à une telle requête ; le reste n’a pas été lu.",
        "Relancez plus tard ; si cela dure, vérifiez que l’URL de base mène à Mailchimp : un proxy ou un autre serveur répond peut-être.",
    ),
    "mailchimp_strange_reply": (
        "Mailchimp's answer holds something that Segue takes from nobody.",
        "Check that the connection's base URL leads to Mailchimp and that no proxy changes its answers; then try again. Nothing of the answer was kept.",
        "La réponse de Mailchimp contient quelque chose que Segue n’accepte de personne.",
        "Vérifiez que l’URL de base de la connexion mène à Mailchimp et qu’aucun proxy ne modifie ses réponses ; puis réessayez. Rien de la réponse n’a été conservé.",
    ),
    "mailchimp_incomplete_listing": (
        "Mailchimp returned fewer rows than it announced.",
        "Run again later; nothing was decided from the incomplete list.",
        "Mailchimp a renvoyé moins de lignes qu’annoncé.",
        "Relancez plus tard ; rien n’a été décidé à partir de la liste incomplète.",
    ),
    "mailchimp_left_out": (
        "Mailchimp's reply passed people over or put them off, and they do not hold what was sent.",
        "Nothing to do: the next run writes them again.",
        "La réponse de Mailchimp a omis ou remis à plus tard des personnes, et elles n’ont pas reçu ce qui a été envoyé.",
        "Rien à faire : la prochaine exécution les écrira de nouveau.",
    ),
    "mailchimp_unclear_not_found": (
        "Mailchimp said 'not found' without saying what; it does so when requests for one contact cross.",
        "Nothing to do unless it lasts: then stop other programs that change the same contacts.",
        "Mailchimp a répondu « introuvable » sans préciser quoi ; cela arrive quand des requêtes pour un même contact se croisent.",
        "Rien à faire, sauf si cela dure : arrêtez alors les autres programmes qui modifient les mêmes contacts.",
    ),
    "mailchimp_key_missing": (
        "The request reached Mailchimp without credentials.",
        "Enter the connection's credentials again; if it happens again, a proxy is removing them.",
        "La requête est arrivée chez Mailchimp sans informations d’identification.",
        "Saisissez de nouveau les informations d’identification de la connexion ; si cela se répète, un proxy les retire.",
    ),
    "mailchimp_key_refused": (
        "Mailchimp does not accept the connection's credentials.",
        "Connect the account: enter a valid API key, copied whole, or authenticate with Mailchimp.",
        "Mailchimp n’accepte pas les informations d’identification de la connexion.",
        "Connectez le compte : saisissez une clé d’API valable, copiée en entier, ou authentifiez-vous auprès de Mailchimp.",
    ),
    "mailchimp_not_permitted": (
        "The Mailchimp user or plan does not permit this.",
        "Connect with a user whose role is Manager or above, or check what the Mailchimp plan includes.",
        "L’utilisateur ou la formule Mailchimp ne permet pas cette action.",
        "Connectez un utilisateur dont le rôle est « Manager » ou supérieur, ou vérifiez ce que comprend la formule Mailchimp.",
    ),
    "mailchimp_user_disabled": (
        "The Mailchimp account or user is deactivated.",
        "Have the account reactivated at Mailchimp, or connect another one.",
        "Le compte ou l’utilisateur Mailchimp est désactivé.",
        "Faites réactiver le compte chez Mailchimp, ou connectez-en un autre.",
    ),
    "mailchimp_wrong_data_centre": (
        "The credentials belong to another Mailchimp data centre than the one addressed.",
        "Remove the connection's base URL so that it follows the key, or connect the account again.",
        "Les informations d’identification appartiennent à un autre centre de données Mailchimp que celui appelé.",
        "Retirez l’URL de base de la connexion pour qu’elle suive la clé, ou reconnectez le compte.",
    ),
    "mailchimp_account_restricted": (
        "Mailchimp has disabled this function for the account after a compliance review.",
        "Settle it with Mailchimp's support, then run again.",
        "Mailchimp a désactivé cette fonction pour le compte après un contrôle de conformité.",
        "Réglez la question avec le support de Mailchimp, puis relancez.",
    ),
    "mailchimp_authorisation_failed": (
        "Mailchimp did not complete the authorisation.",
        "Start again with 'Authenticate with Mailchimp': its code works once and for a short time.",
        "Mailchimp n’a pas achevé l’autorisation.",
        "Recommencez par « S’authentifier avec Mailchimp » : son code ne sert qu’une fois et peu de temps.",
    ),
    "mailchimp_token_refused": (
        "Mailchimp does not know the access token.",
        "Connect the account again with 'Authenticate with Mailchimp'.",
        "Mailchimp ne reconnaît pas le jeton d’accès.",
        "Reconnectez le compte avec « S’authentifier avec Mailchimp ».",
    ),
    "mailchimp_state_mismatch": (
        "The answer to the authorisation does not belong to the request that this browser started.",
        "Start again with 'Authenticate with Mailchimp', in one browser window.",
        "La réponse d’autorisation ne correspond pas à la demande lancée par ce navigateur.",
        "Recommencez par « S’authentifier avec Mailchimp », dans une seule fenêtre.",
    ),
    "mailchimp_refused_payload": (
        "Mailchimp refused the request as malformed.",
        "Nothing of it was written; correct the record or field that Mailchimp names, else report it as a fault of Segue.",
        "Mailchimp a refusé la requête car mal formée.",
        "Rien n’a été écrit ; corrigez l’enregistrement ou le champ nommé par Mailchimp, sinon signalez une erreur de Segue.",
    ),
    "mailchimp_too_many_items": (
        "Mailchimp refused the request as too large.",
        "Report it as a fault of Segue: it sends at most 500 contacts at once.",
        "Mailchimp a refusé la requête car trop volumineuse.",
        "Signalez une erreur de Segue, qui envoie au plus 500 contacts à la fois.",
    ),
    "mailchimp_refused_request": (
        "Mailchimp refused the request.",
        "Check the connection's base URL; if it is right, report it as a fault of Segue with Mailchimp's request id.",
        "Mailchimp a refusé la requête.",
        "Vérifiez l’URL de base de la connexion ; si elle est correcte, signalez une erreur de Segue avec l’identifiant de requête.",
    ),
    "mailchimp_redirected": (
        "The connection's base URL answers with a redirection, which is never followed with credentials.",
        "Correct the connection's base URL.",
        "L’URL de base de la connexion répond par une redirection, jamais suivie avec des informations d’identification.",
        "Corrigez l’URL de base de la connexion.",
    ),
    "mailchimp_base_url_invalid": (
        "The connection's base URL cannot be used.",
        "Enter an address such as https://us1.api.mailchimp.com/3.0; plain http is accepted for this machine only.",
        "L’URL de base de la connexion est inutilisable.",
        "Saisissez une adresse comme https://us1.api.mailchimp.com/3.0 ; http n’est accepté que pour cette machine.",
    ),
    "mailchimp_key_without_data_centre": (
        "The API key does not name its data centre.",
        "Copy the whole key, including the end after the dash (such as -us1), or state the connection's base URL.",
        "La clé d’API n’indique pas son centre de données.",
        "Copiez la clé entière, y compris la fin après le tiret (par exemple -us1), ou indiquez l’URL de base de la connexion.",
    ),
    "audience_not_found": (
        "The account holds no such audience.",
        "Choose one of the account's audiences, or connect the account that holds it.",
        "Le compte ne contient pas cette audience.",
        "Choisissez une des audiences du compte, ou connectez le compte qui la contient.",
    ),
    "tag_not_found": (
        "The audience holds no such tag; someone may have deleted it.",
        "Run again: the next run reads the audience's tags afresh.",
        "L’audience ne contient pas cette étiquette ; quelqu’un l’a peut-être supprimée.",
        "Relancez : la prochaine exécution relit les étiquettes de l’audience.",
    ),
    "contact_not_found": (
        "The audience holds no such contact.",
        "Nothing to correct: the next run treats the address as new.",
        "L’audience ne contient pas ce contact.",
        "Rien à corriger : la prochaine exécution traitera l’adresse comme nouvelle.",
    ),
    "contact_not_archivable": (
        "The contact is archived, pending or cleaned already, and so cannot be archived.",
        "Nothing to do: such a contact gets no campaigns.",
        "Le contact est déjà archivé, en attente ou nettoyé, et ne peut donc pas être archivé.",
        "Rien à faire : un tel contact ne reçoit pas de campagnes.",
    ),
    "merge_field_exists": (
        "The audience already has a merge field with this tag.",
        "Nothing to do: the existing field is used.",
        "L’audience possède déjà un champ de fusion avec ce nom.",
        "Rien à faire : le champ existant est utilisé.",
    ),
    "merge_field_limit_reached": (
        "The audience holds as many merge fields as the Mailchimp plan allows.",
        "Delete a merge field in Mailchimp, or match the attribute to an existing one.",
        "L’audience contient autant de champs de fusion que la formule Mailchimp le permet.",
        "Supprimez un champ de fusion dans Mailchimp, ou associez l’attribut à un champ existant.",
    ),
    "webhook_refused": (
        "Mailchimp could not set up the webhook.",
        "Check that the address answers from the internet and is not registered for this audience already.",
        "Mailchimp n’a pas pu créer le webhook.",
        "Vérifiez que l’adresse répond depuis Internet et n’est pas déjà enregistrée pour cette audience.",
    ),
}

REASONS = _rows(_REASONS)
PROBLEMS = _rows(_PROBLEMS)
