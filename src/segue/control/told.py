"""A column for what was said to a person: sentences come back as they were given, with their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from segue.core.sentences import kept, recalled

if TYPE_CHECKING:
    _Texts = models.TextField[str, str]
else:
    _Texts = models.TextField


class SentenceField(_Texts):
    """Keep a sentence with its template and values; a plain text, as all were that older versions stored, as it is.

    To the database and its migrations it is a column of texts.
    """

    def deconstruct(self) -> Any:
        """Return how migrations make the column."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        """Return what was given."""
        return None if value is None else recalled(value)

    def get_prep_value(self, value: Any) -> Any:
        """Return the text to store."""
        return kept(value) if isinstance(value, str) else super().get_prep_value(value)
