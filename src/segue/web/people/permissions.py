"""The permissions page: who works with Segue, with which role, who is invited; for administrators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.audit.meanwhile import Watched
from segue.control.audit.models import Action
from segue.control.connections.queries import connections
from segue.control.people import operations, policy, queries
from segue.control.people.models import Person, Role
from segue.control.people.policy import require
from segue.control.people.proof import needs_proof
from segue.web.lists import page_of, search_of, sorted_rows
from segue.web.people import mails
from segue.web.people.forms import ProofForm, RoleForm
from segue.web.people.signing_in_again import signing_in_again
from segue.web.requests import PersonRequest, door, found, go
from segue.web.typed.editing import Editing, lines_of

COLUMNS = {
    "name": "name",
    "email": "email",
    "role": "role",
    "last_sign_in": "signed_in_at",
    "access": "is_active",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person of the list, and what is special about them."""

    person: Person
    is_reader: bool
    is_last_administrator: bool


@door("GET")
def permissions(request: PersonRequest) -> HttpResponse:
    """List people and open invitations."""
    require(request.user, policy.manage_people, see=policy.see_people)
    search = search_of(request)
    people, sort = sorted_rows(queries.people(text=search), request, COLUMNS, default="name")
    page = page_of(people, request)
    context = {
        "page": page,
        "rows": _rows(request, list(page)),
        "sort": sort,
        "search": search,
        "invitations": queries.open_invitations(request.now),
        "mails_are_kept_here": mails.are_kept_here(),
    }
    return render(request, "segue/people/permissions.html", context)


@door("GET", "POST", form="role-form")
def role(request: PersonRequest, pk: int) -> HttpResponse:
    """Give a person another role."""
    require(request.user, policy.manage_people, see=policy.see_people)
    person = found(queries.people(), pk=pk)
    data = request.POST if request.method == "POST" else None
    form = RoleForm(data, initial={"role": person.role})
    if form.is_bound and form.succeeds(
        lambda: signing_in_again(request, lambda: _change_role(request, person, form))
    ):
        return go(request, _after_change(request))
    opened_on = _editing(request, person, form).opened_on()
    context = {"form": form, "row": _row(request, person), "opened_on": opened_on}
    return render(request, "segue/people/role.html", context, status=422 if form.is_bound else 200)


@door("GET", "POST")
def deactivate(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what ends with a person's access, and end it."""
    require(request.user, policy.manage_people, see=policy.see_people)
    person = found(queries.people(), pk=pk)
    editing = _editing(request, person)
    if request.method == "POST":
        editing.check()
        operations.deactivate(person=person, actor=request.user, now=request.now)
        return _deactivated(request, person)
    context = {
        "row": _row(request, person),
        "connections": connections().filter(export_user=person),
        "opened_on": editing.opened_on(),
    }
    return render(request, "segue/people/deactivate.html", context)


@door("GET", "POST")
def reactivate(request: PersonRequest, pk: int) -> HttpResponse:
    """Give a person access again; for anybody but a viewer ask for the reader's own password."""
    require(request.user, policy.manage_people, see=policy.see_people)
    person = found(queries.people(), pk=pk)
    data = request.POST if request.method == "POST" else None
    form = ProofForm(data, needs_password=needs_proof(Role(person.role)))
    if form.is_bound and form.succeeds(
        lambda: signing_in_again(request, lambda: _reactivate(request, person, form))
    ):
        return go(request, reverse("permissions"))
    opened_on = _editing(request, person).opened_on()
    context = {"form": form, "row": _row(request, person), "opened_on": opened_on}
    status = 422 if form.is_bound else 200
    return render(request, "segue/people/reactivate.html", context, status=status)


def _editing(request: PersonRequest, person: Person, form: RoleForm | None = None) -> Editing:
    """Return one of the forms about a person's access; `form` None: one in which nothing is chosen."""
    actions = (Action.ROLE_CHANGED, Action.PERSON_DEACTIVATED, Action.PERSON_REACTIVATED)
    watched = Watched(kind="person", ids=(str(person.pk),), actions=actions)
    if form is None:
        return Editing(request=request, watched=watched, name=person.name)
    return Editing(
        request=request,
        watched=watched,
        name=person.name,
        mine=lambda: lines_of(form),
        theirs=lambda: lines_of(RoleForm(initial={"role": person.role})),
    )


def _reactivate(request: PersonRequest, person: Person, form: ProofForm) -> None:
    _editing(request, person).check()
    operations.reactivate(
        person=person,
        password=form.cleaned_data.get("password", ""),
        actor=request.user,
        now=request.now,
    )
    messages.success(request, _("%(name)s has access again.") % {"name": person.name})


def _change_role(request: PersonRequest, person: Person, form: RoleForm) -> None:
    _editing(request, person, form).check()
    wanted = Role(form.cleaned_data["role"])
    operations.change_role(
        person=person,
        role=wanted,
        password=form.cleaned_data["password"],
        actor=request.user,
        now=request.now,
    )
    words = _("%(name)s now has the role %(role)s.")
    messages.success(request, words % {"name": person.name, "role": wanted.label})


def _deactivated(request: PersonRequest, person: Person) -> HttpResponse:
    """Say that it is done; whoever deactivated themselves has no session left to say it in."""
    if person == request.user:
        logout(request)
        return go(request, reverse("sign-in"))
    messages.success(request, _("%(name)s has no access any more.") % {"name": person.name})
    return go(request, reverse("permissions"))


def _after_change(request: PersonRequest) -> str:
    """Return the list, or home for whoever has just taken the right to see it from themselves."""
    request.user.refresh_from_db()
    return reverse("permissions" if request.user.is_administrator else "home")


def _rows(request: PersonRequest, people: Sequence[Person]) -> Sequence[PersonRow]:
    administrators = set(queries.administrators().values_list("pk", flat=True)[:2])
    return [
        PersonRow(
            person=person,
            is_reader=person == request.user,
            is_last_administrator=administrators == {person.pk},
        )
        for person in people
    ]


def _row(request: PersonRequest, person: Person) -> PersonRow:
    return _rows(request, [person])[0]
