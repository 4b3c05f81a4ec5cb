"""Configuration files: `segue.yaml` read into frozen values, with every mistake at its line and column."""

from segue.configuration.connections import (
    Connection,
    CredentialKind,
    SecretReference,
    resolve_secret,
    secret_warning,
)
from segue.configuration.load import Reading, load, load_text, load_within, outline, read
from segue.configuration.values import Configuration

__all__ = [
    "Configuration",
    "Connection",
    "CredentialKind",
    "Reading",
    "SecretReference",
    "load",
    "load_text",
    "load_within",
    "outline",
    "read",
    "resolve_secret",
    "secret_warning",
]
