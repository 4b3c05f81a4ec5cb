"""The words of plans and runs in the reader's language: kinds, reasons, steps, brakes. The command line says the same.

Mailchimp's refusals are worded in `words.refusal_texts`, in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from segue.service.deciding import StampState
from segue.sync.brakes import SHARES, UNDECIDED, Stop, StopKind
from segue.sync.kinds import Kind, Skip
from segue.sync.ports import Reason
from segue.web import formats
from segue.web.sayings import told
from segue.words.refusals import Explanation, explain, explain_problem

KINDS: Mapping[Kind, Promise] = {
    Kind.SAME: _("unchanged"),
    Kind.ADD: _("add"),
    Kind.UPDATE: _("update"),
    Kind.TAG: _("add tags only"),
    Kind.UNTAG: _("remove tags"),
    Kind.LEAVE: _("leave the export (lose its tags)"),
    Kind.MOVE: _("change the address"),
    Kind.RELEASE: _("tags given up, not removed"),
    Kind.SKIP: _("skip"),
}

SKIPS: Mapping[Skip, Promise] = {
    Skip.MISSING_ADDRESS: _("no e-mail address"),
    Skip.INVALID_ADDRESS: _("e-mail address not valid"),
    Skip.DUPLICATE: _("another profile with this address wins"),
    Skip.NO_CONSENT: _("no consent"),
    Skip.UNREAD: _("a value that may leave the person out could not be read"),
    Skip.OTHER_PROFILE_LEFT_OUT: _(
        "another profile with this address is left out by a yes or a no"
    ),
    Skip.UNSUBSCRIBED: _("unsubscribed"),
    Skip.CLEANED: _("cleaned by Mailchimp (address bounces)"),
    Skip.ARCHIVED: _("archived in Mailchimp"),
    Skip.FORGOTTEN: _("permanently deleted in Mailchimp"),
    Skip.COMPLIANCE: _("in a compliance state in Mailchimp"),
    Skip.UNSUBSCRIBED_BEFORE_MOVE: _("unsubscribed under the earlier address"),
    Skip.FORGOTTEN_BEFORE_MOVE: _("permanently deleted under the earlier address"),
    Skip.GONE: _("no longer in the audience under this address"),
    Skip.INVALID_ADDRESS_SAYS_MAILCHIMP: _("Mailchimp finds the address not valid"),
    Skip.FAKE_ADDRESS: _("Mailchimp takes the address for fake"),
    Skip.INVALID_FIELD: _("Mailchimp refused a field’s value"),
    Skip.TOO_MANY_SIGNUPS: _("held back by Mailchimp for a time"),
    Skip.ALREADY_THERE: _("the address belongs to another contact"),
    Skip.NOT_SUBSCRIBED: _("not subscribed, so not moved"),
    Skip.UNREADABLE: _("Mailchimp could not read the contact"),
    Skip.OTHER: _("refused by Mailchimp"),
    Skip.CALL_FAILS: _("every call with this person fails at Mailchimp"),
}

STEPS: Mapping[str, Promise] = {
    "refresh": _("Reading the data sources"),
    "observe": _("Reading the audience at Mailchimp"),
    "plan": _("Making the plan"),
    "prepare": _("Storing the changes"),
    "push": _("Sending"),
    "ledger": _("Keeping what Mailchimp accepted"),
    "report": _("Writing the report"),
}
"""The steps of a run in their order; the first is the refresh's, the others the engine's own names."""

BEFORE = _("Earlier attempts, and waiting for the next")
"""What went before the steps of a run's last attempt."""

STAMP_STATES: Mapping[StampState, Promise] = {
    StampState.STAMPED: _("carries the stamp of this installation"),
    StampState.UNSTAMPED: _("carries no stamp; the next run that writes anything puts ours on"),
    StampState.STRANGE: _("carries the stamp of another installation: its exports wait"),
    StampState.REPLACED: _(
        "carries the stamp of another installation; the next run puts ours in its place"
    ),
    StampState.LEFT: _("belongs to the installation that this one is a copy of"),
    StampState.UNREADABLE: _("what is kept of it is lost or damaged"),
}
"""How audiences stand to this installation."""

