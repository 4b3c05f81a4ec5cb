"""Pages of notices and of the channels that they go over."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.audit.meanwhile import Watched
from segue.control.audit.models import Action
from segue.control.notices import operations, policy, queries
from segue.control.notices.models import Channel
from segue.control.people.policy import require
from segue.core.errors import TryLater
from segue.web.lists import page_of
from segue.web.notices.forms import ChannelForm, NewChannelForm
from segue.web.notices.rows import channel_row, kinds, notice_row
from segue.web.people import mails
from segue.web.problems import worded
from segue.web.requests import PersonRequest, door, found, go
from segue.web.typed.again import asked_again, note_added
from segue.web.typed.editing import Editing, lines_of


@door("GET")
def notices(request: PersonRequest) -> HttpResponse:
    """Show what is wrong now, then what was."""
    page = page_of(queries.notices(request.user), request)
    gone = queries.dead_paths(list(page))
    rows = [notice_row(notice, now=request.now, is_gone=notice.path in gone) for notice in page]
    context = {
        "page": page,
        "groups": [
            (_("Open"), [row for row in rows if row.is_open]),
            (_("Over"), [row for row in rows if not row.is_open]),
        ],
    }
    return render(request, "segue/notices/notices.html", context)


@door("GET")
def notifications(request: PersonRequest) -> HttpResponse:
    """Show the channels, and what is told over them."""
    require(request.user, policy.manage_channels)
    context = {
        "channels": [channel_row(channel) for channel in queries.channels()],
        "kinds": kinds(),
        "mails_are_kept_here": mails.are_kept_here(),
    }
    return render(request, "segue/notices/notifications.html", context)


@door("GET", "POST", form="channel-form")
def channel_add(request: PersonRequest) -> HttpResponse:
    """Add a channel."""
    require(request.user, policy.manage_channels)
    if request.method == "POST" and (question := asked_again(request)) is not None:
        return question
    initial = {"way": "address", "language": request.LANGUAGE_CODE}
    form = NewChannelForm(_sent(request), initial=initial)
    added: list[Channel] = []
    if request.method == "POST" and form.succeeds(
        lambda: added.append(
            operations.add_channel(actor=request.user, now=request.now, **form.wanted())
        )
    ):
        note_added(request, name=str(added[0]), to=reverse("notifications"))
        messages.success(request, _("The channel was added. Send a test message to try it."))
        return go(request, reverse("notifications"))
    status = 422 if form.is_bound else 200
    return render(request, "segue/notices/channel.html", {"form": form}, status=status)


@door("GET", "POST", form="channel-form")
def channel(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a channel."""
    require(request.user, policy.manage_channels)
    row = found(Channel.objects.all(), pk=pk)
    form = ChannelForm.of(row, _sent(request))
    editing = _editing(request, row, form)
    if request.method == "POST" and form.succeeds(
        lambda: editing.do(
            lambda: operations.edit_channel(
                channel=row, actor=request.user, now=request.now, **form.wanted()
            )
        )
    ):
        messages.success(request, _("The channel was saved."))
        return go(request, reverse("notifications"))
    context = {"form": form, "channel": channel_row(row), "opened_on": editing.opened_on()}
    status = 422 if form.is_bound else 200
    return render(request, "segue/notices/channel.html", context, status=status)


@door("POST")
def channel_switch(request: PersonRequest, pk: int) -> HttpResponse:
    """Switch a channel on (`on=1`) or off."""
    require(request.user, policy.manage_channels)
    row = found(Channel.objects.all(), pk=pk)
    is_on = request.POST.get("on") == "1"
    operations.switch_channel(channel=row, is_on=is_on, actor=request.user, now=request.now)
    return go(request, reverse("notifications"))


@door("POST")
def channel_test(request: PersonRequest, pk: int) -> HttpResponse:
    """Send a test message."""
    require(request.user, policy.manage_channels)
    row = found(Channel.objects.all(), pk=pk)
    try:
        operations.send_test(channel=row, actor=request.user, now=request.now)
    except TryLater as trouble:
        words = worded(trouble)
        messages.error(request, f"{words.message} {words.action}")
    else:
        messages.success(request, _("The test message was sent. Look whether it arrived."))
    return go(request, reverse("notifications"))


@door("GET", "POST")
def channel_remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask, then remove a channel."""
    require(request.user, policy.manage_channels)
    row = found(Channel.objects.all(), pk=pk)
    if request.method == "POST":
        operations.remove_channel(channel=row, actor=request.user, now=request.now)
        messages.success(request, _("The channel was removed."))
        return go(request, reverse("notifications"))
    context = {"channel": channel_row(row)}
    return render(request, "segue/notices/channel_remove.html", context)


def _editing(request: PersonRequest, row: Channel, form: ChannelForm) -> Editing:
    actions = (Action.CHANNEL_EDITED, Action.CHANNEL_REMOVED)
    return Editing(
        request=request,
        watched=Watched(kind="channel", ids=(str(row.pk),), actions=actions),
        name=str(row),
        mine=lambda: lines_of(form),
        theirs=lambda: lines_of(ChannelForm.of(Channel.objects.get(pk=row.pk), None)),
    )


def _sent(request: PersonRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
