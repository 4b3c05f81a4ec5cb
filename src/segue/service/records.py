"""THE list of where records and personal data lie: each place once, with whom it is about, for how long, and who reads it.

The reference page of records is written from it, and a test plants addresses and finds them nowhere else. What erases,
explains or undoes asks this list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fnmatch import fnmatchcase

from segue.core.retention import (
    INPUT_KEPT,
    INVITATION_LIFETIME,
    KEPT_RUNS,
    MAILS_KEPT,
    MOVES_KEPT,
    PLANS_KEPT,
    PROPOSAL_KEPT,
    REPORTS_KEPT,
    RUNS_KEPT,
    SAMPLES_KEPT,
)


class About(StrEnum):
    """Whom a record tells something about."""

    CUSTOMERS = "customers"
    """People of the profiles: their addresses and attributes."""

    HASHES = "hashes of customers"
    """People of the profiles, who can be told by their address only: MD5 of it, as Mailchimp names contacts."""

    COLLEAGUES = "people who use Segue"
    """Their names and addresses, and what they did."""

    NOBODY = "nobody"
    """Definitions, counts, ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One kind of record.

    `place` is a pattern of paths in the state folder (`*` stands for slashes too), or a table of the control database.
    `kept` says for how long, `read_by` who or what reads it.
    """

    place: str
    what: str
    about: About
    kept: str
    read_by: str


def _days(span: timedelta) -> str:
    return f"{span.days} days"


_WITH_AUDIENCE = "as long as an export fills the audience, and a day longer"
_FOR_GOOD = "until somebody removes it"
_ADMINISTRATORS = "administrators"
_EVERYBODY = "everybody who is signed in"
_SEGUE = "Segue itself"

FILES: Sequence[Record] = (
    Record(
        place="snapshots/*",
        what="profiles, related tables and members of segments as they were read last, and the rows of tables with a rising column",
        about=About.CUSTOMERS,
        kept="until the next refresh has replaced it",
        read_by="plans and runs; members of a segment: contributors",
    ),
    Record(
        place="kept/*",
        what="keys of the members of static segments, and addresses of lists, as rules ask for them",
        about=About.CUSTOMERS,
        kept="until the segment is refreshed by hand, changed or removed",
        read_by="plans and runs; members of a segment: contributors",
    ),
    Record(
        place="audiences/*/ledger/*",
        what="what Mailchimp acknowledged: address as sent, hash of the fields, owned tags",
        about=About.CUSTOMERS,
        kept=_WITH_AUDIENCE,
        read_by="plans, runs and comparisons",
    ),
    Record(
        place="audiences/*/contacts/*",
        what="which contacts the audience holds and who opted out",
        about=About.HASHES,
        kept=_WITH_AUDIENCE,
        read_by="plans, runs and comparisons",
    ),
    Record(
        place="audiences/*/ids/*",
        what="Mailchimp's own id of each contact, by which one is known under another address",
        about=About.HASHES,
        kept=_WITH_AUDIENCE,
        read_by="plans and runs",
    ),
    Record(
        place="audiences/*/foreign/*",
        what="who carried a tag before Segue did",
        about=About.HASHES,
        kept=_WITH_AUDIENCE,
        read_by="plans and runs",
    ),
    Record(
        place="audiences/*/runs/*",
        what="the changes of a run, whom Mailchimp refused and who is held back",
        about=About.CUSTOMERS,
        kept=f"the last {KEPT_RUNS} runs of an export, none longer than {_days(RUNS_KEPT)} after it ended",
        read_by="the ledger after a crash; who was rejected: contributors",
    ),
    Record(
        place="audiences/*",
        what="the journal: acknowledgements, tags, holds; and how Mailchimp keeps values",
        about=About.HASHES,
        kept=_WITH_AUDIENCE,
        read_by="plans and runs",
    ),
    Record(
        place="plans/*",
        what="everybody in the plan of a run or of a plan",
        about=About.CUSTOMERS,
        kept=_days(PLANS_KEPT),
        read_by="contributors, on the page of the run and as CSV",
    ),
    Record(
        place="reports/*",
        what="plan, outcomes, times and calls of a run, in numbers",
        about=About.NOBODY,
        kept=f"the last {REPORTS_KEPT}",
        read_by="the command line",
    ),
    Record(
        place="outbox/*",
        what="mails of an installation without a mail server",
        about=About.COLLEAGUES,
        kept=_days(MAILS_KEPT),
        read_by="whoever looks after the machine",
    ),
    Record(
        place="spill/*",
        what="what is being sorted",
        about=About.CUSTOMERS,
        kept="while a refresh, plan or run works",
        read_by=_SEGUE,
    ),
    Record(
        place="*.partial",
        what="a file that is just being written",
        about=About.CUSTOMERS,
        kept="until it is whole; what a killed process left goes with the next",
        read_by=_SEGUE,
    ),
    Record(
        place="mirror",
        what="of which beginning in a store of objects this folder is the mirror",
        about=About.NOBODY,
        kept=_FOR_GOOD,
        read_by=_SEGUE,
    ),
    Record(
        place="before-restore-*",
        what="what lay in the folder before a backup was restored",
        about=About.CUSTOMERS,
        kept=_FOR_GOOD,
        read_by="whoever looks after the machine",
    ),
    Record(
        place="segue.sqlite*",
        what="the control database, unless it is on PostgreSQL: the tables below",
        about=About.COLLEAGUES,
        kept="table by table",
        read_by="the pages, the worker and the command line",
    ),
    Record(
        place="*keys*",
        what="the keys that connections' secrets are encrypted with",
        about=About.NOBODY,
        kept=_FOR_GOOD,
        read_by=_SEGUE,
    ),
    Record(
        place="*",
        what="the log of commands, locks, the id of the installation: events with ids and counts",
        about=About.NOBODY,
        kept=_FOR_GOOD,
        read_by="whoever looks after the machine",
    ),
)
"""In the order of looking: the first that fits is the record of a file."""

TABLES: Sequence[Record] = (
    Record(
        place="people_person",
        what="name, address, password hash, role, language, time zone",
        about=About.COLLEAGUES,
        kept=_FOR_GOOD,
        read_by="administrators; everybody their own",
    ),
    Record(
        place="people_invitation",
        what="address and role of somebody who was invited",
        about=About.COLLEAGUES,
        kept=f"the invitation counts for {_days(INVITATION_LIFETIME)}",
        read_by=_ADMINISTRATORS,
    ),
    Record(
        place="people_session",
        what="who is signed in, by which browser, since when",
        about=About.COLLEAGUES,
        kept="until signed out or expired",
        read_by="everybody their own",
    ),
    Record(
        place="people_failedsignins",
        what="how often signing in failed, by a hash of the account or the place",
        about=About.COLLEAGUES,
        kept="until it counts no more",
        read_by=_SEGUE,
    ),
    Record(
        place="people_keptinput",
        what="what was typed into a form that could not be taken, sealed under what only the browser holds",
        about=About.COLLEAGUES,
        kept=f"{round(INPUT_KEPT.total_seconds() / 60)} minutes",
        read_by="whoever typed it",
    ),
    Record(
        place="people_sentform",
        what="which forms were sent already",
        about=About.NOBODY,
        kept=f"{round(INPUT_KEPT.total_seconds() / 60)} minutes",
        read_by=_SEGUE,
    ),
    Record(
        place="axes_accessattempt*",
        what="from which place and browser signing in failed how often, by a keyed hash of the account",
        about=About.COLLEAGUES,
        kept="half an hour after the last try, until somebody tries again",
        read_by=_SEGUE,
    ),
    Record(
        place="axes_*",
        what="nothing: neither sign-ins nor failures are logged there",
        about=About.NOBODY,
        kept="never written",
        read_by="nobody",
    ),
    Record(
        place="audit_entry",
        what="who did what, when, to what; of customers who were looked at, the profile's key (masked where it is personal) and a keyed digest of it",
        about=About.COLLEAGUES,
        kept="for ever: an entry is never changed nor removed",
        read_by=_ADMINISTRATORS,
    ),
    Record(
        place="connections_*",
        what="accounts of Mailchimp, their encrypted secrets, and who agreed to the transfer",
        about=About.COLLEAGUES,
        kept=_FOR_GOOD,
        read_by="administrators; names of shared ones: contributors",
    ),
    Record(
        place="exports_*",
        what="what exports are, and who attested consent",
        about=About.COLLEAGUES,
        kept=_FOR_GOOD,
        read_by=_EVERYBODY,
    ),
    Record(
        place="refreshes_runpaper",
        what="plan and report of a run in numbers; a few people of its plan as examples, encrypted",
        about=About.CUSTOMERS,
        kept=f"examples {_days(SAMPLES_KEPT)}, numbers with the run",
        read_by="numbers: everybody who is signed in; examples: contributors",
    ),
    Record(
        place="refreshes_*",
        what="refreshes, their tasks and runs: who asked for them, how they ended",
        about=About.COLLEAGUES,
        kept=f"with the installation; moves of the clock {_days(MOVES_KEPT)}",
        read_by=_EVERYBODY,
    ),
    Record(
        place="notices_*",
        what="what people are told of, and the channels it goes to",
        about=About.COLLEAGUES,
        kept=_FOR_GOOD,
        read_by="notices: everybody who is signed in; channels: administrators",
    ),
    Record(
        place="sources_*",
        what="definitions, data sources and their attributes, and counts; proposals of definitions",
        about=About.NOBODY,
        kept=f"with the installation; proposals {_days(PROPOSAL_KEPT)}",
        read_by=_EVERYBODY,
    ),
    Record(
        place="segments_*draft*",
        what="rules of segments that somebody is making in the builder, step by step, and whose they are",
        about=About.COLLEAGUES,
        kept="until they are saved or discarded",
        read_by="whoever makes them",
    ),
    Record(
        place="segments_listcontents",
        what="the addresses on lists, encrypted, and of which of them a consent is attested",
        about=About.CUSTOMERS,
        kept="until they are taken off the list, or it is removed",
        read_by="contributors, each time written to the audit log",
    ),
    Record(
        place="segments_listattestation",
        what="who attested the consent of people on a list, when, in which words, and for how many addresses",
        about=About.COLLEAGUES,
        kept="until the list is removed; in the audit log as long as that",
        read_by="contributors",
    ),
    Record(
        place="segments_*",
        what="segments and their sizes, measures; rules may name values that somebody wrote into them",
        about=About.NOBODY,
        kept="with the installation",
        read_by=_EVERYBODY,
    ),
    Record(
        place="identity_*",
        what="which installation the database belongs to",
        about=About.NOBODY,
        kept="with the installation",
        read_by=_SEGUE,
    ),
    Record(
        place="journals_*",
        what="journals of audiences, where the control database is on PostgreSQL: acknowledgements, tags, holds",
        about=About.HASHES,
        kept=_WITH_AUDIENCE,
        read_by="plans and runs",
    ),
    Record(
        place="auth_*",
        what="nothing: tables of the web framework",
        about=About.NOBODY,
        kept="never written by Segue",
        read_by="nobody",
    ),
    Record(
        place="django_*",
        what="which migrations ran",
        about=About.NOBODY,
        kept="with the installation",
        read_by=_SEGUE,
    ),
)
"""The tables of the control database, in the order of looking."""


def record_of_file(name: str) -> Record:
    """Return the record of a file by its path in the state folder."""
    return next(record for record in FILES if fnmatchcase(name, record.place))


def record_of_table(name: str) -> Record:
    """Return the record of a table of the control database. Raises: LookupError for a table that nobody listed."""
    for record in TABLES:
        if fnmatchcase(name, record.place):
            return record
    raise LookupError(name)


def records_about(*whom: About) -> Iterator[Record]:
    """Yield the places where something is told about these."""
    return (record for record in (*FILES, *TABLES) if record.about in whom)
