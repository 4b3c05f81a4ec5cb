"""Say a notice in the active language: what happened to which thing, why, and the way to fix it. Used by pages and mails.

Names and numbers come from the notice; no contact and no address is ever among them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from segue.control.connections.queries import Unusable
from segue.control.notices.models import Notice, NoticeKind
from segue.core.sentences import recalled
from segue.words import languages
from segue.words.catalogue import ENGLISH
from segue.words.counting import fitting
from segue.words.problems import Worded, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A notice in words. `reason` and `advice` are "" where there is nothing to add."""

    headline: str
    reason: str = ""
    advice: str = ""


def said(notice: Notice, *, now: datetime) -> Said:
    """Return what happened."""
    return _OPENING[NoticeKind(notice.kind)](notice, now)


def said_over(notice: Notice) -> Said:
    """Return that it is over."""
    name = {"name": notice.subject_name}
    return Said(headline=_OVER[NoticeKind(notice.kind)]() % name)


def _run_failed(notice: Notice, now: datetime) -> Said:
    words = _problem(notice)
    return Said(
        headline=_("The export “%(name)s” failed.") % {"name": notice.subject_name},
        reason=words.message,
        advice=words.action
        or _("Open the run, repair what it names, and run the export again."),
    )  # fmt: skip


def _run_skipped(notice: Notice, now: datetime) -> Said:
    return Said(
        headline=_("The export “%(name)s” was skipped, because something before it failed.")
        % {"name": notice.subject_name},
        reason=_problem(notice).message,
        advice=_("Repair what failed in the refresh; the export runs with the next one."),
    )


def _refresh_failed(notice: Notice, now: datetime) -> Said:
    words = _problem(notice)
    return Said(
        headline=_("A refresh failed: data sources, profiles or segments could not be refreshed."),
        reason=words.message,
        advice=words.action or _("Open the refresh, repair what it names, and refresh again."),
    )


def _timed_out(notice: Notice, now: datetime) -> Said:
    hours = notice.values.get("hours", 0)
    return Said(
        headline=_("The export “%(name)s” takes far too long.") % {"name": notice.subject_name},
        reason=ngettext(
            "It has been at work for more than %(hours)s hour.",
            "It has been at work for more than %(hours)s hours.",
            round(hours),
        )
        % {"hours": _grouped(hours)},
        advice=_("Look at its progress. If it stands still, cancel it: the next run continues."),
    )


def _needs_approval(notice: Notice, now: datetime) -> Said:
    changes = notice.values.get("changes", 0)
    if notice.values.get("code") == "installation_undecided":
        return Said(
            headline=_("The export “%(name)s” waits; nothing was written.")
            % {"name": notice.subject_name},
            reason=_("It is not sure that this installation is the real one."),
            advice=_(
                "An administrator says once which installation is the real one, under System › Installation."
            ),
        )
    return Said(
        headline=_("A plan of the export “%(name)s” needs approval; nothing was written.")
        % {"name": notice.subject_name},
        reason=ngettext(
            "%(changes)s change waits.", "%(changes)s changes wait.", changes
        ) % {"changes": _grouped(changes)},
        advice=_("Look at the plan, then approve exactly this one or discard it."),
    )  # fmt: skip


def _not_run(notice: Notice, now: datetime) -> Said:
    days = (now - notice.since).days
    headline = ngettext(
        "The export “%(name)s” has not run for %(days)s day.",
        "The export “%(name)s” has not run for %(days)s days.",
        days,
    ) % {"name": notice.subject_name, "days": _grouped(days)}
    if notice.values.get("code") == "system_off":
        return Said(
            headline=headline,
            reason=_("It runs with every scheduled refresh, and the system refresh is off."),
            advice=_("Switch the system refresh on, or the schedule of this export off."),
        )
    return Said(
        headline=headline,
        reason=_("Its schedule came round, and it did not run."),
        advice=_("Check that Segue’s worker is running, then run the export."),
    )


def _exported_nobody(notice: Notice, now: datetime) -> Said:
    members = notice.values.get("members", 0)
    reasons = {
        "no_members": _("Its segments have no members any more."),
        "nobody_wanted": _(
            "Its segments have %(members)s {members:member|members}, but none with a valid address of their own and consent."
        ),
        "everybody_left_out": _(
            "Its segments have %(members)s {members:member|members}, but Mailchimp holds them as unsubscribed, cleaned or "
            "otherwise not to be written, or refused them."
        ),
    }
    return Said(
        headline=_("The export “%(name)s” reached nobody, although it ran without an error.")
        % {"name": notice.subject_name},
        reason=_counted(reasons[notice.values["code"]], members=_grouped(members)),
        advice=_("Check the segments, the e-mail attribute and the consent of the export."),
    )


