"""Addresses of customers' cards: they hold the key encrypted, for it may be personal, and addresses end in logs and histories."""

from __future__ import annotations

import json

from django.urls import reverse

from segue.control.encryption import decrypted, encrypted
from segue.control.people.policy import not_visible
from segue.core.errors import ConfigurationProblem

_MEANT = "customer"
"""Begins what is encrypted, so that no other secret of the installation passes for a customer."""


def address_of(key: object) -> str:
    """Return the address of the card of the customer with this key, of the key's own type."""
    return reverse("customer", kwargs={"reference": reference_of(key)})


def reference_of(key: object) -> str:
    """Return what the address of a customer's card holds."""
    return encrypted(json.dumps([_MEANT, key])).rstrip("=")  # an address would write it as %3D


def key_of(reference: str) -> object:
    """Return whose card an address is. Raises: NotVisible when it is none of ours, or from before the keys changed."""
    try:
        said = json.loads(decrypted(reference + "=" * (-len(reference) % 4)))
    except (ConfigurationProblem, ValueError):
        raise not_visible() from None
    match said:
        case [meant, int() | str() as key] if meant == _MEANT:
            return key
    raise not_visible()
