"""What the command line's own problems mean and what to do about them, in French, by code. Text only.

They are worded in English where they are raised, often before Django and its catalogs are there.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class French:
    """What a code says and advises, with what the pattern `named` finds in the English message and action (two lines).

    Without `named` the words are general, and the English line stands below them for what it names and counts. Where
    `named` finds nothing, `unnamed` is the message; '' leaves the English one.
    """

    message: str
    action: str
    named: str = ""
    unnamed: str = ""


FRENCH: dict[str, French] = {
    "new_contacts_unsaid": French(
        message="L’audience {audience} demande aux nouveaux contacts de confirmer (double confirmation), et « {export} » "
        "n’indique pas ce qu’ils deviennent.",
        action="Indiquez « new_contacts: pending » pour que Mailchimp le leur demande par e-mail, ou "
        "« new_contacts: subscribed », qui passe outre cette confirmation.",
        named=r"^The audience (?P<audience>.+) asks new contacts.*, and '(?P<export>.+)' does not",
    ),
    "first_run_needs_approval": French(
        message="Ce serait la première exécution de « {export} » : son plan attend une approbation ; rien n’a été écrit.",
        action="Examinez le plan ; relancez ensuite avec --approve {digest}, ou avec --yes.",
        named=r"the first run of '(?P<export>.+)': its plan[\s\S]+--approve (?P<digest>\w+)",
    ),
    "plan_needs_approval": French(
        message="Le plan de « {export} » attend une approbation ; rien n’a été écrit.",
        action="Examinez le plan ; pour exécuter exactement celui-ci, relancez avec --approve {digest}.",
        named=r"^The plan of '(?P<export>.+)' waits[\s\S]+--approve (?P<digest>\w+)",
    ),
    "installation_undecided": French(
        message="Il n’est pas sûr que cette installation soit la vraie : « {export} » n’a rien écrit dans son audience.",
        action="Indiquez-le une fois : segue manage installation --this-one, ou --a-copy. Ni l’approbation d’un plan "
        "ni --yes ne le font.",
        named=r"is the real one: '(?P<export>.+)' wrote nothing",
    ),
    "installation_unreadable": French(
        message="Le fichier {file} est endommagé : on ne sait pas quelle installation c’est.",
        action="Indiquez si c’est la vraie : segue manage installation --this-one, ou --a-copy.",
        named=r"^The file (?P<file>.+) is damaged",
    ),
    "plan_changed": French(
        message="Le plan de « {export} » est maintenant {digest}, et non {approved} qui a été approuvé.",
        action="Quelque chose a changé depuis : examinez de nouveau le plan et approuvez le nouveau.",
        named=r"^The plan of '(?P<export>.+)' is (?P<digest>\w+) now, not the approved (?P<approved>\S+)\.\n",
    ),
    "configuration_invalid": French(
        message="Le fichier de configuration comporte des erreurs.",
        action="Corrigez-le, puis lancez « segue check ».",
    ),
    "configuration_not_found": French(
        message="Il n’y a pas de fichier de configuration.",
        action="Lancez « segue init » pour en créer un, ou indiquez un fichier avec --config.",
    ),
    "configuration_unreadable": French(
        message="Le fichier de configuration ne peut pas être lu.",
        action="Vérifiez que c’est un fichier et que vous pouvez le lire.",
    ),
    "connection_refused": French(
        message="Mailchimp a refusé la connexion.",
        action="Vérifiez les informations d’identification, puis réessayez.",
    ),
    "database_newer": French(
        message="La base de données appartient à une version plus récente de Segue.",
        action="Démarrez de nouveau cette version, ou restaurez la sauvegarde faite avant la mise à niveau.",
    ),
    "database_not_migrated": French(
        message="La base de données de l’installation n’est pas de cette version de Segue.",
        action="Démarrez-la une fois avec « segue up », qui la met à jour.",
    ),
    "database_not_writable": French(
        message="Impossible d’écrire dans la base de données {place}.",
        action="Donnez à cet utilisateur le droit d’y écrire, ou nommez un autre endroit dans DATABASE_URL.",
        named=r"^The database (?P<place>.+) cannot be written: ",
    ),
    "database_unreachable": French(
        message="La base de données de l’installation ne peut pas être utilisée ({kind}).",
        action="Vérifiez DATABASE_URL, et que la base de données fonctionne et accepte cet utilisateur.",
        named=r"\((?P<kind>\w+)\)",
    ),
    "demo_folder_in_use": French(
        message="Le dossier de la démonstration existe déjà et n’a pas été fait par elle.",
        action="Indiquez un autre dossier avec --home.",
    ),
    "demo_running": French(
        message="Une démonstration lancée plus tôt utilise encore ce dossier.",
        action="Arrêtez-la par Ctrl-C dans son terminal, ou indiquez un autre dossier avec --home.",
    ),
    "file_exists": French(
        message="Le fichier existe déjà.",
        action="Indiquez un autre nom de fichier ; rien n’a été remplacé.",
    ),
    "file_not_writable": French(
        message="Le fichier ne peut pas être écrit.",
        action="Indiquez un fichier dans un dossier qui existe et où vous pouvez écrire.",
    ),
    "home_not_writable": French(
        message="Impossible d’écrire dans {place}.",
        action="Nommez avec --home un dossier où cet utilisateur peut écrire, ou donnez-lui-en le droit.",
        named=r"^(?P<place>.+) cannot be written: ",
    ),
    "host_not_ours": French(
        message="Segue ne peut pas écouter sur {host} : ce n’est pas une adresse de cette machine.",
        action="Donnez une adresse de cette machine avec --host, comme 127.0.0.1 ou 0.0.0.0.",
        named=r"on (?P<host>\S+): ",
    ),
    "installation_missing": French(
        message="Il n’y a pas encore d’installation dans {home}.",
        action="Démarrez-la une fois avec « segue up », ou nommez son dossier avec --home.",
        named=r"installation in (?P<home>.+) yet",
    ),
    "key_malformed": French(
        message="Une clé de cette installation est mal formée.",
        action="Remettez en place la bonne clé ; « segue manage new-key » en crée une pour une nouvelle installation.",
    ),
    "key_missing": French(
        message="Cette installation n’a pas de clé.",
        action="Démarrez-la avec « segue up », ou définissez SEGUE_KEYS ou SEGUE_KEYS_FILE.",
        named=r"^This installation has no key",
    ),
    "keys_not_given": French(
        message="Cette installation utilise un serveur de bases de données, et aucune clé n’est donnée.",
        action="Donnez à SEGUE_KEYS ou SEGUE_KEYS_FILE les clés de cette installation ; si elle est nouvelle, faites-les créer avec --make-keys et copiez-les sur ses autres machines.",
    ),
    "keys_unreadable": French(
        message="Le fichier de clés {file} est illisible.",
        action="Laissez l’utilisateur qui exécute Segue le lire, ou nommez un autre fichier dans SEGUE_KEYS_FILE.",
        named=r"^The key file (?P<file>.+) cannot be read",
    ),
    "no_exports": French(
        message="La configuration ne déclare aucune exportation.",
        action="Ajoutez-en une sous « exports » : connexion, audience, correspondance des données et segments.",
    ),
    "not_confirmed": French(
        message="Personne n’a pu être interrogé ; rien n’a été fait.",
        action="Examinez ce qui est affiché, puis relancez avec --yes.",
    ),
    "file_without_header": French(
        message="Le fichier {file} semble ne pas avoir d’en-tête : sa première ligne contient une adresse e-mail.",
        action="Écrivez les noms des colonnes dans la première ligne.",
        named=r"^(?P<file>.+) seems to have no header",
    ),
    "nothing_to_inspect": French(
        message="Ce fichier ou ce dossier n’existe pas.",
        action="Indiquez le dossier des données, ou un fichier SQLite.",
    ),
    "port_in_use": French(
        message="Le port {port} est utilisé par un autre programme, peut-être par un autre « segue up ».",
        action="Arrêtez ce programme, ou choisissez un autre port avec --port.",
        named=r"^Port (?P<port>\d+) ",
    ),
    "port_not_allowed": French(
        message="Cet utilisateur n’a pas le droit d’écouter sur le port {port}.",
        action="Choisissez un port au-dessus de 1023 avec --port, et placez un proxy inverse devant.",
        named=r"port (?P<port>\d+)\.$",
    ),
    "process_keeps_dying": French(
        message="Le processus {name} s’est arrêté {deaths} fois de suite peu après son démarrage.",
        action="Lisez ses dernières lignes ci-dessus, corrigez ce qu’elles nomment, et démarrez de nouveau.",
        named=r"^The (?P<name>\w+) process died (?P<deaths>\d+) times",
    ),
    "proxy_not_named": French(
        message="SEGUE_URL commence par https, et Segue ne chiffre pas lui-même.",
        action="Confiez-le à un proxy inverse et donnez son adresse dans SEGUE_BEHIND_PROXY, ou 1 s’il est sur cette machine ; voyez docs/fr/howto/run-in-production.md.",
    ),
    "sandbox_options": French(
        message="Le bac à sable ne peut pas démarrer.",
        action="Corrigez l’option ou le fichier nommé.",
    ),
    "sandbox_port": French(
        message="Le bac à sable ne peut pas écouter sur ce port.",
        action="Choisissez un autre --port, ou arrêtez ce qui utilise celui-ci.",
    ),
    "secret_missing": French(
        message="Un secret auquel la configuration fait référence est absent ou vide.",
        action="Définissez la variable, ou écrivez le fichier.",
    ),
    "segment_unknown": French(
        message="Ce segment n’existe pas.",
        action="Choisissez-en un parmi ceux de « segue segments list ».",
    ),
    "setting_invalid": French(
        message="Un réglage ne peut pas être utilisé tel quel.",
        action="Écrivez-le comme le décrit docs/reference/settings.md.",
    ),
    "usage": French(
        message="La commande n’est pas écrite comme il faut.",
        action="Voyez --help.",
    ),
    "account_unconnected": French(
        message="Aucune connexion ne mène au compte de l’audience {audience}.",
        action="Déclarez une connexion à ce compte sous `connections` ; une exportation n’est pas nécessaire.",
        named=r"of audience (?P<audience>\S+)\.\n",
    ),
    "audience_not_kept": French(
        message="Rien n’est conservé d’une audience {audience}.",
        action="Indiquez l’ID de l’audience, et le dossier d’état avec --home.",
        named=r"of an audience (?P<audience>\S+) in ",
    ),
    "export_declared": French(
        message="L’exportation « {export} » est déclarée : ses étiquettes ne sont pas des restes.",
        action="Retirez-la d’abord de la configuration, puis retirez ce qu’elle a laissé.",
        named=r"^The export '(?P<export>[^']+)'",
    ),
    "no_email_attribute": French(
        message="Les profils n’ont aucun attribut de type email.",
        action="Déclarez-en un sous `profiles.attributes`.",
    ),
    "nothing_left_over": French(
        message="Aucune exportation « {export} » n’a laissé d’étiquettes ; celles qui en ont laissé : {known}.",
        action="Nommez l’une d’elles. Les plans disent quelles exportations ont laissé des étiquettes.",
        named=r"^No export '(?P<export>[^']+)' has left tags on anybody; exports that have: (?P<known>[^\n]+)\.\n",
    ),
    "report_damaged": French(
        message="Le rapport de l’exécution « {run} » est endommagé.",
        action="Restaurez reports/{run}.json du dossier d’état depuis une sauvegarde, ou supprimez-le : aucune exécution "
        "n’en a besoin, et les autres rapports sont entiers.",
        named=r"^The report of the run '(?P<run>[^']+)' is damaged",
    ),
    "state_file_damaged": French(
        message="Le fichier {file} de l’audience {audience} est endommagé dans le dossier d’état ; rien n’a été envoyé.",
        action="Restaurez le dossier d’état depuis une sauvegarde, ou reconstruisez le fichier d’après Mailchimp : segue manage repair {audience}",
        named=r"^The file (?P<file>\S+) of the audience (?P<audience>\S+) is",
    ),
    "state_file_missing": French(
        message="Le fichier {file} de l’audience {audience} manque dans le dossier d’état ; rien n’a été envoyé.",
        action="Restaurez le dossier d’état depuis une sauvegarde, ou reconstruisez le fichier d’après Mailchimp : segue manage repair {audience}",
        named=r"^The file (?P<file>\S+) of the audience (?P<audience>\S+) is",
    ),
}