def _people_held(notice: Notice, now: datetime) -> Said:
    people = notice.values.get("people", 0)
    return Said(
        headline=ngettext(
            "The export “%(name)s” leaves %(people)s person out because of an earlier refusal.",
            "The export “%(name)s” leaves %(people)s people out because of earlier refusals.",
            people,
        ) % {"name": notice.subject_name, "people": _grouped(people)},
        reason=_("Mailchimp refused them, for reasons that are not their own wish."),
        advice=_("Look at the reasons in the run’s plan, and repair the data or the merge field that they name."),
    )  # fmt: skip


def _connection_broken(notice: Notice, now: datetime) -> Said:
    reason, exports = Unusable(notice.values["code"]), notice.values.get("exports", 0)
    waiting = ngettext(
        "%(count)s export does not run until then.", "%(count)s exports do not run until then.", exports
    ) % {"count": _grouped(exports)}  # fmt: skip
    return Said(
        headline=_("The connection “%(name)s” is broken.") % {"name": notice.subject_name},
        reason=str(reason.label),
        advice=" ".join((_REPAIRS[reason](), waiting)) if exports else _REPAIRS[reason](),
    )


def _no_worker(notice: Notice, now: datetime) -> Said:
    return Said(
        headline=_("No worker is at work: nothing is refreshed, and no export runs."),
        reason=_("Every worker ended, died, or does not reach the database."),
        advice=_("Look at the log of Segue’s worker and at its machine, and start it again."),
    )


_OPENING: dict[NoticeKind, Callable[[Notice, datetime], Said]] = {
    NoticeKind.RUN_FAILED: _run_failed,
    NoticeKind.RUN_SKIPPED: _run_skipped,
    NoticeKind.REFRESH_FAILED: _refresh_failed,
    NoticeKind.TIMED_OUT: _timed_out,
    NoticeKind.NEEDS_APPROVAL: _needs_approval,
    NoticeKind.NOT_RUN: _not_run,
    NoticeKind.EXPORTED_NOBODY: _exported_nobody,
    NoticeKind.PEOPLE_HELD: _people_held,
    NoticeKind.CONNECTION_BROKEN: _connection_broken,
    NoticeKind.NO_WORKER: _no_worker,
}

_OVER: dict[NoticeKind, Callable[[], str]] = {
    NoticeKind.RUN_FAILED: lambda: _("The export “%(name)s” succeeds again."),
    NoticeKind.RUN_SKIPPED: lambda: _("The export “%(name)s” is no longer skipped: it ran."),
    NoticeKind.REFRESH_FAILED: lambda: _("Refreshes succeed again."),
    NoticeKind.TIMED_OUT: lambda: _("The export “%(name)s” came to its end."),
    NoticeKind.NEEDS_APPROVAL: lambda: _("No plan of the export “%(name)s” waits for approval."),
    NoticeKind.NOT_RUN: lambda: _("The export “%(name)s” runs again."),
    NoticeKind.EXPORTED_NOBODY: lambda: _("The export “%(name)s” reaches people again."),
    NoticeKind.PEOPLE_HELD: lambda: _(
        "The export “%(name)s” holds nobody back any more because of earlier refusals."
    ),
    NoticeKind.CONNECTION_BROKEN: lambda: _("The connection “%(name)s” works again."),
    NoticeKind.NO_WORKER: lambda: _("A worker is at work again."),
}

_REPAIRS: dict[Unusable, Callable[[], str]] = {
    Unusable.NOT_FINISHED: lambda: _("Open the connection and complete its set-up."),
    Unusable.EXPORT_USER_GONE: lambda: _(
        "An administrator opens the connection and adds themselves as export user."
    ),
    Unusable.EXPORT_USER_ROLE: lambda: _(
        "An administrator opens the connection and adds themselves as export user."
    ),
    Unusable.REVOKED: lambda: _("Open the connection and authenticate with Mailchimp again."),
    Unusable.ROLE_TOO_LOW: lambda: _(
        "Give the user a higher role at Mailchimp, or authenticate as another user of the account."
    ),
    Unusable.CLOSED: lambda: _(
        "Ask Mailchimp to open the account again, or move the exports to another connection."
    ),
    Unusable.UNREADABLE: lambda: _(
        "Put the key back with which they were stored, or open the connection and authenticate with Mailchimp again."
    ),
    Unusable.SECRET_MISSING: lambda: _(
        "Set the variable, or write the file, that the definition file names, for the pages and for the workers."
    ),
}


def _reads() -> str:
    return (get_language() or ENGLISH).partition("-")[0]


def _grouped(number: float) -> str:
    """Return a number as the active language groups it."""
    return languages.number(number, _reads())


def _counted(text: str, **numbers: str) -> str:
    """Return a text with its numbers, and the words that fit them."""
    return fitting(text, numbers, _reads()) % numbers


def _problem(notice: Notice) -> Worded:
    """Return the words of the problem that the notice keeps."""
    values = notice.values
    message, action = (recalled(values.get(name, "")) for name in ("message", "action"))
    return words_of(values.get("code", ""), message, action, _reads())
