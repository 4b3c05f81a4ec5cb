"""A folder as the database keeps it: one that goes along with the state folder is kept by the way that leads to it from there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models


class FolderField(models.CharField):  # type: ignore[type-arg]
    """An absolute path. The folder that holds the state folder, or is in it, is found again when both are moved together.

    What lies elsewhere stays where it is.
    """

    def deconstruct(self) -> Any:
        """Be a plain text to migrations: the column is one."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        """Return the absolute path. Anything absolute was kept as it is."""
        if value is None or Path(value).is_absolute():
            return value
        return os.path.normpath(settings.SEGUE_HOME / value)

    def get_prep_value(self, value: Any) -> Any:
        """Return what is kept."""
        if not value:
            return super().get_prep_value(value)
        folder, home = Path(value), Path(settings.SEGUE_HOME)
        goes_along = folder == home.parent or folder.is_relative_to(home)
        return os.path.relpath(folder, home) if goes_along else str(folder)