_STOPS: Mapping[StopKind, Promise] = {
    StopKind.EMPTY_SEGMENT: _(
        "Segment %(subject)s is empty; %(total)s {total:person carries|people carry} its tag."
    ),
    StopKind.SHRUNKEN_SEGMENT: _(
        "Segment %(subject)s loses %(count)s of %(total)s {total:person|people} (limit %(threshold)s)."
    ),
    StopKind.STALE_SOURCE: _(
        "Data source %(subject)s last changed %(count)s {count:day|days} ago (limit %(threshold)s)."
    ),
    StopKind.LARGE_REMOVAL: _(
        "%(count)s of %(total)s {total:person|people} would lose tags (limit %(threshold)s)."
    ),
    StopKind.LARGE_ADDITION: _(
        "%(count)s {count:person|people} would be added to the %(total)s acknowledged (limit %(threshold)s)."
    ),
    StopKind.CONTACT_LIMIT: _(
        "The account would hold %(count)s {count:contact|contacts} instead of %(total)s; its limit is %(threshold)s."
    ),
    StopKind.PROFILE_LIMIT: _(
        "The export selects %(count)s {count:person|people}; its limit is %(threshold)s. No approval lifts this."
    ),
    StopKind.FIRST_RUN: _(
        "This is the first run of %(subject)s: %(count)s {count:person|people} would be sent to Mailchimp."
    ),
    StopKind.CLOCK_DIFFERS: _(
        "This machine’s clock says %(after)s, Mailchimp’s %(before)s: they are %(gap)s apart (limit %(limit)s). Rules by date may choose other people than they should. Set the clock and run again."
    ),
    StopKind.INSTALLATION_MOVED: _(
        "The state folder of this installation is recorded in another place than the one where it is now: it may be a copy of the real one."
    ),
    StopKind.INSTALLATION_HOST: _(
        "This installation is recorded on the host %(before)s and runs on %(after)s now: it may be a copy of the real one."
    ),
    StopKind.INSTALLATION_DATABASE: _(
        "The state folder of this installation is recorded with another control database than the one that it works with now."
    ),
    StopKind.INSTALLATION_RESTORED: _(
        "This installation was restored from a backup (made: %(before)s; restored: %(after)s): the real one may have gone on since."
    ),
    StopKind.INSTALLATION_COPY: _(
        "This installation is a copy, and what it keeps of this audience belongs to the installation %(subject)s."
    ),
    StopKind.INSTALLATION_STRANGE: _(
        "The audience carries the stamp of another installation (%(subject)s); this one is %(after)s."
    ),
    StopKind.LARGE_MOVE: _(
        "The address of %(count)s of %(total)s {total:person|people} changed (limit %(threshold)s): none is renamed; the old addresses lose their tags, and the new ones are added."
    ),
    StopKind.FIELD_WIPED: _(
        "%(count)s of %(total)s {total:person|people} would lose their value of %(subject)s (limit %(threshold)s)."
    ),
    StopKind.FIELD_EMPTIED: _(
        "The data have no value of %(subject)s any more for %(count)s of %(total)s {total:person|people} (limit %(threshold)s); what Mailchimp holds is left as it is."
    ),
    StopKind.FIELD_LEVELLED: _(
        "%(count)s of %(total)s {total:person|people} would {count:get|all get} the same value of %(subject)s (limit %(threshold)s)."
    ),
    StopKind.FIELD_CHANGED: _(
        "%(count)s of %(total)s {total:person|people} would get another value of %(subject)s (limit %(threshold)s)."
    ),
    StopKind.VALUES_UNREAD: _(
        "%(count)s of %(total)s written {total:value|values} of %(subject)s could not be read or joined (limit %(threshold)s); the export stands on {count:it|them}."
    ),
    StopKind.GUARD_OPENED: _(
        "%(count)s of %(total)s {total:person|people} whom %(subject)s left out at the last run {count:is|are} left out no more (limit %(threshold)s); up to %(people)s of them would get a tag now."
    ),
    StopKind.GUARD_EMPTIED: _(
        "%(subject)s is filled for %(count)s fewer {count:person|people} than at the last run, of %(total)s (limit %(threshold)s); it leaves people out or decides between profiles, and up to %(people)s {people:person|people} would get a tag because of it."
    ),
    StopKind.ENCODING_CHANGED: _(
        "The data source %(subject)s was written in %(before)s and is written in %(after)s now."
    ),
    StopKind.SEPARATOR_CHANGED: _(
        "The values of the data source %(subject)s were separated by %(before)s and are separated by %(after)s now."
    ),
    StopKind.COLUMNS_CHANGED: _(
        "The columns of the data source %(subject)s changed: %(count)s of them {count:is|are} gone or new (gone: %(before)s; new: %(after)s)."
    ),
}

