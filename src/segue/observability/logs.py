"""Write events with fields, one a line, as text or JSON, with personal data and secrets masked. What to log is others'.

Modules that may not import this one log the same way with the standard library: the event's name as the message,
the fields as `extra`. The formatters render both alike.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, TextIO

from segue.core.errors import ConfigurationProblem
from segue.observability.redact import redacted
from segue.observability.traces import trace_of

Value = str | int | float | bool | None
Format = Literal["text", "json"]

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_HANDLER = "segue-events"
_SILENT = ("axes", "uvicorn.access", "aiohttp.access")
"""Libraries whose words name people, addresses or whole queries; what matters of it, Segue tells itself."""


def log_event(
    event: str, *, level: int = logging.INFO, logger: str = "segue", **fields: Value
) -> None:
    """Log an event such as `run.retry_scheduled` with its fields: ids and counts, units in their names."""
    logging.getLogger(logger).log(level, event, extra=fields)


def set_up_logging(
    stream: TextIO, *, level: int = logging.INFO, format: Format = "text"
) -> logging.Handler:
    """Write what Segue logs to `stream`, by the handler returned; calling it again replaces the earlier set-up."""
    handler = _Written(stream)
    handler.set_name(_HANDLER)
    handler.setFormatter(JsonFormatter() if format == "json" else TextFormatter())
    logger = logging.getLogger("segue")
    for earlier in [h for h in logger.handlers if h.get_name() == _HANDLER]:
        logger.removeHandler(earlier)
    logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False
    return handler


def log_process(environment: Mapping[str, str], stream: TextIO | None = None) -> logging.Handler:
    """Log for a program that stays: Segue's events, and what libraries warn of, on standard error; return the handler.

    SEGUE_LOG_FORMAT says whether as text or as JSON.

    Raises: ConfigurationProblem when it says anything else.
    """
    given = environment.get("SEGUE_LOG_FORMAT", "").strip() or "text"
    if given not in ("text", "json"):
        raise ConfigurationProblem(
            "The setting SEGUE_LOG_FORMAT cannot be used as it is.",
            action="Set it to text or to json.",
            code="setting_invalid",
        )
    stream = stream or sys.stderr
    own = set_up_logging(stream, format="json" if given == "json" else "text")
    logging.getLogger().handlers.clear()
    take_libraries(own)
    return own


def take_libraries(handler: logging.Handler) -> None:
    """Let a handler write what libraries warn of, which the standard library would print as it is."""
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _Written(logging.StreamHandler[TextIO]):
    """Writes events; what a full disk does not take is lost: no word of it may stand among what a command prints."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is the standard library's
        """Tell of our own mistakes only."""
        if not isinstance(sys.exception(), OSError | MemoryError):
            super().handleError(record)


class TextFormatter(logging.Formatter):
    """One line a record: time, level, event, then `name=value`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, everything in it redacted."""
        fields = " ".join(f"{name}={_plain(value)}" for name, value in fields_of(record).items())
        event = " ".join(_event(record).splitlines())
        line = f"{_time(record)} {record.levelname.lower()} {event} {fields}".rstrip()
        return "\n".join(filter(None, (line, _trace(record))))


class JsonFormatter(logging.Formatter):
    """One JSON object a record: `at`, `level`, `event`, `logger`, the fields, `trace` after an error."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object, everything in it redacted."""
        entry: dict[str, Value] = {
            "at": _time(record),
            "level": record.levelname.lower(),
            "event": _event(record),
            "logger": record.name,
            **fields_of(record),
        }
        if trace := _trace(record):
            entry["trace"] = trace
        return json.dumps(entry, ensure_ascii=False)


def fields_of(record: logging.LogRecord) -> dict[str, Value]:
    """Return a record's own fields, texts redacted; a value that is no number, truth value or None becomes text.

    Fields of other programs' records are left out: nobody promised that they hold ids and counts only.
    """
    if record.name.partition(".")[0] != "segue":
        return {}
    own = {name: value for name, value in vars(record).items() if name not in _OWN}
    return {name: _safe(name, value) for name, value in own.items()}


def _safe(name: str, value: object) -> Value:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = redacted(f"{name}={value}")
    return text.removeprefix(f"{name}=")


def _plain(value: Value) -> str:
    text = "-" if value is None else str(value)
    return json.dumps(text, ensure_ascii=False) if " " in text or "\n" in text else text


def _event(record: logging.LogRecord) -> str:
    return redacted(record.getMessage())


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _trace(record: logging.LogRecord) -> str:
    error = record.exc_info[1] if record.exc_info else None
    return trace_of(error) if error is not None else ""
