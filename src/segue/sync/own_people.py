"""People whom lists hold by address, whom no profile has, and whose consent is attested: beside the profiles of an export. Pure.

They are put beside the flagged profiles as rows without values, in the lists that hold them and in nothing else, so that
everything after that treats them as anybody. Whoever has a profile is the profile: its answers count, whatever a list says.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import ibis
import ibis.expr.types as ir

from segue.profiles.ports import FlaggedProfiles
from segue.profiles.schema import PROFILE_KEY, AttributeType, ProfileSchema, address_column
from segue.sync.addresses import used_address

OWN_PEOPLE = "own_people"
"""The table of people of lists' own in the session of an audience."""

IS_OWN = "own__person"
"""The column that tells them from profiles; no attribute has such a name, and without such people nobody has the column."""

OWN_KEY_FORM = "list:[0-9a-f]{32}|-[0-9]{19}"
"""The form, as a regular expression, of their keys as ledgers hold them: of texts, and of integers below any that counts people."""

_KEY = re.compile(r"list:[0-9a-f]{32}")
_HIGHEST = -(1 << 62)
"""Keys of profiles are texts or integers; those of lists' own people are told from them by their form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPeople:
    """Canonical addresses with an attested consent, by the list that holds them, of the lists that an export chose."""

    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(self.lists.values())

    @property
    def digest(self) -> str:
        """Name who they are: the same text means the same people on the same lists."""
        lines = (f"{name}\x1f{one}" for name in sorted(self.lists) for one in sorted(self.lists[name]))  # fmt: skip
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def rows(self, schema: ProfileSchema) -> Iterator[tuple[object, ...]]:
        """Yield a row of `own_table` for each address, once."""
        on = [frozenset(addresses) for addresses in self.lists.values()]
        for address in sorted(frozenset().union(*on)):
            yield (_key(address, schema), address, *(address in one for one in on))


NOBODY = OwnPeople()


def own_table(own: OwnPeople, schema: ProfileSchema) -> ir.Table:
    """The people as the session has them: `own_key`, `own_address`, and `on0…` by list, whether it holds them."""
    key = "int64" if schema.profiles.key_type == "integer" else "string"
    columns = {"own_key": key, "own_address": "string"}
    on = dict.fromkeys((f"on{place}" for place in range(len(own.lists))), "boolean")
    return ibis.table(ibis.schema(columns | on), name=OWN_PEOPLE)


def without_profiles(own: OwnPeople, flagged: FlaggedProfiles, schema: ProfileSchema) -> ir.Table:
    """Return the people whose address no profile has in any attribute: the others are their profiles."""
    people, profiles = own_table(own, schema), flagged.unflagged
    first, *others = (profiles.select(taken=profiles[name]) for name in own_columns(schema))
    taken = first.union(*others) if others else first
    return people.anti_join(taken, people.own_address == taken.taken)


def own_columns(schema: ProfileSchema) -> Sequence[str]:
    """Name the columns of the profiles by which it is known whether somebody on a list has one."""
    attributes = schema.profiles.attributes
    return [address_column(one.name) for one in attributes if one.type is AttributeType.EMAIL]


def with_own_people(
    flagged: FlaggedProfiles, own: OwnPeople, schema: ProfileSchema, *, email_attribute: str
) -> FlaggedProfiles:
    """Return the flagged profiles with the people of `own_table` beside them, who have an address and no other value."""
    people = own_table(own, schema)
    values: dict[str, ir.Value] = {
        PROFILE_KEY: people.own_key,
        email_attribute: people.own_address,
        used_address(email_attribute): people.own_address,
        IS_OWN: ibis.literal(True),
    }
    flags: dict[str, ir.Value] = {flag: ibis.literal(False) for flag in flagged.flags.values()}
    for place, name in enumerate(own.lists):
        flags[flagged.flags[name]] = people[f"on{place}"]

    def beside(profiles: ir.Table) -> ir.Table:
        marked = profiles.mutate(**{IS_OWN: ibis.literal(False)})
        known = values | flags
        columns = {
            name: known[name].cast(kind) if name in known else ibis.null(kind)
            for name, kind in marked.schema().items()
        }
        return marked.union(people.select(**columns))

    is_costly = flagged.profiles is not None
    return replace(
        flagged,
        table=beside(flagged.table),
        profiles=beside(flagged.unflagged) if is_costly else None,
    )


def is_own_key(text: ir.StringValue) -> ir.BooleanValue:
    """Return whether a key, as ledgers hold it, is one of lists' own people."""
    return text.re_search(f"^({OWN_KEY_FORM})$")


def profile_key(text: str) -> str:
    """Return the key of a profile as people read it: those of lists' own have none, "" stands for it."""
    is_number = text.startswith("-") and text[1:].isdecimal() and int(text) <= _HIGHEST
    return "" if is_number or _KEY.fullmatch(text) else text


def _key(address: str, schema: ProfileSchema) -> object:
    """Return a key that goes with the address, so that whoever has another one is somebody else."""
    digits = hashlib.md5(address.encode(), usedforsecurity=False).hexdigest()
    return _HIGHEST - int(digits[:15], 16) if schema.profiles.key_type == "integer" else f"list:{digits}"  # fmt: skip
