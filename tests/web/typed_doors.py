"""Every address that takes a POST, and what is done there so that nothing typed is lost. A new one must say it here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.test import Client
from django.urls import resolve

from tests.web.doors import Door, doors
from tests.web.typed import Form, form_in
from tests.web.world import World

FIRST: Mapping[str, Door] = {
    door.name: door for rows in doors().values() for door in reversed(rows) if door.post is not None
}
"""The first row of each address that takes a form: what is usual there."""

SHOWN_AGAIN = frozenset(
    {
        "export-add",
        "export-edit",
        "exports-schedule",
        "exports-detach",
        "exports-remove",
        "draft",
        "connection-add",
        "connection",
        "connection-remove",
        "definition",
        "system-schedule",
        "system-installation",
        "segment-about",
        "segment-schedule",
        "segment-tags",
        "segments-new-list",
        "segments-quick",
        "segments-tag",
        "measure-new",
        "measure-edit",
        "channel-add",
        "channel",
        "account",
        "invite",
        "invitation-accept",
        "person-role",
        "password-reset",
        "sign-in",
    }
)
"""Forms that come back with what was typed: after a session that ended, another language, a problem."""

BEFORE_SIGNING_IN = frozenset({"sign-in", "password-reset", "invitation-accept"})
"""Those of them that are sent by somebody who is signed out."""

NOTHING_TYPED: Mapping[str, str] = {
    "exports-run": "a button; the exports are ticked again",
    "exports-run-all": "a button",
    "exports-duplicate": "a button; the exports are ticked again",
    "export-plan": "a button",
    "exports-schedule-next": "looks at a form that is being filled in, which stays where it is",
    "export-audience": "looks at a form that is being filled in, which stays where it is",
    "export-estimate": "looks at a form that is being filled in, which stays where it is",
    "connection-authenticate": "a button that leads to Mailchimp",
    "connection-api-key": "a secret only: it is asked for again",
    "connection-export-user": "a secret only: it is asked for again",
    "connection-share": "a secret only: it is asked for again",
    "connection-check": "a button",
    "run-people": "a search in people; it stands in no address and is kept nowhere",
    "segment-members": "a search in people; it stands in no address and is kept nowhere",
    "customers": "as segment-members",
    "customer": "a button",
    "run-approve": "the number of changes and a secret: both are typed again, with the plan in sight",
    "run-discard": "a button",
    "run-cancel": "a button",
    "sources-refresh": "a button",
    "definition-plan": "a button; the proposal is kept",
    "definition-discard": "a button",
    "definition-again": "a button",
    "segment-new": "a button",
    "segment-edit": "a button",
    "draft-save": "a button of the draft's form, which is shown again",
    "draft-discard": "a button",
    "segment-switch": "a button",
    "segment-adopt": "a button",
    "segment-kind": "a button",
    "segment-addresses": "addresses of people; they are kept nowhere, and showing them is written down each time",
    "segment-exports": "ticks; the page shows them as they are",
    "segments-activate": "a button; the segments are ticked again",
    "segments-deactivate": "a button; the segments are ticked again",
    "segments-remove": "a button; the segments are ticked again",
    "segments-refresh": "a button; the segments are ticked again",
    "segment-duplicate": "a button",
    "segment-remove": "a button",
    "measure-adopt": "a button",
    "measure-remove": "a button",
    "export-adopt": "a button",
    "connection-adopt": "a button",
    "refresh-everything": "a button and a choice",
    "refresh-data": "a button and a choice",
    "refresh-cancel": "a button",
    "channel-switch": "a button",
    "channel-test": "a button",
    "channel-remove": "a button",
    "sign-out": "a button",
    "language": "takes other pages' forms along",
    "session-end": "a button",
    "sessions-end": "a button",
    "password-change": "secrets only: they are asked for again",
    "password-reset-confirm": "secrets only: they are asked for again",
    "invitation-withdraw": "a button",
    "person-deactivate": "a button",
    "person-reactivate": "a secret only: it is asked for again",
}

AS_OFTEN_AS_SENT: Mapping[str, str] = {
    "exports-schedule-next": "changes nothing",
    "export-audience": "changes nothing",
    "export-estimate": "changes nothing",
    "run-people": "shows people, and notes each time who looked",
    "segment-members": "shows people, and notes each time who looked",
    "customers": "as segment-members",
    "customer": "as segment-members",
    "language": "the second time changes nothing",
    "sign-in": "each answer carries the session that it began",
    "password-reset": "the second mails nothing: it is too soon",
    "password-reset-confirm": "the link works once",
    "invitation-accept": "the link works once",
}
"""Forms of which the second of two is not answered like the first, and why that makes nothing twice."""

VERSIONED = frozenset(
    {
        "export-edit",
        "exports-schedule",
        "exports-detach",
        "exports-remove",
        "connection",
        "connection-api-key",
        "connection-export-user",
        "connection-share",
        "connection-remove",
        "definition",
        "segment-about",
        "segment-schedule",
        "draft-save",
        "measure-edit",
        "system-schedule",
        "system-installation",
        "channel",
        "account",
        "person-role",
        "person-deactivate",
        "person-reactivate",
    }
)
"""Forms that are refused when what they change has become another since they were opened."""

NO_VERSION: Mapping[str, str] = {
    "export-add": "makes a new thing",
    "exports-run": "changes no setting",
    "exports-run-all": "changes no setting",
    "exports-duplicate": "makes a new thing",
    "export-plan": "changes no setting",
    "exports-schedule-next": "changes nothing",
    "export-audience": "changes nothing",
    "export-estimate": "changes nothing",
    "connection-add": "makes a new thing",
    "connection-authenticate": "the state that comes back belongs to one session and connection",
    "connection-check": "changes no setting",
    "run-people": "changes nothing",
    "segment-members": "changes nothing",
    "customers": "changes nothing",
    "customer": "changes nothing",
    "run-approve": "carries the digest of the plan",
    "run-discard": "a run has one plan",
    "run-cancel": "the second time finds it over",
    "sources-refresh": "changes no setting",
    "definition-plan": "carries the digest of the plan of changes",
    "definition-discard": "forgets one's own proposal",
    "definition-again": "makes a proposal; its plan of changes is shown",
    "segment-new": "makes a new thing",
    "segment-edit": "the second time finds the draft",
    "draft": "is one person's own; what two windows do to it is in it",
    "draft-discard": "forgets one's own draft",
    "segment-switch": "carries what was seen to stop",
    "segment-exports": "carries what was seen",
    "segments-activate": "says which of two states is wanted",
    "segments-deactivate": "carries what was seen to stop",
    "segments-remove": "the second time finds nothing",
    "segment-addresses": "adds to what there is, or takes from it",
    "segments-new-list": "makes a new thing",
    "segment-tags": "says the name that is wanted",
    "segment-kind": "says which of two states is wanted",
    "segments-quick": "makes a new thing",
    "segments-tag": "adds to what there is and takes from it",
    "segments-refresh": "changes no setting",
    "segment-adopt": "the second time finds it adopted",
    "segment-duplicate": "makes a new thing",
    "segment-remove": "the second time finds nothing",
    "measure-new": "makes a new thing",
    "measure-adopt": "the second time finds it adopted",
    "measure-remove": "the second time finds nothing",
    "export-adopt": "the second time finds it adopted",
    "connection-adopt": "the second time finds it adopted",
    "refresh-everything": "changes no setting",
    "refresh-data": "changes no setting",
    "refresh-cancel": "the second time finds it over",
    "channel-add": "makes a new thing",
    "channel-switch": "says which of two states is wanted",
    "channel-test": "changes nothing",
    "channel-remove": "the second time finds nothing",
    "sign-in": "changes nothing that others see",
    "sign-out": "changes nothing that others see",
    "language": "says what is wanted",
    "session-end": "the second time finds nothing",
    "sessions-end": "says what is wanted",
    "password-change": "asks for the password so far",
    "password-reset": "changes nothing",
    "password-reset-confirm": "the link works once",
    "invite": "makes a new thing",
    "invitation-accept": "the link works once",
    "invitation-withdraw": "the second time finds nothing",
}

_NOT_IN_FORMS = ("password", "scope", "confirmed", "save")
"""What rows of doors send that stands in no form of one export, or is asked for again."""


def visitor_of(name: str) -> str:
    """Return who fills in the form of an address."""
    return "signed_out" if name in BEFORE_SIGNING_IN else "administrator"


def page_of(world: World, name: str, browser: Client) -> Any:
    """Open the page of a form; a choice of exports stands in its address."""
    if name == "invitation-accept":
        browser.get(f"/invitation/{world.token}/")
    return browser.get(place_of(world, name))


def place_of(world: World, name: str) -> str:
    """Return the address at which the page of a form is opened."""
    picks = FIRST[name].data(world).get("pick", ())
    query = "&".join(f"pick={pick}" for pick in as_sent(picks))
    return FIRST[name].path(world) + (f"?{query}" if query else "")


def form_of(world: World, name: str, page: Any) -> Form | None:
    """Return the form on its page; None where the page shows none."""
    return form_in(page, resolve(FIRST[name].path(world)).func.form)


def said(world: World, name: str) -> dict[str, list[str]]:
    """Return what is typed into the form and shown again: what its row sends."""
    data = FIRST[name].data(world)
    return {field: as_sent(value) for field, value in data.items() if field not in _NOT_IN_FORMS}


def as_sent(value: Any) -> list[str]:
    """Return the values of a field as a browser sends them."""
    return [str(one) for one in (value if isinstance(value, list | tuple) else [value])]
