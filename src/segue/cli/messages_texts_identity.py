"""What is said of installations, their places and their stamps, English and French. Text only."""

from __future__ import annotations

IDENTITY: dict[str, tuple[str, str]] = {
    "stop_installation_moved": (
        "The state folder of this installation is recorded as {before} and is {after} now: it may be a copy of the real one.",
        "Le dossier d’état de cette installation est enregistré comme {before} et est maintenant {after} : c’est peut-être une copie de la vraie.",
    ),
    "stop_installation_host": (
        "This installation is recorded on the host {before} and runs on {after} now: it may be a copy of the real one.",
        "Cette installation est enregistrée sur l’hôte {before} et fonctionne maintenant sur {after} : c’est peut-être une copie de la vraie.",
    ),
    "stop_installation_database": (
        "The state folder of this installation is recorded with another control database than the one that it works with now.",
        "Le dossier d’état de cette installation est enregistré avec une autre base de données que celle qu’elle utilise maintenant.",
    ),
    "stop_installation_restored": (
        "This installation was restored from a backup (made: {before}; restored: {after}): the real one may have gone on since.",
        "Cette installation a été restaurée d’une sauvegarde (faite : {before} ; restaurée : {after}) : la vraie a peut-être continué depuis.",
    ),
    "stop_installation_copy": (
        "This installation is a copy, and what it keeps of this audience belongs to the installation {subject}.",
        "Cette installation est une copie, et ce qu’elle conserve de cette audience appartient à l’installation {subject}.",
    ),
    "stop_installation_strange": (
        "The audience carries the stamp of another installation ({subject}); this one is {after}.",
        "L’audience porte la marque d’une autre installation ({subject}) ; celle-ci est {after}.",
    ),
    "plan_undecided": (
        "Nothing was written, and no approval lifts this. Say once which installation is the real one:\n"
        "  this one:     segue manage installation --this-one\n"
        "  another one:  segue manage installation --a-copy",
        "Rien n’a été écrit, et aucune approbation n’y change rien. Indiquez une fois quelle installation est la vraie :\n"
        "  celle-ci :    segue manage installation --this-one\n"
        "  une autre :   segue manage installation --a-copy",
    ),
    "note_stamp_new": (
        "The audience is stamped with the id of this installation, as an empty tag: {name}",
        "L’audience est marquée de l’identifiant de cette installation, par une étiquette vide : {name}",
    ),
    "note_stamp_again": (
        "Changed at Mailchimp: the stamp of this installation was deleted, the empty tag {name}; the next run that writes anything puts it on again.",
        "Changé chez Mailchimp : la marque de cette installation a été supprimée, l’étiquette vide {name} ; la prochaine exécution qui écrit la remet.",
    ),
    "note_stamp_replaces": (
        "The stamp of the other installation is replaced by that of this one, the empty tag {name}; the other one waits from then on.",
        "La marque de l’autre installation est remplacée par celle de celle-ci, l’étiquette vide {name} ; l’autre attend dès lors.",
    ),
    "identity_none": (
        "No installation has written anything in {home} yet: nothing is to be decided.",
        "Aucune installation n’a encore rien écrit dans {home} : il n’y a rien à décider.",
    ),
    "identity_id": (
        "Installation {id}, since {made_at} UTC",
        "Installation {id}, depuis le {made_at} UTC",
    ),
    "identity_copy_of": ("It is a copy of {id}.", "C’est une copie de {id}."),
    "place_home": ("State folder: {value}", "Dossier d’état : {value}"),
    "place_host": ("Host: {value}", "Hôte : {value}"),
    "place_database": (
        "Mark of the control database: {value}",
        "Marque de la base de données : {value}",
    ),
    "identity_audience": ("Audience {folder}: {state}", "Audience {folder} : {state}"),
    "stamp_is_stamped": (
        "carries the stamp of this installation",
        "porte la marque de cette installation",
    ),
    "stamp_is_unstamped": (
        "carries no stamp; the next run that writes anything puts ours on",
        "ne porte aucune marque ; la prochaine exécution qui écrit met la nôtre",
    ),
    "stamp_is_strange": (
        "carries the stamp of {others}; the next run waits for this decision",
        "porte la marque de {others} ; la prochaine exécution attend cette décision",
    ),
    "stamp_is_replaced": (
        "carries the stamp of {others}; the next run replaces it by ours",
        "porte la marque de {others} ; la prochaine exécution la remplace par la nôtre",
    ),
    "stamp_is_left": (
        "belongs to the installation that this one is a copy of",
        "appartient à l’installation dont celle-ci est une copie",
    ),
    "stamp_is_unreadable": (
        "what is kept of it is lost or damaged: segue manage repair",
        "ce qui en est conservé est perdu ou endommagé : segue manage repair",
    ),
    "identity_held": (
        "Nothing is written to Mailchimp before somebody says which installation is the real one:",
        "Rien n’est écrit chez Mailchimp avant que quelqu’un n’indique quelle installation est la vraie :",
    ),
    "identity_choose": (
        "If it is this one: segue manage installation --this-one\nIf this is a copy:  segue manage installation --a-copy",
        "Si c’est celle-ci :      segue manage installation --this-one\nSi celle-ci est une copie : segue manage installation --a-copy",
    ),
    "identity_damaged": (
        "Its file installation.json is damaged: it is not known which one it is.",
        "Son fichier installation.json est endommagé : on ne sait pas laquelle c’est.",
    ),
    "identity_good": (
        "Nothing is to be decided: it is where it belongs.",
        "Il n’y a rien à décider : elle est là où elle doit être.",
    ),
    "identity_is_real": (
        "This installation is the real one from now on, as {id}. Its next run puts its stamp on each audience; another installation that wrote there waits then.",
        "Cette installation est désormais la vraie, sous {id}. Sa prochaine exécution met sa marque sur chaque audience ; une autre installation qui y écrivait attend alors.",
    ),
    "identity_is_a_copy": (
        "This installation is a copy from now on, as {id}: it writes to no audience of which it was copied, and to none that another installation stamped.",
        "Cette installation est désormais une copie, sous {id} : elle n’écrit ni dans les audiences avec lesquelles elle a été copiée, ni dans celles qu’une autre installation a marquées.",
    ),
}
"""English and French by key."""
