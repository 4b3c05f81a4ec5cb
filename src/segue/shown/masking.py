"""Mask personal data in what is shown. Files that a person asks for hold it in full."""

from __future__ import annotations

from segue.observability.redact import mask_address
from segue.profiles.personal import looks_personal
from segue.shown.spreadsheets import cell_of

_HIDDEN = "•••"


def shown_address(address: str, *, in_full: bool) -> str:
    """Return an address as it may be shown."""
    return address if in_full or not address else mask_address(address)


def shown_key(key: str, *, personal: bool, in_full: bool) -> str:
    """Return a profile's key as it may be shown; an address or a telephone number is personal whatever is declared."""
    return shown_value(key, personal=not in_full and (personal or looks_personal(key)))


def shown_value(value: object, *, personal: bool) -> str:
    """Return a value as it may be shown: of personal text the first letter, of other personal data nothing."""
    if value is None:
        return ""
    if not personal:
        return cell_of(value)
    if isinstance(value, str) and "@" in value:
        return mask_address(value)
    return f"{value[:1]}{_HIDDEN}" if isinstance(value, str) else _HIDDEN
