"""Who owns a row: a file that is applied, or the pages. How the text of a definition came in is another matter (`Arrival`)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from segue.core.errors import ConfigurationProblem, Mistake
from segue.core.sentences import said


class Origin(models.TextChoices):
    """Where a row comes from, and therefore where it is changed."""

    PAGE = "page", _("made in the pages")
    FILE = "file", _("from a definition file")


OF_AN_EXPORT = [
    (Origin.PAGE.value, pgettext_lazy("an export", "made in the pages")),
    Origin.choices[1],
]
OF_A_MEASURE = [
    (Origin.PAGE.value, pgettext_lazy("a measure", "made in the pages")),
    Origin.choices[1],
]
"""Both origins as they are said of an export and of a measure: in some languages words agree with what they are said of."""


def claim(path: str, name: str, *, line: int | None = None, column: int | None = None) -> Mistake:
    """Return that a file declares what belongs to the pages, and the two ways out."""
    return Mistake(
        path=path,
        message=said("`%(name)s` belongs to the pages of the installation.", name=name),
        action=said(
            "Give it another name in the file; or leave it to the pages: take it out of the file."
        ),
        code="claimed_twice",
        line=line,
        column=column,
    )


def claimed_twice(section: str, names: Sequence[str]) -> ConfigurationProblem:
    """Return that the pages took names that a file declares, since it was read."""
    return ConfigurationProblem(
        said("The pages own what the file declares: %(names)s.", names=", ".join(names)),
        action=said(
            "Give it another name in the file; or leave it to the pages: take it out of the file."
        ),
        code="claimed_twice",
        mistakes=[claim(f"{section}.{name}", name) for name in names],
    )


def owned_by_file(name: str) -> ConfigurationProblem:
    """Return the refusal to change in the pages what a file owns."""
    return ConfigurationProblem(
        said("“%(name)s” comes from a definition file and is changed there.", name=name),
        action=said(
            "Change it in the file and apply that; or adopt it, and change it in the pages."
        ),
        code="owned_by_file",
    )


def adopted_already(label: str) -> ConfigurationProblem:
    """Return that something cannot be adopted, because no file owns it any more."""
    return ConfigurationProblem(
        said("“%(name)s” belongs to the pages already, or is gone.", name=label),
        action=said("Go back to the list and look what there is."),
        code="not_from_file",
    )
