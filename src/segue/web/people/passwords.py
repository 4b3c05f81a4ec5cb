"""Change a password, and choose a new one by a link that is mailed. Django's own machinery makes and checks the links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from segue.control.people import own_account
from segue.control.people.models import Person
from segue.web.people import attempts, mails
from segue.web.people.forms import NewPasswordForm, PasswordChangeForm, PasswordResetForm
from segue.web.requests import PageRequest, PersonRequest, door, go, open_door


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


@open_door("GET", "POST")
def ask_for_link(request: PageRequest) -> HttpResponse:
    """Ask for an address. The answer never tells whether somebody has it: whom to mail is looked up after it was sent."""
    form = PasswordResetForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
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


class ChooseView(PasswordResetConfirmView):
    """Choose a new password by the link; the link works once, and other browsers are signed out."""

    form_class = NewPasswordForm  # type: ignore[assignment]
    template_name = "segue/people/password_reset_confirm.html"
    success_url = reverse_lazy("password-reset-done")
    request: PageRequest

    def get_user(self, uidb64: str) -> Person | None:
        """Return whom the link names, as long as they have access."""
        found = super().get_user(uidb64)
        return found if isinstance(found, Person) and found.is_active else None

    def get_form_kwargs(self) -> dict[str, Any]:
        """Return what our form takes."""
        kwargs = super().get_form_kwargs()
        del kwargs["user"]
        return kwargs

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:  # type: ignore[override]
        """Keep the password, and let its owner sign in at once."""
        person, password, now = self.user, form.cleaned_data["password"], self.request.now
        assert isinstance(person, Person)
        if not form.succeeds(
            lambda: own_account.reset_password(person=person, password=password, now=now)
        ):
            return self.render_to_response(self.get_context_data(form=form))
        attempts.forget(person)
        self.request.session.flush()
        return HttpResponseRedirect(self.get_success_url())

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Answer 404 for a link that leads nowhere (any more), 422 for a password that is refused."""
        form = context.get("form")
        status = 404 if not self.validlink else 422 if form is not None and form.errors else 200
        return render(self.request, self.template_name, context, status=status)


choose = open_door("GET", "POST")(ChooseView.as_view())
"""The view of the link: Django's own would redirect whatever the method is."""


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
