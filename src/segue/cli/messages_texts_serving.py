"""The texts of `segue up` and `segue manage`, in English. Text only."""

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
