"""Read the section `connections`. Nothing is contacted and no secret is fetched here."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from segue.configuration.connections import Connection, CredentialKind
from segue.configuration.sections import Part, secret_reference
from segue.core.sentences import said


def read_connections(section: Part, folder: Path) -> dict[str, Connection]:
    """Return the sound connections by name and report what is wrong with the others."""
    found: dict[str, Connection] = {}
    for name, part in section.parts():
        _check_url(part)
        kind = _credential_kind(name, part)
        if kind is not None and part.is_sound:
            found[name] = _connection(name, part, kind, folder)
    return found


def _connection(name: str, part: Part, kind: CredentialKind, folder: Path) -> Connection:
    url = part.get("base_url")
    return Connection(
        name=name,
        label=str(part.get("label", name)),
        kind=kind,
        credential=secret_reference(part.value[kind], folder),
        base_url=url.rstrip("/") if url is not None else None,
        honours_status_if_new=part.get("honours_status_if_new", False),
        contact_limit=part.get("contact_limit"),
    )


def _credential_kind(name: str, part: Part) -> CredentialKind | None:
    given = [kind for kind in CredentialKind if kind in part.value]
    if len(given) == 1:
        return given[0]
    part.findings.report(
        part.path,
        said("Connection `%(name)s` has both an API key and an access token.", name=name)
        if given
        else said("Connection `%(name)s` has no credentials.", name=name),
        action="Keep one of the two."
        if given
        else "Add `api_key: {env: MAILCHIMP_API_KEY}` or `access_token: {env: …}`.",
        code="credentials",
        key=True,
    )
    return None


def _check_url(part: Part) -> None:
    url = part.get("base_url")
    if url is None:
        return
    host, is_plain = _host(url)
    if host is None:
        part.findings.report(
            part.at("base_url"),
            "The base URL is not the address of a service.",
            action="Write it like https://us1.api.mailchimp.com/3.0, without user name or `?…`.",
            code="bad_url",
        )
    elif is_plain and not _is_loopback(host):
        part.findings.report(
            part.at("base_url"),
            "Plain http would send the key and personal data unprotected.",
            action="Use https; http is allowed only for this machine (127.0.0.1), for the sandbox.",
            code="insecure_url",
        )


def _host(url: str) -> tuple[str | None, bool]:
    """Return the host (None: not the address of a service) and whether the scheme is plain http."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None, False
    if not host or parts.query or parts.fragment or parts.username is not None:
        return None, False
    return host, parts.scheme == "http"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
