"""Keep what runs said, as files: one JSON report a run, newest last. Knows nothing of how runs work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from segue.core.documents import DamagedDocument, decoded
from segue.core.errors import ConfigurationProblem
from segue.core.files import write_durably
from segue.core.names import is_path_name, path_name
from segue.core.retention import REPORTS_KEPT
from segue.core.sentences import said
from segue.sync.report import RunReport, as_document, from_document

if TYPE_CHECKING:
    from segue.engines.duckdb.profiles.shared import Shared


class Reports:
    """The reports of one home folder."""

    def __init__(self, folder: Path, shared: Shared | None = None) -> None:
        """`shared` is what hosts share that have no folder in common."""
        self._folder = folder
        self._shared = shared

    def keep(self, report: RunReport) -> None:
        """Write a report durably."""
        file = self._folder / f"{path_name(report.run_id, what='name of the run')}.json"
        write_durably(file, as_document(report))
        if self._shared is not None:
            self._shared.publish([file])
        for old in self._files()[:-REPORTS_KEPT]:
            if self._shared is not None:
                self._shared.forget(self._path(old))
            old.unlink(missing_ok=True)

    def latest(self, limit: int) -> Sequence[RunReport]:
        """Return the last reports, newest first. Raises: as `one`."""
        return [self._read(file) for file in reversed(self._files()[-limit:])]

    def one(self, run_id: str) -> RunReport:
        """Return one run's report. Raises: ConfigurationProblem `run_unknown` or `report_damaged`."""
        file = self._folder / f"{run_id}.json"
        if self._shared is not None and is_path_name(run_id) and not file.is_file():
            self._shared.bring(self._path(file))
        if not is_path_name(run_id) or not file.is_file():
            raise ConfigurationProblem(
                said("There is no run '%(run)s'.", run=run_id),
                action="List the last runs with: segue report",
                code="run_unknown",
                context={"run": run_id},
            )
        return self._read(file)

    def _files(self) -> list[Path]:
        if self._shared is not None:
            self._shared.mirror(f"{self._folder.name}/")
        return sorted(self._folder.glob("*.json"))

    def _path(self, file: Path) -> str:
        return f"{self._folder.name}/{file.name}"

    @staticmethod
    def _read(file: Path) -> RunReport:
        try:
            return decoded(file.read_bytes(), from_document)
        except DamagedDocument as error:
            raise _damaged(file) from error


def _damaged(file: Path) -> ConfigurationProblem:
    return ConfigurationProblem(
        said("The report of the run '%(run)s' is damaged.", run=file.stem),
        action=said(
            "Restore %(file)s from a backup, or remove it: no later run needs it, and the other reports are whole.",
            file=file,
        ),
        code="report_damaged",
        context={"run": file.stem},
    )
