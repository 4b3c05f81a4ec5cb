"""Members that are kept beside the snapshots: of static segments their keys, of lists the addresses. Who asks finds them as a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from segue.configuration.values import Configuration
from segue.control.segments.list_contents import addresses_of, attested_at
from segue.control.segments.models import Segment, SegmentKind
from segue.core.errors import ConfigurationProblem, TryLater
from segue.profiles.ports import ProfileEngine
from segue.profiles.schema import AttributeType, ProfileSchema
from segue.segments.rules import Kept
from segue.segments.walk import lists_among
from segue.service.engines import profile_engine
from segue.service.installed_journals import journals_here


def place_of(segment: str, now: datetime) -> str:
    """Return a name for what is kept of a segment from now on: each change has one of its own."""
    return f"{segment}__{now:%Y%m%dt%H%M%S%f}"


def list_rule(row: Segment, schema: ProfileSchema) -> Kept | None:
    """Return the rule of a list: one of the profile's addresses is on it; None where profiles have no address."""
    addresses = [one.name for one in schema.profiles.attributes if one.type is AttributeType.EMAIL]
    return Kept(place=row.kept, attributes=tuple(addresses)) if addresses else None


def kept_rule(row: Segment, schema: ProfileSchema) -> Kept | None:
    """Return what a static segment or a list asks for; None where what it keeps is lost, so that nobody is taken for gone.

    The addresses of a list are in the control database, too, and are put beside the snapshots again.
    """
    engine = _engine()
    if not row.kept:
        return None
    if row.kind == SegmentKind.STATIC:
        return Kept(place=row.kept) if engine.has_members(row.kept) else None
    if not engine.has_members(row.kept):
        try:
            keep_addresses(row.kept, addresses_of(row))
        except ConfigurationProblem:  # the key to the addresses is lost
            return None
    return list_rule(row, schema)


def attested_for(configuration: Configuration) -> Mapping[str, Sequence[str]]:
    """Return the addresses on lists that exports chose whose consent is attested, by the list's place. Personal data.

    Raises: TryLater when one of the lists was changed since the configuration was made.
    """
    known = configuration.segments
    chosen = {one.segment for export in configuration.exports.values() for one in export.segments}
    places = lists_among(known[name] for name in chosen if name in known).values()
    found = attested_at([*places]) if places else {}
    if set(places) - set(found):
        raise TryLater(
            _("A list was changed while its people were looked up."),
            action=_("Try once more."),
            code="list_changed_meanwhile",
        )
    return found


def keep_addresses(place: str, addresses: Sequence[str]) -> None:
    """Put the addresses of a list beside the snapshots."""
    _engine().keep_members(place, addresses, kind=AttributeType.TEXT)


def keep_keys(place: str, keys: Iterable[object], schema: ProfileSchema) -> None:
    """Put keys of profiles beside the snapshots."""
    engine = _engine()
    engine.keep_members(place, keys, kind=schema.profiles.key_type)


def forget_kept(_now: datetime) -> int:
    """Remove what is kept of no segment any more; return how many that were."""
    engine = _engine()
    named = set(Segment.objects.filter(removed_at=None).values_list("kept", flat=True))
    unnamed = [place for place in engine.places_of_members() if place not in named]
    for place in unnamed:
        engine.forget_members(place)
    return len(unnamed)


def _engine() -> ProfileEngine:
    return profile_engine(settings.SEGUE_HOME, shared=journals_here().shared)
