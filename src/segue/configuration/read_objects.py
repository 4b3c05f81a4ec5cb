"""Read where a file source lies when that is a store of objects: its address, endpoint, region and credentials. Nothing is opened."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from segue.configuration.connections import SecretReference
from segue.configuration.sections import Part, secret_reference
from segue.core.sentences import commas, said
from segue.profiles.object_stores import (
    CREDENTIALS,
    AddressFault,
    Objects,
    Store,
    endpoint_of,
    is_region,
    objects_at,
)

ANONYMOUS = "anonymous"
OPTIONS = ("region", "endpoint", "credentials")
"""What is said of a store only."""

_FAULTS: Mapping[AddressFault, tuple[str, str]] = {
    AddressFault.SCHEME: (
        said(
            "A source is read from a local file, or from a store of objects (s3://, gs:// or abfs://), not from a URL."
        ),
        said(
            "Download it first and give the file's path, or write an address such as s3://bucket/folder/*.csv."
        ),
    ),
    AddressFault.BUCKET: (
        said("The address names no bucket, or one whose name no store allows."),
        said(
            "Write it as s3://bucket/file, gs://bucket/file or abfs://container@account.dfs.core.windows.net/file."
        ),
    ),
    AddressFault.ACCOUNT: (
        said("The address names no account of Azure."),
        said("Write it as abfs://container@account.dfs.core.windows.net/file."),
    ),
    AddressFault.KEY: (
        said(
            "The address names nothing that lies in a bucket: parts of it are empty, `.` or `..`."
        ),
        said("Write the name as the store shows it, with one slash between folders."),
    ),
}


def read_objects(part: Part, written: str, folder: Path) -> Objects | None:
    """Return the objects that an address names, credentials as the words of their references; None after a report."""
    found = objects_at(written)
    if isinstance(found, AddressFault):
        message, action = _FAULTS[found]
        code = "path_is_url" if found is AddressFault.SCHEME else "object_address_invalid"
        part.findings.report(part.at("path"), message, action=action, code=code)
        return None
    secrets = credentials(part, folder)
    is_sound = [_has_region(part, found), _has_endpoint(part), _fits(part, found.store)]
    if not all(is_sound):
        return None
    return Objects(
        store=found.store,
        bucket=found.bucket,
        key=found.key,
        account=found.account,
        endpoint=endpoint_of(part.get("endpoint", "")) or "",
        region=part.get("region", ""),
        is_anonymous=_written(part).get(ANONYMOUS) is True,
        credentials=tuple((name, str(one)) for name, one in secrets.items()),
    )


def credentials(part: Part, folder: Path) -> Mapping[str, SecretReference]:
    """Return the references to secrets by name, as far as they are written without a mistake."""
    held = part.part("credentials")
    return {
        name: secret_reference(held.get(name), folder)
        for name in held.value
        if name != ANONYMOUS and held.get(name) is not None
    }


def refuse_options(part: Part) -> None:
    """Report what is said of a store where the path is one of this machine."""
    for option in OPTIONS:
        if part.has(option):
            part.findings.report(
                part.at(option),
                said("`%(option)s` is for files in a store of objects.", option=option),
                action="Take it out, or give an address that begins with s3://, gs:// or abfs://.",
                code="object_option_local",
            )


def _written(part: Part) -> dict[str, Any]:
    return part.part("credentials").value


def _has_region(part: Part, objects: Objects) -> bool:
    region = part.get("region", "")
    if not region or (objects.store is Store.S3 and is_region(region)):
        return True
    part.findings.report(
        part.at("region"),
        "This is no region of Amazon S3, or the store knows none."
        if objects.store is Store.S3
        else "Only stores that speak S3 have regions.",
        action="Write a region such as eu-west-3 for s3://, or take it out: then the store is asked.",
        code="region_invalid",
    )
    return False


def _has_endpoint(part: Part) -> bool:
    written = part.get("endpoint", "")
    if not written or endpoint_of(written) is not None:
        return True
    part.findings.report(
        part.at("endpoint"),
        "The endpoint is no address of a server.",
        action="Write it as https://host or https://host:port, without anything behind.",
        code="endpoint_invalid",
    )
    return False


def _fits(part: Part, store: Store) -> bool:
    """Tell whether the secrets go together at the store, after a report when they do not."""
    written = _written(part)
    names = {name for name in written if name != ANONYMOUS}
    is_anonymous = written.get(ANONYMOUS) is True
    known = CREDENTIALS[store]
    if is_anonymous and not names and store is not Store.AZURE:
        return True
    if not is_anonymous and (not names or any(names == set(one) for one in known)):
        return True
    ways = [commas(f"`{name}`" for name in one) for one in known]
    if store is not Store.AZURE:
        ways.append("`anonymous: true`")
    part.findings.report(
        part.at("credentials"),
        said("These credentials do not go together, or are none of %(store)s://.", store=store),
        action=said(
            "Write one of these, or nothing for the role of the machine: %(ways)s.",
            ways="; ".join(ways),
        ),
        code="credentials_unfit",
    )
    return False
