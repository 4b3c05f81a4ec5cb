"""The options of an export that are one word of a few: what each is called. Forms, drafts, pages and the audit log go by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from segue.control.exports.models import Export, FirstRun, Leftovers

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of `sync.export.OPTIONS`, whose words are those of `words`; `edited` is how the audit log calls it.

    The first of the words is the usual one.
    """

    name: str
    words: type[TextChoices]
    label: _StrPromise
    edited: _StrPromise

    @property
    def usual(self) -> TextChoices:
        """Return what holds unless somebody chooses."""
        return next(iter(self.words))

    @property
    def recorded(self) -> str:
        """Return the option's name in what the audit log keeps."""
        return self.name.replace("_", " ")

    def of(self, export: Export) -> TextChoices:
        """Return what a kept export says."""
        return self.words(getattr(export, self.name))


OPTIONS = (
    Option(
        name="first_run",
        words=FirstRun,
        label=gettext_lazy("First run"),
        edited=gettext_lazy("first run"),
    ),
    Option(
        name="leftovers",
        words=Leftovers,
        label=gettext_lazy("Tags that removed exports left in this audience"),
        edited=gettext_lazy("tags that removed exports left"),
    ),
)


def options_of(export: Export) -> Mapping[str, TextChoices]:
    """Return every option of a kept export by its name."""
    return {one.name: one.of(export) for one in OPTIONS}
