"""The words of brakes: what tripped one, and the way out. The terminal and the pages say the same, with their own names."""

from __future__ import annotations

from collections.abc import Mapping

from segue.core.sentences import phrase
from segue.sync.brakes import SHARES, UNDECIDED, Stop, StopKind
from segue.words.amounts import minutes, number, share
from segue.words.catalogue import looked_up
from segue.words.counting import put_in
from segue.words.faces import Face

_STOPS: Mapping[StopKind, str] = {
    StopKind.EMPTY_SEGMENT: phrase(
        "Segment %(subject)s is empty; %(total)s {total:person carries|people carry} its tag."
    ),
    StopKind.SHRUNKEN_SEGMENT: phrase(
        "Segment %(subject)s loses %(count)s of %(total)s {total:person|people} (limit %(threshold)s)."
    ),
    StopKind.GROWN_SEGMENT: phrase(
        "%(count)s {count:person|people} of the export would enter segment %(subject)s, beside %(total)s in it (limit %(threshold)s)."
    ),
    StopKind.STALE_SOURCE: phrase(
        "Data source %(subject)s last changed %(count)s {count:day|days} ago (limit %(threshold)s)."
    ),
    StopKind.LARGE_REMOVAL: phrase(
        "%(count)s of %(total)s {total:person|people} would lose tags (limit %(threshold)s)."
    ),
    StopKind.LARGE_ADDITION: phrase(
        "%(count)s {count:person|people} would be added to the %(total)s acknowledged (limit %(threshold)s)."
    ),
    StopKind.CONTACT_LIMIT: phrase(
        "The account would hold %(count)s {count:contact|contacts} instead of %(total)s; its limit is %(threshold)s."
    ),
    StopKind.PROFILE_LIMIT: phrase(
        "The export selects %(count)s {count:person|people}; its limit is %(threshold)s. No approval lifts this."
    ),
    StopKind.FIRST_RUN: phrase(
        "This is the first run of %(subject)s: %(count)s {count:person|people} would be sent to Mailchimp."
    ),
    StopKind.CLOCK_DIFFERS: phrase(
        "This machine’s clock says %(after)s, Mailchimp’s %(before)s: they are %(gap)s apart (limit %(limit)s). Rules by date may choose other people than they should. Set the clock and run again."
    ),
    StopKind.INSTALLATION_MOVED: phrase(
        "The state folder of this installation is recorded as %(before)s and is %(after)s now: it may be a copy of the real one."
    ),
    StopKind.INSTALLATION_HOST: phrase(
        "This installation is recorded on the host %(before)s and runs on %(after)s now: it may be a copy of the real one."
    ),
    StopKind.INSTALLATION_DATABASE: phrase(
        "The state folder of this installation is recorded with another control database than the one that it works with now."
    ),
    StopKind.INSTALLATION_RESTORED: phrase(
        "This installation was restored from a backup (made: %(before)s; restored: %(after)s): the real one may have gone on since."
    ),
    StopKind.INSTALLATION_COPY: phrase(
        "This installation is a copy, and what it keeps of this audience belongs to the installation %(subject)s."
    ),
    StopKind.INSTALLATION_STRANGE: phrase(
        "The audience carries the stamp of another installation (%(subject)s); this one is %(after)s."
    ),
    StopKind.LARGE_MOVE: phrase(
        "The address of %(count)s of %(total)s {total:person|people} changed (limit %(threshold)s): none is renamed; the old addresses lose their tags, and the new ones are added."
    ),
    StopKind.FIELD_WIPED: phrase(
        "%(count)s of %(total)s {total:person|people} would lose their value of %(subject)s (limit %(threshold)s)."
    ),
    StopKind.FIELD_EMPTIED: phrase(
        "The data have no value of %(subject)s any more for %(count)s of %(total)s {total:person|people} (limit %(threshold)s); what Mailchimp holds is left as it is."
    ),
    StopKind.FIELD_LEVELLED: phrase(
        "%(count)s of %(total)s {total:person|people} would {count:get|all get} the same value of %(subject)s (limit %(threshold)s)."
    ),
    StopKind.FIELD_CHANGED: phrase(
        "%(count)s of %(total)s {total:person|people} would get another value of %(subject)s (limit %(threshold)s)."
    ),
    StopKind.VALUES_UNREAD: phrase(
        "%(count)s of %(total)s written {total:value|values} of %(subject)s could not be read or joined (limit %(threshold)s); the export stands on {count:it|them}."
    ),
    StopKind.GUARD_OPENED: phrase(
        "%(count)s of %(total)s {total:person|people} whom %(subject)s left out at the last run {count:is|are} left out no more (limit %(threshold)s); up to %(people)s of them would get a tag now."
    ),
    StopKind.GUARD_EMPTIED: phrase(
        "%(subject)s is filled for %(count)s fewer {count:person|people} than at the last run, of %(total)s (limit %(threshold)s); it leaves people out or decides between profiles, and up to %(people)s {people:person|people} would get a tag because of it."
    ),
    StopKind.ENCODING_CHANGED: phrase(
        "The data source %(subject)s was written in %(before)s and is written in %(after)s now."
    ),
    StopKind.SEPARATOR_CHANGED: phrase(
        "The values of the data source %(subject)s were separated by %(before)s and are separated by %(after)s now."
    ),
    StopKind.COLUMNS_CHANGED: phrase(
        "The columns of the data source %(subject)s changed: %(count)s of them {count:is|are} gone or new (gone: %(before)s; new: %(after)s)."
    ),
}

