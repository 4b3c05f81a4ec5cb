"""Write a file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_PLACES


def write_whole(target: Path, text: str) -> None:
    """Write the text. Raises: ConfigurationProblem `file_not_writable`."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise_trouble(error, but=OF_PLACES)
        raise ConfigurationProblem(
            said(
                "The file %(target)s cannot be written: %(why)s.", target=target, why=error.strerror
            ),
            action="Name a file in a folder that exists and that you may write to.",
            code="file_not_writable",
        ) from None
