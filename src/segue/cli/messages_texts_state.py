"""What `segue manage repair` and `segue release` say, in English. Text only."""

from __future__ import annotations

STATE: dict[str, str] = {
    "repair_title": "{place}: lost or damaged",
    "repair_whole": "{place}: every file is whole.",
    "repair_lost_journal": "the journal: tags are registered anew, everything beside it is put into the folder before-repair",
    "repair_lost_contacts": "the observed contacts: the next plan reads all of them",
    "repair_lost_ledger": "the ledger of {of}: carriers of its tags become acknowledged, and the next plan writes them in full",
    "repair_lost_foreign": "who carried tag number {of} before Segue",
    "repair_lost_runs": "the changes of the unfinished run {of}: what it reached is not known",
    "repair_lost_forms": "in which forms Mailchimp keeps values of {of}",
    "repair_tag": "{tag}: {carriers} {carriers:person carries|people carry} it; {ours} {ours:is|are} taken as ours, {foreign} as somebody else’s.",
    "repair_ask": "Build these files anew?",
    "repair_done": "Built anew; nothing was written at Mailchimp. Look at the next plan: segue plan",
    "release_title": "{export} has left tags in the audience {audience} ({id}): {people} {people:person loses them and stays|people lose them and stay} in the audience.",
    "release_tag": "{tag}: {people} {people:person|people}",
    "release_ask": "Take these tags away?",
}
