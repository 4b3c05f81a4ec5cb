"""Read objects that are named on the command line: the same address and options as in a file, by the same rules."""

from __future__ import annotations

import glob
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from segue.configuration.connections import SecretReference, fetch_secret
from segue.configuration.document import parse
from segue.configuration.findings import Findings
from segue.configuration.read_objects import read_objects
from segue.configuration.sections import root
from segue.configuration.starter import flow
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.profiles.object_stores import Objects


def named_objects(
    address: str, options: Mapping[str, object], environment: Mapping[str, str]
) -> Objects:
    """Return the objects of an address with their secrets; `options` are as in a source's declaration, references are pairs.

    Raises: ConfigurationProblem with the first mistake, or when a secret is missing.
    """
    findings = Findings(document=parse(flow({"path": address, **options})))
    found = read_objects(root(findings), address, Path())
    mistakes = findings.sorted()
    if found is None or mistakes:
        [first, *_] = mistakes
        raise ConfigurationProblem(first.message, action=first.action, code=first.code)
    if not found.is_folder and glob.has_magic(found.key):
        raise ConfigurationProblem(
            said("%(address)s is a pattern.", address=address),
            action="Name an object, or a folder with a slash at its end; objects that belong together are found there.",
            code="nothing_to_inspect",
        )
    held = options.get("credentials")
    pairs = held.items() if isinstance(held, dict) else ()
    secrets = [(name, one[1]) for name, one in pairs if isinstance(one, tuple)]
    purpose = "`segue init`"
    credentials = tuple(
        (name, fetch_secret(SecretReference(env=variable), environment, purpose=purpose))
        for name, variable in secrets
    )
    return replace(found, credentials=credentials)
