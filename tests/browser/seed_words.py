"""The words that people read, in both languages: first those that the request itself prints in bold, in its order."""

from __future__ import annotations

from typing import Final

SEED: Final = (
    # Configurer la connexion à Mailchimp
    ("Administrator", "Administrateur"),
    ("Connections", "Connexions"),
    ("Add connection", "Ajouter une connexion"),
    ("Mailchimp", "Mailchimp"),
    ("Display name", "Nom d’affichage"),
    ("I agree", "J’accepte"),
    ("Data privacy and compliance", "Confidentialité et conformité des données"),
    ("Connect", "Connecter"),
    ("Authenticate with Mailchimp", "S’authentifier avec Mailchimp"),
    ("Add yourself as export user", "Vous ajouter en tant qu’utilisateur à exporter"),
    ("Save", "Enregistrer"),
    # Configurer le connecteur
    ("Data", "Données"),
    ("Exports", "Exportations"),
    ("Add destination", "Ajouter une destination"),
    ("Connection for export", "Connexion pour l’exportation"),
    ("Mailchimp audience ID", "ID d’audience Mailchimp"),
    ("Data matching", "Correspondance des données"),
    ("Email", "E-mail"),
    ("First name", "Prénom"),
    ("Last name", "Nom"),
    ("Add attribute", "Ajouter un attribut"),
    ("Save", "Enregistrer"),
)
"""Every bold label of the request, English and French, in the order in which its steps name them."""

OTHERS: Final = {
    # the request's own words that are not bold
    "Choose who can use this connection": "Choisissez qui peut utiliser cette connexion",
    "Administrators": "Administrateurs",
    "Saving doesn’t run the export.": (
        "L’enregistrement d’une exportation n’exécute pas l’exportation immédiatement."
    ),
    "It runs with every scheduled refresh; you can also run it on demand.": (
        "L’exportation s’exécute avec chaque actualisation planifiée ; vous pouvez aussi exporter des données à la demande."
    ),
    # people
    "Welcome to Segue": "Bienvenue sur Segue",
    "Time zone": "Fuseau horaire",
    "E-mail": "E-mail",
    "Name": "Nom",
    "Password": "Mot de passe",
    "Repeat the password": "Répétez le mot de passe",
    "Start": "Commencer",
    "Home": "Accueil",
    "Permissions": "Autorisations",
    "Invite a person": "Inviter une personne",
    "Contributor": "Contributeur",
    "Viewer": "Lecteur",
    "Invite": "Inviter",
    "One-time link for": "Lien à usage unique pour",
    "Done": "Terminé",
    "Your Segue password": "Votre mot de passe Segue",
    # data sources
    "Data sources": "Sources de données",
    "Upload a definition": "Téléverser une définition",
    "Show the plan of changes": "Montrer le plan de modifications",
    "Plan of changes": "Plan de modifications",
    "Apply these changes": "Appliquer ces modifications",
    "Refresh": "Actualiser",
    # connections
    "Contributors": "Contributeurs",
    "Authenticated with Mailchimp as “%(account)s”.": (
        "Authentification avec Mailchimp réussie : compte « %(account)s »."
    ),
    "“%(name)s” is saved. Contributors and administrators can now choose it under Data › Exports, and manage every "
    "export on it.": (
        "« %(name)s » est enregistrée. Les contributeurs et les administrateurs peuvent maintenant la choisir sous "
        "Données › Exportations, et gérer toutes ses exportations."
    ),
    "Use an API key instead": "Utiliser plutôt une clé d’API",
    "API key": "Clé d’API",
    "Connect with this key": "Connecter avec cette clé",
    "Healthy": "En bon état",
    "Actions for %(name)s": "Actions pour %(name)s",
    "Remove": "Supprimer",
    "Remove connection": "Supprimer la connexion",
    # exports
    "Check the audience": "Vérifier l’audience",
    "Segments": "Segments",
    "Attribute that must be true": "Attribut qui doit être vrai",
    "“%(name)s” is saved.": "« %(name)s » est enregistrée.",
    "It has not run yet.": "Elle ne s’est pas encore exécutée.",
    "Not started": "Non commencé",
    "every refresh": "à chaque actualisation",
    "Choose %(name)s": "Choisir %(name)s",
    "Run": "Exécuter",
    "No connection": "Aucune connexion",
    "Count the contacts": "Compter les contacts",
    # refreshes and runs
    "System": "Système",
    "Schedule": "Planification",
    "Refresh schedule": "Actualisation planifiée",
    "On": "Activée",
    "Recurrence": "Récurrence",
    "Next runs": "Prochaines exécutions",
    "Status": "Statut",
    "Refresh now": "Actualiser maintenant",
    "Needs approval": "Approbation requise",
    "Look at the plan": "Voir le plan",
    "Type the number of changes": "Saisissez le nombre de modifications",
    "Read with problems": "Lu avec des problèmes",
    "Successful": "Réussi",
    "Canceled": "Annulé",
    "500 of 979 contacts accepted": "500 contacts acceptés sur 979",
    "4,500 of 12,000 contacts accepted": "4 500 contacts acceptés sur 12 000",
    "Outcome": "Résultat",
    "Accepted": "Acceptés",
}
"""All other words that the walks look for, English → French."""


class Words:
    """The words of one language; `read` is what was read of the request's bold labels so far."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.read: list[str] = []

    def say(self, english: str, **values: object) -> str:
        """Return a text in the language."""
        text = english if self.language == "en" else {**dict(SEED), **OTHERS}[english]
        return text % values if values else text

    def seed(self, english: str) -> str:
        """Return one of the request's bold labels, and note that it was looked for."""
        assert english in dict(SEED)
        self.read.append(self.say(english))
        return self.read[-1]

    def all_of_seed(self) -> list[str]:
        """Return the request's bold labels in its order."""
        return [french if self.language == "fr" else english for english, french in SEED]
