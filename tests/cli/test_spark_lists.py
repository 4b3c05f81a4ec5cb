"""People on a list without a profile, by profiles in files and on a cluster: the same are exported."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from segue.configuration import load
from segue.profiles.schema import AttributeType
from segue.segments.rules import Kept, Segment
from segue.service.engines import profile_engine
from segue.service.exports import Workspace, open_workspace
from segue.sync.export import SegmentTag
from segue.sync.kinds import Skip
from segue.sync.people import PersonChange
from segue.sync.permission import Permission
from segue.sync.ports import MergeFields
from tests.cli.program import CUSTOMERS, Shop, open_shop
from tests.cli.test_spark import _ADDRESS, _declare, _write
from tests.spark import spark_remote

ON_LIST = {"nadia": True, "rosa": True, "olga": True, "peter": False}


def at_work(shop: Shop) -> Workspace:
    """Return the shop's configuration at work, with a list in its export."""
    environment = {"SEGUE_TEST_KEY": shop.sandbox.api_key, _ADDRESS: spark_remote()}
    declared = load(shop.folder / "segue.yaml", environment=environment)
    fair = Segment(name="fair", rule=Kept(place="fair", attributes=("email",)))
    news = replace(declared.exports["news"], segments=(SegmentTag(segment="fair", tag="Fair"),))
    configuration = replace(
        declared, segments={**declared.segments, "fair": fair}, exports={"news": news}
    )
    addresses = {f"{name}@shop.example": attested for name, attested in ON_LIST.items()}
    profile_engine(declared.home, declared.engine).keep_members(
        "fair", addresses, kind=AttributeType.TEXT
    )
    attested = {"fair": [one for one, is_attested in addresses.items() if is_attested]}
    return open_workspace(configuration, environment, attested=attested)


def test_over_a_cluster_the_same_people_of_a_list_are_exported_as_over_files(
    tmp_path: Path,
) -> None:
    seen = {}
    for name in ("files", "cluster"):
        (tmp_path / name).mkdir()
        with open_shop(tmp_path / name) as shop:
            if name == "cluster":
                _declare(shop)
            _write(shop, CUSTOMERS)
            work, people = at_work(shop), list[PersonChange]()
            snapshot = work.refresh().snapshot
            report = asyncio.run(
                work.run("news", snapshot, permission=Permission(), everybody=people.extend)
            )
            seen[name] = (
                report.plan.members,
                report.plan.skips,
                {(one.profile_key, one.address, one.kind.name) for one in people},
                {one.email: tuple(one.tags) for one in shop.sandbox.members("a1b2c3d4e5")},
            )

    assert seen["cluster"] == seen["files"]
    # Nadia has two profiles, and Rosa's says nothing of a consent.
    assert seen["files"] == (
        4,
        {Skip.DUPLICATE: 1, Skip.NO_CONSENT: 1},
        {
            ("1", "nadia@shop.example", "ADD"),
            ("6", "nadia@shop.example", "SKIP"),
            ("7", "rosa@shop.example", "SKIP"),
            ("", "olga@shop.example", "ADD"),
        },
        {"nadia@shop.example": ("Fair",), "olga@shop.example": ("Fair",), "omar@shop.example": ()},
    )


def test_over_a_cluster_the_same_values_are_shown_of_the_fields_as_over_files(
    tmp_path: Path,
) -> None:
    seen = {}
    for name in ("files", "cluster"):
        (tmp_path / name).mkdir()
        with open_shop(tmp_path / name) as shop:
            if name == "cluster":
                _declare(shop)
            _write(shop, CUSTOMERS)
            work = at_work(shop)
            fields = tuple(one.tag for one in work.configuration.exports["news"].fields)
            there = MergeFields(fields=(), limit=None)
            seen[name] = work.field_samples("news", work.refresh().snapshot, there)

    assert seen["cluster"] == seen["files"]
    assert seen["files"].keys() == set(fields)
    assert any(seen["files"].values())
