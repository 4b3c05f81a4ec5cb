"""The texts of installations, in English: serving them, which one is the real one, what is lost, backups. Text only."""

from __future__ import annotations

UP: dict[str, str] = {
    "up_home": "Home: {home}",
    "up_home_new": "Home: {home} (made now)",
    "up_keys_new": "Keys: {file} (made now). Keep a copy elsewhere: without it stored secrets cannot be read.",
    "up_open_to_others": "Note: other users of this machine can read or change {place}; close it with: chmod go= {quoted}",
    "up_database": "Database: {database}",
    "up_migrated": "The database was brought up to date ({steps} {steps:step|steps}).",
    "up_first": "Nobody can sign in yet. Add the first administrator:",
    "up_first_link": "Nobody can sign in yet. The first administrator opens this link, once, within seven days:\n{link}",
    "up_url_not_set": "Note: set SEGUE_URL to the address that people type; until then only {url} is answered.",
    "up_address": "Segue is at {url}",
    "up_listening": "Listening on {place}",
    "up_stop": "Ctrl-C ends it.",
    "ask_name": "Name",
    "ask_email": "E-mail",
    "ask_password": "Password",
    "ask_password_again": "The same password again",
    "administrator_added": "{name} is an administrator now.",
}

MANAGE: dict[str, str] = {
    "manage_check_good": "Everything is in order.",
    "manage_up_to_date": "The database is up to date already.",
    "keys_rotated": "{changed} stored {changed:value was|values were} encrypted anew. Keys in use: {keys}.",
    "keys_unreadable": "{count} stored {count:value fits|values fit} none of the keys and {count:was left as it is|were left as they are}; reconnect what {count:it belongs|they belong} to.",
    "keys_copy": (
        "Copy the key file to every other machine of this installation now, and keep a copy elsewhere. When all"
        " copies and backups have it: segue manage rotate-keys --drop-old"
    ),
    "keys_fit_nothing": (
        "Note: the keys in use open none of the stored secrets; they are another installation’s, or new. Put the old ones into"
        " the key file too, one a line; if they are gone for good, reconnect every connection."
    ),
    "keys_dropped": "The older keys are gone. People who have not come since the rotation sign in again.",
    "administrator_link": "Whoever opens this link, once, within seven days, becomes an administrator:",
}

IDENTITY: dict[str, str] = {
    "plan_undecided": (
        "Nothing was written, and no approval lifts this. Say once which installation is the real one:\n"
        "  this one:     segue manage installation --this-one\n"
        "  another one:  segue manage installation --a-copy"
    ),
    "identity_none": "No installation has written anything in {home} yet: nothing is to be decided.",
    "identity_id": "Installation {id}, since {made_at} UTC",
    "identity_copy_of": "It is a copy of {id}.",
    "place_home": "State folder: {value}",
    "place_host": "Host: {value}",
    "place_database": "Mark of the control database: {value}",
    "identity_audience": "Audience {folder}: {state}",
    "stamp_is_stamped": "carries the stamp of this installation",
    "stamp_is_unstamped": "carries no stamp; the next run that writes anything puts ours on",
    "stamp_is_strange": "carries the stamp of {others}; the next run waits for this decision",
    "stamp_is_replaced": "carries the stamp of {others}; the next run replaces it by ours",
    "stamp_is_left": "belongs to the installation that this one is a copy of",
    "stamp_is_unreadable": "what is kept of it is lost or damaged: segue manage repair",
    "identity_held": "Nothing is written to Mailchimp before somebody says which installation is the real one:",
    "identity_choose": "If it is this one: segue manage installation --this-one\nIf this is a copy:  segue manage installation --a-copy",
    "identity_damaged": "Its file installation.json is damaged: it is not known which one it is.",
    "identity_good": "Nothing is to be decided: it is where it belongs.",
    "identity_is_real": "This installation is the real one from now on, as {id}. Its next run puts its stamp on each audience; another installation that wrote there waits then.",
    "identity_is_a_copy": "This installation is a copy from now on, as {id}: it writes to no audience of which it was copied, and to none that another installation stamped.",
}

STATE: dict[str, str] = {
    "repair_title": "{place}: lost or damaged",
    "repair_whole": "{place}: every file is whole.",
    "repair_lost_journal": "the journal: tags are registered anew, everything beside it is put into the folder before-repair",
    "repair_lost_contacts": "the observed contacts: the next plan reads all of them",
    "repair_lost_ledger": "the ledger of {of}: carriers of its tags become acknowledged, and the next plan writes them in full",
    "repair_lost_foreign": "who carried tag number {of} before Segue",
    "repair_lost_runs": "the changes of the unfinished run {of}: what it reached is not known",
    "repair_lost_forms": "in which forms Mailchimp keeps values of {of}",
    "repair_lost_ids": "the ids by which contacts are known under another address: the next plan reads all of them",
    "repair_tag": "{tag}: {carriers} {carriers:person carries|people carry} it; {ours} {ours:is|are} taken as ours, {foreign} as somebody else’s.",
    "repair_ask": "Build these files anew?",
    "repair_done": "Built anew; nothing was written at Mailchimp. Look at the next plan: segue plan",
    "release_title": "{export} has left tags in the audience {audience} ({id}): {people} {people:person loses them and stays|people lose them and stay} in the audience.",
    "release_tag": "{tag}: {people} {people:person|people}",
    "release_ask": "Take these tags away?",
}

BACKUPS: dict[str, str] = {
    "making_backup": "Making the backup",
    "restoring_backup": "Restoring the backup",
    "passphrase_new": "Passphrase for the keys",
    "passphrase_again": "Once more",
    "passphrase_of": "Passphrase of the keys in the backup",
    "backup_made": "{file} holds the backup: {files} {files:file|files}, {size} MB.",
    "backup_database_none": "This state folder has no database: only commands worked in it.",
    "backup_database_sqlite": "In it: the database, without sessions and open invitations.",
    "backup_database_postgresql": "In it: the database of the PostgreSQL server, without sessions and open invitations.",
    "backup_without_keys": (
        "The keys are not in it: keep a copy of {home}/segue.keys, or of SEGUE_KEYS, in another place. Without them stored "
        "secrets cannot be read. With --passphrase they are put in, encrypted."
    ),
    "backup_with_keys": "The keys are in it, encrypted: whoever has the file and the passphrase has every secret.",
    "backup_damaged": "Not whole, and in the backup as it was: {file}. See docs/howto/repair-the-state-folder.md.",
    "restore_done": "{home} holds the backup of {at} again: {files} {files:file|files}.",
    "restore_aside": "What was there before lies in {place}; remove it when you need it no more.",
    "restore_damaged": "Was not whole when the backup was made: {file}. See docs/howto/repair-the-state-folder.md.",
    "restore_keys": "The keys lie in {file}.",
    "restore_without_keys": (
        "The keys were not restored: before Segue starts, put those of the backup's time into {home}/segue.keys, or into "
        "SEGUE_KEYS."
    ),
    "restore_held": (
        "Mailchimp went on meanwhile: nothing is written there before somebody says that this is the real installation. Look at"
        " the plans, then: segue manage installation --this-one. Everybody signs in again."
    ),
}
