"""Measures: a named number or date per customer, as somebody defined it."""

from __future__ import annotations

from django.db import models

from segue.control.origins import OF_A_MEASURE, Origin


class Measure(models.Model):
    """A measure. `definition` is what `segments.printing.print_measure` writes of it, without label and description.

    `name` is what rules, formulas and exports call it, and never changes. `type` is a word of `AttributeType`, "" where the
    measure does not fit what is declared; it and `personal` follow from the definition. `origin` FILE: applying a definition changes and
    removes it.
    """

    name = models.CharField(max_length=60, unique=True)
    label = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    definition = models.JSONField()
    type = models.CharField(max_length=20, blank=True, default="")
    personal = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    origin = models.CharField(max_length=20, choices=OF_A_MEASURE, default=Origin.PAGE)

    class Meta:
        """In the order of their declaration; those of the pages by their making."""

        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.label

    @property
    def is_from_file(self) -> bool:
        """Whether a definition file owns it."""
        return self.origin == Origin.FILE
