"""Write a file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from segue.core.errors import ConfigurationProblem
from segue.core.files import place_named
from segue.core.sentences import said
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_PLACES


def write_whole(target: Path, text: str) -> None:
    """Write the text, to the file that a link leads to; a device or a pipe is written to. Raises: ConfigurationProblem
    `file_not_writable`.
    """
    aside: Path | None = None
    try:
        file = place_named(target)
        if file is None:
            target.write_text(text, encoding="utf-8")
            return
        aside = file.with_name(f".{file.name}.{os.getpid()}.part")
        aside.write_text(text, encoding="utf-8")
        aside.replace(file)
    except OSError as error:
        if aside is not None:
            aside.unlink(missing_ok=True)
        raise_trouble(error, but=OF_PLACES)
        raise ConfigurationProblem(
            said(
                "The file %(target)s cannot be written: %(why)s.", target=target, why=error.strerror
            ),
            action="Name a file in a folder that exists and that you may write to.",
            code="file_not_writable",
        ) from None
