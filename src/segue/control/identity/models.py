"""The mark of the control database: one random row, by which a state folder knows it again wherever it is reached."""

from __future__ import annotations

from django.db import models


class DatabaseMark(models.Model):
    """The mark. There is at most one row; a copy of the database carries the same."""

    mark = models.CharField(max_length=64)

    class Meta:
        """One row only."""

        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="database_mark_once"),)
