"""Find the files of a file source, as the configuration names them. No reading of contents."""

from __future__ import annotations

from pathlib import Path

from segue.core.patterns import divided, fitting
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_FILES
from segue.engines.duckdb import sources_problems as problems


def matching_files(source: str, path: Path) -> tuple[Path, ...]:
    """Return the files that a path or pattern names, sorted: the order of rows over several files.

    Raises: ConfigurationProblem when there is none, when one is empty or may not be read.
    """
    try:
        files = _listed(source, path)
    except OSError as error:  # a name that is too long, a link that leads in a circle
        raise_trouble(error, but=OF_FILES)
        raise problems.file_unreadable(source, path, error.strerror or "failed") from error
    for file in files:
        try:
            with file.open("rb") as opened:
                if not opened.read(1):
                    raise problems.empty_file(source, file)
        except OSError as error:
            raise_trouble(error, but=OF_FILES)
            raise problems.file_unreadable(source, file, error.strerror or "failed") from error
    return files


def _listed(source: str, path: Path) -> tuple[Path, ...]:
    if path.is_file():  # a name may hold brackets without being a pattern
        return (path,)
    folder, pattern = divided(path.absolute())
    if pattern is None:
        raise problems.file_missing(source, path)
    files = tuple(file for file in sorted(fitting(folder, pattern)) if file.is_file())
    if not files:
        raise problems.glob_empty(source, path)
    return files
