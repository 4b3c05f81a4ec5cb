"""What an audience says of itself beside its contacts: name, sender, address, opt-in, marketing permissions.

Source: the published shapes of POST and PATCH /lists.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from hashlib import md5
from typing import Any, Final, NamedTuple

PERMISSION_TEXTS: Final = ("Email", "Direct Mail", "Customized Online Advertising")
"""What an audience with marketing permissions asks for to begin with. Recorded (R1)."""


class Permission(NamedTuple):
    """One marketing permission of an audience."""

    permission_id: str
    text: str


def permissions(list_id: str, texts: tuple[str, ...] = PERMISSION_TEXTS) -> tuple[Permission, ...]:
    """Return permissions with ids of ten hex digits as recorded (R1)."""
    return tuple(
        Permission(md5(f"{list_id}/{text}".encode(), usedforsecurity=False).hexdigest()[:10], text)
        for text in texts
    )


def _contact() -> dict[str, str]:
    return {
        "company": "Segue Sandbox", "address1": "1 Loopback Lane", "address2": "", "city": "Localhost",
        "state": "", "zip": "00000", "country": "US", "phone": "",
    }  # fmt: skip


def _defaults() -> dict[str, str]:
    return {
        "from_name": "Alice",
        "from_email": "alice@segue.example",
        "subject": "",
        "language": "en",
    }


@dataclass(slots=True, kw_only=True)
class Profile:
    """The settable properties of an audience under the names of the API, name and opt-in aside."""

    contact: dict[str, str] = field(default_factory=_contact)
    permission_reminder: str = "You signed up on our website."
    use_archive_bar: bool = False
    campaign_defaults: dict[str, str] = field(default_factory=_defaults)
    notify_on_subscribe: str = ""
    notify_on_unsubscribe: str = ""
    email_type_option: bool = False

    def document(self) -> dict[str, Any]:
        """Return the properties by name."""
        return asdict(self)
