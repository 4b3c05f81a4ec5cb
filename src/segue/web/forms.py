"""What all forms share: our templates, and mistakes found by an operation shown beside the field they belong to."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorDict

from segue.control.audit.meanwhile import ChangedMeanwhile
from segue.core.errors import ConfigurationProblem, Mistake, NotAllowed, Problem, UnsafePlan
from segue.core.sentences import together
from segue.web.problems import worded
from segue.web.sayings import told
from segue.web.typed.keeping import is_shown_again

REFUSALS = (ConfigurationProblem, NotAllowed, UnsafePlan)
"""Problems that a form shows, so that what was typed is not lost."""


class Renderer(TemplatesSetting):
    """Render forms and fields by our templates."""

    form_template_name = "segue/parts/form.html"
    field_template_name = "segue/parts/field.html"


class DayInput(forms.DateInput):
    """A day, to be picked. Browsers take it as ISO 8601 writes it, and show it in their own language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeOfDayInput(forms.TimeInput):
    """A time of the day, to be picked, written for browsers as a day is."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class SegueForm(forms.Form):
    """A form. `fields_by_code` maps codes of problems to the fields that they belong to."""

    required_css_class = "required"
    fields_by_code: dict[str, str] = {}  # noqa: RUF012

    def adopt(self, problem: Problem) -> None:
        """Show a problem: each mistake beside its field, anything else at the top."""
        mistakes = getattr(problem, "mistakes", ())
        for mistake in mistakes:
            self.add_error(self.field_of(mistake), told(together(mistake.message, mistake.action)))
        if not mistakes:
            words = worded(problem)
            field = self.fields_by_code.get(problem.code)
            self.add_error(
                field if field in self.fields else None, f"{words.message} {words.action}"
            )

    def field_of(self, mistake: Mistake) -> str | None:
        """Return the field that a mistake belongs to; None: the top of the form."""
        return mistake.path if mistake.path in self.fields else None

    def hush(self) -> None:
        """Say nothing of what is wrong: nobody has asked to save yet."""
        self._errors = ErrorDict()

    def succeeds(self, operation: Callable[[], object]) -> bool:
        """Validate, then call the operation; False when either refused, and the form says why.

        A form that is only shown again succeeds never.
        """
        if not self.is_valid() or is_shown_again():
            return False
        try:
            operation()
        except ChangedMeanwhile:
            raise  # the page that shows both versions answers it
        except REFUSALS as refusal:
            self.adopt(refusal)
            return False
        return True
