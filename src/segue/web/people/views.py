"""Sign in, sign out, switch the language, and wait after too many failures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from segue.control.people import own_account
from segue.control.people.models import Person
from segue.control.people.policy import not_visible
from segue.control.people.queries import is_empty
from segue.web.context import page
from segue.web.middleware import remember_language
from segue.web.people import attempts
from segue.web.people.forms import SignInForm
from segue.web.people.signing import begin_session, onward, record_refusal
from segue.web.requests import PageRequest, PersonRequest, door, go, open_door
from segue.web.typed.keeping import LANGUAGE, is_shown_again, keep
from segue.words.catalogue import languages

BARE = "segue/layouts/bare.html"


@open_door("GET", "POST", form="sign-in-form")
def sign_in(request: PageRequest) -> HttpResponse:
    """Ask for e-mail and password; whoever is signed in already goes on."""
    if request.user.is_authenticated:
        return redirect(onward(request))
    if is_shown_again():
        so_far = {"username": request.POST.get("username", "")}
        return _asked(request, SignInForm(request, None, initial=so_far))
    if request.method == "POST" and attempts.is_place_paused(request):
        return locked_out(request)
    form = SignInForm(request, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and form.person:
        begin_session(request, form.person)
        return _onward(request, form.person)
    if form.is_refused:
        record_refusal(request, form.cleaned_data["username"])
    return _asked(request, form)


def _asked(request: PageRequest, form: SignInForm) -> HttpResponse:
    """Show the form; it says why it stands there, and to whom nobody has signed in yet how that begins."""
    context = {
        "form": form,
        "next": onward(request),
        "ended": request.POST.get("ended") or request.GET.get("ended", ""),
        "is_nobody_here": is_empty(),
    }
    return render(
        request, "segue/people/sign_in.html", context, status=422 if form.is_bound else 200
    )


def _onward(request: PageRequest, person: Person) -> HttpResponse:
    response = redirect(onward(request))
    attempts.remember_browser(request, response, person)
    return response


@door("POST")
def sign_out(request: PersonRequest) -> HttpResponse:
    """End this session."""
    own_account.record_sign_out(actor=request.user, now=request.now)
    logout(request)
    return go(request, reverse("sign-in"))


@open_door("POST")
def language(request: PageRequest) -> HttpResponse:
    """Show all pages in another language from now on, and come back: to a form with what was typed in it."""
    chosen = request.GET.get("language") or request.POST.get("language", "")
    if chosen not in languages():
        raise not_visible()
    back = onward(request)
    if "language" in request.GET:
        own = {"language": chosen} if back == reverse("account") else {}
        back = keep(request, LANGUAGE, path=back, instead=own) or back
    if isinstance(request.user, Person):
        own_account.set_language(language=chosen, actor=request.user)
    response = go(request, back)
    remember_language(response, chosen)
    return response


def locked_out(
    request: HttpRequest,
    response: HttpResponse | None = None,
    credentials: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Answer whoever failed too often, in place of the page's own answer."""
    layout = page(request)["layout"] if request.user.is_authenticated else BARE
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    context = {"layout": layout, "minutes": minutes}
    answer = render(request, "segue/people/locked_out.html", context, status=429)
    answer.headers["Retry-After"] = str(minutes * 60)
    return answer
