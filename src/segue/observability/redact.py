"""Mask addresses and secrets in texts: for people (`mask_address`) and for logs (`redacted`). No logging here."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"[^\s@'\"<>(){}\[\],;:=/]+@[^\s@'\"<>(){}\[\],;:=/]+(?<![.])")
_API_KEY = re.compile(r"\b[0-9a-f]{20,}-[a-z]{2,3}\d{1,3}\b", re.IGNORECASE)
_SCHEME = re.compile(r"\b(basic|bearer|oauth)\s+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
_NAMED = re.compile(
    r"\b([\w-]*(?:api[_-]?key|access[_-]?token|client[_-]?secret|signing[_-]?secret|password|passwd|token|secret))"
    r"([\"']?\s*[=:]\s*[\"']?)([^\s\"'&,;}]+)",
    re.IGNORECASE,
)
_URL_PASSWORD = re.compile(r"(\w+://[^\s:/@]+):[^\s/@]+@")
_DOTS = "•••"


def mask_address(address: str) -> str:
    """Return an address that its owner recognises and nobody else can use: `n•••@s•••.example`."""
    local, at, domain = address.strip().rpartition("@")
    if not at:
        return _masked(address.strip())
    name, dot, top = domain.rpartition(".")
    return (
        f"{_masked(local)}@{_masked(name)}{dot}{top}"
        if dot
        else f"{_masked(local)}@{_masked(domain)}"
    )


def redacted(text: str) -> str:
    """Return a text for logs: nothing is left that looks like an address, a key, a token or a password."""
    return _ADDRESS.sub("[address]", _without_secrets(text))


def _without_secrets(text: str) -> str:
    text = _URL_PASSWORD.sub(r"\1:[secret]@", text)
    text = _SCHEME.sub(r"\1 [secret]", text)
    text = _NAMED.sub(r"\1\2[secret]", text)
    return _API_KEY.sub("[secret]", text)


def _masked(part: str) -> str:
    return part[:1] + _DOTS
