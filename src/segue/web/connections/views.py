"""The list of connections, and what its rows' menus do."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from segue.control.connections import operations, queries
from segue.control.connections.models import Connection
from segue.control.exports.operations import Fate, remove_connection
from segue.control.exports.queries import of_connection
from segue.service import accounts
from segue.web import formats, lists
from segue.web.connections import pane
from segue.web.connections.access import administrators_only, connection_for
from segue.web.connections.forms import ASKED_SINGLY, RemovalForm
from segue.web.connections.marks import advice, health_mark
from segue.web.connections.rows import COLUMNS, listed, row_of
from segue.web.connections.versions import connection_editing
from segue.web.people.forms import ProofForm
from segue.web.people.signing_in_again import signing_in_again
from segue.web.requests import PersonRequest, door, go
from segue.web.typed.editing import Editing


@door("GET")
def connections(request: PersonRequest) -> HttpResponse:
    """List the connections."""
    administrators_only(request)
    search = lists.search_of(request)
    rows, sort = lists.sorted_rows(listed(search), request, COLUMNS, default="name")
    page = lists.page_of(rows, request)
    context = {
        "page": page,
        "rows": [row_of(connection) for connection in page],
        "sort": sort,
        "search": search,
    }
    return render(request, "segue/connections/connections.html", context)


@door("GET", "POST")
def share(request: PersonRequest, pk: int) -> HttpResponse:
    """Let contributors use a connection, asking for the password where they could not before; or keep it to administrators."""
    found = connection_for(request, pk)
    is_shared = request.POST.get("contributors") == "on"
    takes_proof = queries.takes_proof_to_share(found)
    editing = connection_editing(request, found)
    if request.method == "POST" and not (is_shared and takes_proof):
        editing.do(lambda: _share(request, found, password=""))
        return go(request, _back_to_list(request))
    form = ProofForm(request.POST or None, needs_password=takes_proof)
    if form.is_bound and form.succeeds(
        lambda: _share_with_proof(request, found, editing, form.cleaned_data["password"])
    ):
        return go(request, _back_to_list(request))
    query = request.POST.get("query", request.GET.urlencode())
    context = {
        "connection": found,
        "form": form,
        "query": query,
        "opened_on": editing.opened_on(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "segue/connections/share.html", context, status=status)


def _share_with_proof(
    request: PersonRequest, found: Connection, editing: Editing, password: str
) -> None:
    editing.check()
    signing_in_again(request, lambda: _share(request, found, password=password))


def _share(request: PersonRequest, found: Connection, *, password: str) -> None:
    is_shared = request.POST.get("contributors") == "on"
    operations.share(
        connection=found,
        is_shared=is_shared,
        password=password,
        actor=request.user,
        now=request.now,
    )
    words = (
        _("Contributors can now use “%(name)s”.")
        if is_shared
        else _("“%(name)s” is kept to administrators. Its exports stay and go on running.")
    )
    messages.success(request, words % {"name": found.display_name})


@door("POST", of="connection")
def check(request: PersonRequest, pk: int) -> HttpResponse:
    """Look at the connection's account now."""
    found = connection_for(request, pk)
    if found.is_authenticated:
        accounts.check(found, request.now)
        tell = messages.error if advice(found) else messages.success
        words = _("“%(name)s”: %(health)s.") % {
            "name": found.display_name,
            "health": health_mark(found).words,
        }
        tell(request, f"{words} {advice(found)}".strip())
    if request.htmx:
        return pane.after_step(request, pk)
    if "stay" in request.POST:
        return redirect(pane.on_the_page(request, pk))
    return redirect(_back_to_list(request))


@door("GET", "POST", form="remove-form")
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Show what uses a connection and what removing it stops; remove it."""
    found = connection_for(request, pk)
    exports = dict(of_connection(found).values_list("pk", "name"))
    editing = connection_editing(request, found)
    form = RemovalForm(request.POST if request.method == "POST" else None, exports=exports)
    if request.method == "POST" and form.succeeds(
        lambda: editing.do(
            lambda: remove_connection(
                connection=found, fates=form.fates(), actor=request.user, now=request.now
            )
        )
    ):
        messages.success(request, _removed_words(found.display_name, form.fates()))
        return go(request, reverse("connections"))
    context = {
        "connection": found,
        "number": len(exports),
        "names": list(exports.values())[:ASKED_SINGLY] if form.asks_once else (),
        "more": len(exports) - ASKED_SINGLY,
        "opened_on": editing.opened_on(),
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "segue/connections/remove.html", context, status=status)


def _back_to_list(request: PersonRequest) -> str:
    """Return the list as it was sorted, searched and turned to."""
    query = QueryDict(request.POST.get("query", "")[:300]).urlencode()
    return reverse("connections") + (f"?{query}" if query else "")


def _removed_words(name: str, fates: dict[int, Fate]) -> str:
    detached = sum(fate is Fate.DETACH for fate in fates.values())
    removed = len(fates) - detached
    words = [
        _("“%(name)s” was removed; nothing is transferred through it any more.") % {"name": name}
    ]
    if detached:
        words.append(
            ngettext("%(count)s export was detached.", "%(count)s exports were detached.", detached)
            % {"count": formats.number(detached)}
        )
    if removed:
        words.append(
            ngettext("%(count)s export was removed.", "%(count)s exports were removed.", removed)
            % {"count": formats.number(removed)}
        )
    return " ".join(words)
