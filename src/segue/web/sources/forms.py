"""The form that a definition is uploaded with: a file, or its text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segue.configuration.document import text_of
from segue.core.errors import Mistake, Problem
from segue.service.proposals import LARGEST_TEXT_BYTES
from segue.web.formats import number
from segue.web.forms import SegueForm


class DefinitionForm(SegueForm):
    """A text, as a file or typed. `mistakes` are those that the text was refused for; `further` as in the problem."""

    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("A segue.yaml, as text in UTF-8."),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Text of the definition"),
        help_text=gettext_lazy("At most 500,000 bytes: about 10,000 lines."),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"spellcheck": "false", "class": "code", "wrap": "off"}),
    )
    mistakes: tuple[Mistake, ...] = ()
    further: bool = False

    @property
    def shown_text(self) -> str:
        """Return what the field shows."""
        return str(self["text"].value() or "")

    def clean(self) -> dict[str, Any]:
        """Take the file's text, or the typed one. Raises: ValidationError when there is not exactly one readable text."""
        given = super().clean() or {}
        file, typed = given.get("file"), given.get("text", "")
        if file is None and not typed.strip():
            raise ValidationError(_("Choose a file, or paste its text."))
        if file is not None and file.size > LARGEST_TEXT_BYTES:
            raise self._too_large(file.size)
        content = file.read() if file is not None else typed.encode("utf-8", "replace")
        if len(content) > LARGEST_TEXT_BYTES:
            raise self._too_large(len(content))
        given["text"], self.mistakes = text_of(content)
        if file is not None:  # what was chosen as a file can be corrected as text
            self.data = {**self.data, "text": given["text"]}
        if self.mistakes:
            self.further = True  # what cannot be read was not looked at
            raise ValidationError(_("This is no text that can be read."))
        return given

    def adopt(self, problem: Problem) -> None:
        """Keep the mistakes for the table that shows each with its place; other problems stand at the top."""
        self.mistakes = tuple(getattr(problem, "mistakes", ()))
        self.further = bool(getattr(problem, "further", False))
        if not self.mistakes:
            super().adopt(problem)

    def _too_large(self, size: int) -> ValidationError:
        return ValidationError(
            _(
                "This has %(size)s bytes; a definition has at most %(most)s. Check that it is the right file."
            )
            % {"size": number(size), "most": number(LARGEST_TEXT_BYTES)}
        )