_WAYS_OUT: Mapping[StopKind, Promise] = {
    StopKind.EMPTY_SEGMENT: _(
        "Most often a data source is empty or half loaded: repair it and run again. If the segment is meant to be empty, approve the plan."
    ),
    StopKind.SHRUNKEN_SEGMENT: _(
        "Look at what the segment selects now. If so many are meant to leave it, approve the plan."
    ),
    StopKind.STALE_SOURCE: _(
        "Deliver the data source anew and run again. If it is meant to stand still, approve the plan."
    ),
    StopKind.LARGE_REMOVAL: _(
        "Look at the segments and their data sources. If so many are meant to lose tags, approve the plan."
    ),
    StopKind.LARGE_ADDITION: _(
        "Look at the segments and at the consent. If so many are meant to be added, approve the plan."
    ),
    StopKind.CONTACT_LIMIT: _(
        "Archive contacts or change the plan at Mailchimp. Approving may cost money there, or let Mailchimp refuse the rest."
    ),
    StopKind.PROFILE_LIMIT: _("Choose fewer segments, or raise the limit in the export."),
    StopKind.FIRST_RUN: _(
        "Look at whom it would send and with which status, then approve the plan. Later runs wait only when a brake holds them."
    ),
    StopKind.CLOCK_DIFFERS: _(
        "Set the clock of the machine on which the worker runs, then run again. Approve the plan only if Mailchimp’s time is the wrong one."
    ),
    **dict.fromkeys(
        sorted(UNDECIDED),
        _(
            "No approval lifts this: an administrator says once which installation is the real one, under System › Installation."
        ),
    ),
    StopKind.LARGE_MOVE: _(
        "Look at the e-mail attribute and its data source: a shifted column gives everybody somebody else’s address. If so many have moved, approve the plan."
    ),
    StopKind.FIELD_WIPED: _(
        "Look at the attribute that feeds this merge field: most often its column is empty or renamed. If the values are meant to go, approve the plan."
    ),
    StopKind.FIELD_EMPTIED: _(
        "Look at the attribute that feeds this merge field: most often its column is empty or renamed. If the data are right, approve the plan."
    ),
    StopKind.FIELD_LEVELLED: _(
        "Look at the attribute that feeds this merge field: one value for everybody is most often a default. If it is meant, approve the plan."
    ),
    StopKind.FIELD_CHANGED: _(
        "Look at the attribute that feeds this merge field: a shifted column gives everybody somebody else’s value. If so many have changed, approve the plan."
    ),
    StopKind.VALUES_UNREAD: _(
        "Look at what is written there, on the page of the data source; correct it, or declare how it is written, and run again. If it can do without these values, approve the plan: later runs wait only when more are lost."
    ),
    StopKind.GUARD_OPENED: _(
        "Look at these people before anything else: most often a column is empty, or says the same of everybody, and whoever opted out would be mailed. If so many are meant to come back, approve the plan."
    ),
    StopKind.GUARD_EMPTIED: _(
        "Look at the data source: most often a column is empty or a file half loaded. Deliver it anew and run again. If the data are right, approve the plan."
    ),
    StopKind.ENCODING_CHANGED: _(
        "Look at names with accents in the data source. Deliver the file as before, or declare its encoding, and run again. If they are right, approve the plan."
    ),
    StopKind.SEPARATOR_CHANGED: _(
        "Look at the rows of the data source. Deliver the file as before, or declare its separator, and run again. If they are right, approve the plan."
    ),
    StopKind.COLUMNS_CHANGED: _(
        "Look whether the columns still hold what they did: another export of the same data often has others. If they do, approve the plan."
    ),
}


def stop_sentence(stop: Stop, *, subject: str = "") -> str:
    """Return what tripped a brake; `subject` is a better name for what the stop names."""
    is_share = stop.kind in SHARES
    threshold = stop.threshold
    return formats.filled(
        str(_STOPS[stop.kind]),
        subject=subject or stop.subject,
        count=formats.number(stop.count),
        total=formats.number(stop.total),
        threshold=formats.share(threshold) if is_share else formats.number(int(threshold)),
        before=form_words(stop.before),
        after=form_words(stop.after),
        people=formats.number(stop.people),
        gap=formats.minutes(stop.count),
        limit=formats.minutes(int(threshold)),
    )


def form_words(value: str) -> str:
    """Return a form of files as it can be seen: a tab by its name, nothing as a dash."""
    return {"\t": "TAB"}.get(value, value) or "–"


def way_out(stop: Stop) -> str:
    """Return the next step when a brake has tripped."""
    return str(_WAYS_OUT[stop.kind])


def refusal(reason: Reason) -> Explanation:
    """Return why Mailchimp refused a contact, and how to fix it."""
    return Explanation(*map(told, explain(reason)))


def call_failure(code: str) -> Explanation:
    """Return what the code of a failed call means, and the next step."""
    return Explanation(*map(told, explain_problem(code)))
