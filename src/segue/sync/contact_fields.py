"""What a contact holds beside its merge fields and an export may feed like one. A table; its texts: `matching`, `merge_texts`."""

from __future__ import annotations

from dataclasses import dataclass

from segue.core.sentences import said
from segue.sync.export import MergeType


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactField:
    """One of them: `key` is how a file and the service call it, small letters, as no merge tag has them."""

    key: str
    type: MergeType
    name: str


BESIDE = (ContactField(key="language", type=MergeType.LANGUAGE, name=said("Language")),)
"""Every audience has them. Who reads a file, offers fields, sends contacts or reads them back goes by this table."""

BESIDE_KEYS = frozenset(one.key for one in BESIDE)

MERGE_TYPES = tuple(kind for kind in MergeType if kind not in {one.type for one in BESIDE})
"""The types of merge fields."""
