"""What is said of installations, their places and their stamps, in English. Text only."""

from __future__ import annotations

IDENTITY: dict[str, str] = {
    "stop_installation_moved": "The state folder of this installation is recorded as {before} and is {after} now: it may be a copy of the real one.",
    "stop_installation_host": "This installation is recorded on the host {before} and runs on {after} now: it may be a copy of the real one.",
    "stop_installation_database": "The state folder of this installation is recorded with another control database than the one that it works with now.",
    "stop_installation_restored": "This installation was restored from a backup (made: {before}; restored: {after}): the real one may have gone on since.",
    "stop_installation_copy": "This installation is a copy, and what it keeps of this audience belongs to the installation {subject}.",
    "stop_installation_strange": "The audience carries the stamp of another installation ({subject}); this one is {after}.",
    "plan_undecided": (
        "Nothing was written, and no approval lifts this. Say once which installation is the real one:\n"
        "  this one:     segue manage installation --this-one\n"
        "  another one:  segue manage installation --a-copy"
    ),
    "note_stamp_new": "The audience is stamped with the id of this installation, as an empty tag: {name}",
    "note_stamp_again": "Changed at Mailchimp: the stamp of this installation was deleted, the empty tag {name}; the next run that writes anything puts it on again.",
    "note_stamp_replaces": "The stamp of the other installation is replaced by that of this one, the empty tag {name}; the other one waits from then on.",
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
"""English by key."""
