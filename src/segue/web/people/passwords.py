"""Change a password, and choose a new one by a link that is mailed. Django's own machinery makes and checks the links."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from segue.control.people import own_account
from segue.control.people.models import Person
from segue.web.people import attempts, links, mails
from segue.web.people.forms import NewPasswordForm, PasswordChangeForm, PasswordResetForm
from segue.web.requests import PageRequest, PersonRequest, door, go, open_door
from segue.web.typed.keeping import is_shown_again

TAKEN_OUT = "set-password"
"""What stands in the address in place of the token."""


@door("GET", "POST")
def change(request: PersonRequest) -> HttpResponse:
    """Ask for the password so far and for a new one; other browsers are signed out."""
    form = PasswordChangeForm(request, request.POST if request.method == "POST" else None)
    if form.is_bound and form.succeeds(lambda: _change(request, form)):
        messages.success(
            request, _("Your password was changed; your other browsers are signed out.")
        )
        return go(request, reverse("account"))
    context = {"form": form}
    return render(
        request, "segue/people/password_change.html", context, status=422 if form.is_bound else 200
    )


@open_door("GET", "POST", form="reset-form")
def ask_for_link(request: PageRequest) -> HttpResponse:
    """Ask for an address. The answer never tells whether somebody has it: whom to mail is looked up after it was sent."""
    form = PasswordResetForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and not is_shown_again():
        email = form.cleaned_data["email"]
        return RedirectThen(reverse("password-reset-sent"), lambda: _mail_link(request, email))
    context = {"form": form, "mails_are_kept_here": mails.are_kept_here()}
    return render(
        request, "segue/people/password_reset.html", context, status=422 if form.is_bound else 200
    )


@open_door("GET")
def link_sent(request: PageRequest) -> HttpResponse:
    """Say where the link went, if anywhere."""
    hours = settings.PASSWORD_RESET_TIMEOUT // (60 * 60)
    context = {"hours": hours, "mails_are_kept_here": mails.are_kept_here()}
    return render(request, "segue/people/password_reset_sent.html", context)


@open_door("GET", "POST")
def choose(request: PageRequest, uidb64: str, token: str) -> HttpResponse:
    """Choose a new password by the link; the link works once, and other browsers are signed out."""
    person = _whose(uidb64, links.brought(request) if token == TAKEN_OUT else token)
    if person is None:
        return _shown(request, None, status=404)
    if token != TAKEN_OUT:
        to = reverse("password-reset-confirm", kwargs={"uidb64": uidb64, "token": TAKEN_OUT})
        return links.taken_out(token, to=to, within="password-reset")
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.succeeds(lambda: _reset(request, person, form)):
        done = links.spend(redirect("password-reset-done"), within="password-reset")
        attempts.remember_browser(request, done, person)
        return done
    return _shown(request, form, status=422 if form.is_bound else 200)


@open_door("GET")
def chosen(request: PageRequest) -> HttpResponse:
    """Say that the new password counts."""
    return render(request, "segue/people/password_reset_done.html")


class RedirectThen(HttpResponseRedirect):
    """A redirect after which something is done that the reader need not wait for, nor learn how long it took."""

    def __init__(self, to: str, afterwards: Callable[[], object]) -> None:
        super().__init__(to)
        self._afterwards = afterwards

    def close(self) -> None:
        """Do it: the answer has been sent."""
        try:
            self._afterwards()
        finally:
            super().close()


def _whose(uidb64: str, token: str) -> Person | None:
    """Return whom a link names, as long as they have access and it still works."""
    try:
        key = int(urlsafe_base64_decode(uidb64).decode("ascii"))
    except ValueError:
        return None
    person = Person.objects.filter(pk=key, is_active=True).first()
    return person if person and default_token_generator.check_token(person, token) else None


def _shown(request: PageRequest, form: NewPasswordForm | None, *, status: int) -> HttpResponse:
    context = {"form": form, "validlink": form is not None}
    return render(request, "segue/people/password_reset_confirm.html", context, status=status)


def _reset(request: PageRequest, person: Person, form: NewPasswordForm) -> None:
    password = form.cleaned_data["password"]
    own_account.reset_password(person=person, password=password, now=request.now)
    attempts.forget(person)
    request.session.flush()


def _change(request: PersonRequest, form: PasswordChangeForm) -> None:
    own_account.change_password(
        password=form.cleaned_data["password"],
        keep=request.session.session_key or "",
        actor=request.user,
        now=request.now,
    )
    update_session_auth_hash(request, request.user)


def _mail_link(request: PageRequest, email: str) -> None:
    person = own_account.begin_password_reset(email=email, now=request.now)
    if person is None:
        return
    names = {
        "uidb64": urlsafe_base64_encode(force_bytes(person.pk)),
        "token": default_token_generator.make_token(person),
    }
    path = reverse("password-reset-confirm", kwargs=names)
    mails.send_reset_link(person, link=settings.SEGUE_URL + path)
