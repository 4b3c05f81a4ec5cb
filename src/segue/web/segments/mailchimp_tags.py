"""The tags by which audiences know the members of a segment: shown, and renamed in Mailchimp without anybody losing one."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segue.control.exports import policy as exports_policy
from segue.control.exports.models import Export
from segue.control.exports.segment_uses import tags_given
from segue.control.people.policy import require
from segue.control.segments import policy, queries
from segue.control.segments.models import Segment
from segue.core.errors import ConfigurationProblem, ConnectionLost, TryLater
from segue.service.renaming import rename_tag
from segue.web.exports.audience_state import as_kept
from segue.web.forms import SegueForm
from segue.web.problems import worded
from segue.web.requests import PersonRequest, door, found, go


class TagNameForm(SegueForm):
    """One export's tag, and its new name."""

    export = forms.ChoiceField(label=gettext_lazy("Export"), widget=forms.RadioSelect)
    name = forms.CharField(label=gettext_lazy("New name of the tag"), max_length=100)

    def __init__(
        self, *args: object, exports: Sequence[tuple[Export, str]], **kwargs: object
    ) -> None:
        """Offer the exports whose tags can be renamed."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        words = _("%(setting)s: %(value)s")
        choices = [
            (str(one.pk), words % {"setting": one.name, "value": tag}) for one, tag in exports
        ]
        self.fields["export"].choices = choices  # type: ignore[attr-defined]


@door("GET", "POST", form="tag-name-form")
def mailchimp_tags(request: PersonRequest, name: str) -> HttpResponse:
    """Rename a tag in Mailchimp, in the ledger and in the export's settings, at once. Nobody loses it, and nothing runs."""
    require(request.user, policy.see_segments)
    row = found(queries.segments(), name=name)
    require(request.user, policy.edit_segments, row, see=policy.see_segments)
    given = tags_given(row)
    exports = [one for one in given if _is_open(request, one[0])]
    form = TagNameForm(
        request.POST if request.method == "POST" else None,
        exports=exports,
        initial={"name": row.label, "export": str(exports[0][0].pk) if exports else ""},
    )
    if request.method == "POST" and form.succeeds(lambda: _rename(request, row, form, exports)):
        words = _("The tag is called “%(name)s” now, and whoever carried it carries it still.")
        messages.success(request, words % {"name": form.cleaned_data["name"]})
        return go(request, reverse("segment", args=[row.name]))
    context = {"segment": row, "form": form, "given": given, "can_rename": bool(exports)}
    status = 422 if form.is_bound else 200
    return render(request, "segue/segments/mailchimp_tags.html", context, status=status)


def _is_open(request: PersonRequest, export: Export) -> bool:
    may_edit = exports_policy.edit_export.test(request.user, export)
    return may_edit and not export.is_from_file and export.connection is not None


def _rename(
    request: PersonRequest,
    row: Segment,
    form: TagNameForm,
    exports: Sequence[tuple[Export, str]],
) -> None:
    chosen = form.cleaned_data["export"]
    export = next(one for one, _tag in exports if str(one.pk) == chosen)
    facts = as_kept(export).facts
    assert facts is not None, "what an export was saved with is known"
    try:
        rename_tag(
            export=export,
            segment=row,
            name=form.cleaned_data["name"],
            facts=facts,
            actor=request.user,
            now=request.now,
        )
    except (TryLater, ConnectionLost) as problem:
        words = worded(problem)
        raise ConfigurationProblem(
            words.message, action=words.action, code=problem.code
        ) from problem
