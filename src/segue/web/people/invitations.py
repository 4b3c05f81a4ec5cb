"""Invite somebody, withdraw an invitation, and accept one by its one-time link."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.people import operations, policy, queries
from segue.control.people.models import Invitation, Person, Role
from segue.control.people.policy import require
from segue.web.people import attempts, links, mails
from segue.web.people.forms import AcceptForm, InviteForm
from segue.web.people.signing import begin_session
from segue.web.people.signing_in_again import signing_in_again
from segue.web.requests import PageRequest, PersonRequest, door, found, go, open_door

PAGE = "invitation-accept"


@door("GET", "POST", form="invite-form")
def invite(request: PersonRequest) -> HttpResponse:
    """Invite somebody; the link is shown this once, for mail may not be set up."""
    require(request.user, policy.invite, see=policy.see_people)
    form = InviteForm(request.POST if request.method == "POST" else None)
    sent: list[tuple[Invitation, str]] = []
    if form.is_bound and form.succeeds(
        lambda: signing_in_again(request, lambda: sent.append(_invite(request, form)))
    ):
        return _invited(request, *sent[0])
    context = {"form": form, "mails_are_kept_here": mails.are_kept_here()}
    return render(
        request, "segue/people/invite.html", context, status=422 if form.is_bound else 200
    )


@door("POST")
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Make an invitation's link worthless."""
    require(request.user, policy.invite, see=policy.see_people)
    invitation = found(queries.open_invitations(request.now), pk=pk)
    operations.revoke_invitation(invitation=invitation, actor=request.user, now=request.now)
    messages.success(request, _("The invitation was withdrawn."))
    return go(request, reverse("permissions"))


@open_door("GET")
def follow(request: PageRequest, token: str) -> HttpResponse:
    """Take the token out of the address, and go on to the invitation that it opens."""
    if queries.invitation_by_token(token, request.now) is None:
        return _not_now(request, None)
    return links.taken_out(token, to=reverse(PAGE), within=PAGE)


@open_door("GET", "POST", form="accept-form")
def accept(request: PageRequest) -> HttpResponse:
    """Ask the invited person for a name and a password, and sign them in."""
    invitation = queries.invitation_by_token(links.brought(request), request.now)
    if invitation is None or request.user.is_authenticated:
        return _not_now(request, invitation)
    zone = invitation.invited_by.time_zone if invitation.invited_by else "UTC"
    data = request.POST if request.method == "POST" else None
    form = AcceptForm(data, initial={"time_zone": zone}, address=invitation.email)
    people: list[Person] = []
    if form.is_bound and form.succeeds(lambda: people.append(_accept(request, form))):
        begin_session(request, people[0])
        home = links.spend(redirect("home"), within=PAGE)
        attempts.remember_browser(request, home, people[0])
        return home
    context = {"form": form, "invitation": invitation}
    return render(
        request, "segue/people/accept.html", context, status=422 if form.is_bound else 200
    )


def _invite(request: PersonRequest, form: InviteForm) -> tuple[Invitation, str]:
    return operations.invite(
        email=form.cleaned_data["email"],
        role=Role(form.cleaned_data["role"]),
        password=form.cleaned_data["password"],
        actor=request.user,
        now=request.now,
    )


def _invited(request: PersonRequest, invitation: Invitation, token: str) -> HttpResponse:
    link = settings.SEGUE_URL + reverse("invitation", kwargs={"token": token})
    context = {
        "invitation": invitation,
        "link": link,
        "was_sent": mails.invite(invitation, by=request.user, link=link),
        "mails_are_kept_here": mails.are_kept_here(),
    }
    return render(request, "segue/people/invited.html", context)


def _accept(request: PageRequest, form: AcceptForm) -> Person:
    return operations.accept_invitation(
        token=links.brought(request),
        name=form.cleaned_data["name"],
        email=form.cleaned_data.get("email", ""),
        password=form.cleaned_data["password"],
        language=request.LANGUAGE_CODE,
        time_zone=form.cleaned_data["time_zone"],
        now=request.now,
    )


def _not_now(request: PageRequest, invitation: Invitation | None) -> HttpResponse:
    """Answer when there is no such invitation (any more), or when somebody is signed in already."""
    context = {"invitation": invitation}
    status = 404 if invitation is None else 409
    return render(request, "segue/people/invitation_not_now.html", context, status=status)
