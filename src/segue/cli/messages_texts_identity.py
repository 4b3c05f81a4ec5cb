"""What is said of installations, their places and their stamps, in English. Text only."""

from __future__ import annotations

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
"""English by key."""