_ON_PAGES: Mapping[StopKind, str] = {
    StopKind.INSTALLATION_MOVED: phrase(
        "The state folder of this installation is recorded in another place than the one where it is now: it may be a copy of the real one."
    ),
}
"""What pages say otherwise: they name no folder of the machine."""

_WAYS_OUT: Mapping[StopKind, str] = {
    StopKind.EMPTY_SEGMENT: phrase(
        "Most often a data source is empty or half loaded: repair it and run again. If the segment is meant to be empty, approve the plan."
    ),
    StopKind.SHRUNKEN_SEGMENT: phrase(
        "Look at what the segment selects now. If so many are meant to leave it, approve the plan."
    ),
    StopKind.GROWN_SEGMENT: phrase(
        "Look at what the segment selects now, before all that its tag sets off at Mailchimp reaches them. If so many are meant to enter it, approve the plan."
    ),
    StopKind.STALE_SOURCE: phrase(
        "Deliver the data source anew and run again. If it is meant to stand still, approve the plan."
    ),
    StopKind.LARGE_REMOVAL: phrase(
        "Look at the segments and their data sources. If so many are meant to lose tags, approve the plan."
    ),
    StopKind.LARGE_ADDITION: phrase(
        "Look at the segments and at the consent. If so many are meant to be added, approve the plan."
    ),
    StopKind.CONTACT_LIMIT: phrase(
        "Archive contacts or change the plan at Mailchimp. Approving may cost money there, or let Mailchimp refuse the rest."
    ),
    StopKind.PROFILE_LIMIT: phrase("Choose fewer segments, or raise the limit in the export."),
    StopKind.FIRST_RUN: phrase(
        "Look at whom it would send and with which status, then approve the plan. Later runs wait only when a brake holds them."
    ),
    StopKind.CLOCK_DIFFERS: phrase(
        "Set the clock of the machine on which the worker runs, then run again. Approve the plan only if Mailchimp’s time is the wrong one."
    ),
    **dict.fromkeys(
        sorted(UNDECIDED),
        phrase(
            "No approval lifts this: an administrator says once which installation is the real one, under System › Installation."
        ),
    ),
    StopKind.LARGE_MOVE: phrase(
        "Look at the e-mail attribute and its data source: a shifted column gives everybody somebody else’s address. If so many have moved, approve the plan."
    ),
    StopKind.FIELD_WIPED: phrase(
        "Look at the attribute that feeds this merge field: most often its column is empty or renamed. If the values are meant to go, approve the plan."
    ),
    StopKind.FIELD_EMPTIED: phrase(
        "Look at the attribute that feeds this merge field: most often its column is empty or renamed. If the data are right, approve the plan."
    ),
    StopKind.FIELD_LEVELLED: phrase(
        "Look at the attribute that feeds this merge field: one value for everybody is most often a default. If it is meant, approve the plan."
    ),
    StopKind.FIELD_CHANGED: phrase(
        "Look at the attribute that feeds this merge field: a shifted column gives everybody somebody else’s value. If so many have changed, approve the plan."
    ),
    StopKind.VALUES_UNREAD: phrase(
        "Look at what is written there, on the page of the data source; correct it, or declare how it is written, and run again. If it can do without these values, approve the plan: later runs wait only when more are lost."
    ),
    StopKind.GUARD_OPENED: phrase(
        "Look at these people before anything else: most often a column is empty, or says the same of everybody, and whoever opted out would be mailed. If so many are meant to come back, approve the plan."
    ),
    StopKind.GUARD_EMPTIED: phrase(
        "Look at the data source: most often a column is empty or a file half loaded. Deliver it anew and run again. If the data are right, approve the plan."
    ),
    StopKind.ENCODING_CHANGED: phrase(
        "Look at names with accents in the data source. Deliver the file as before, or declare its encoding, and run again. If they are right, approve the plan."
    ),
    StopKind.SEPARATOR_CHANGED: phrase(
        "Look at the rows of the data source. Deliver the file as before, or declare its separator, and run again. If they are right, approve the plan."
    ),
    StopKind.COLUMNS_CHANGED: phrase(
        "Look whether the columns still hold what they did: another export of the same data often has others. If they do, approve the plan."
    ),
}


def stop_sentence(stop: Stop, language: str, face: Face, *, subject: str = "") -> str:
    """Return what tripped a brake; `subject` is a better name for what the stop names."""
    threshold = stop.threshold
    is_share = stop.kind in SHARES
    own = _ON_PAGES if face is Face.PAGE else {}
    return put_in(
        own.get(stop.kind, _STOPS[stop.kind]),
        language,
        subject=subject or stop.subject,
        count=number(stop.count, language),
        total=number(stop.total, language),
        threshold=share(threshold, language) if is_share else number(int(threshold), language),
        before=form_words(stop.before),
        after=form_words(stop.after),
        people=number(stop.people, language),
        gap=minutes(stop.count, language),
        limit=minutes(int(threshold), language),
    )


def way_out(stop: Stop, language: str) -> str:
    """Return the next step when a brake has tripped, as pages say it."""
    return looked_up(_WAYS_OUT[stop.kind], language)


def form_words(value: str) -> str:
    """Return a form of files as it can be seen: a tab by its name, nothing as a dash."""
    return {"\t": "TAB"}.get(value, value) or "–"
