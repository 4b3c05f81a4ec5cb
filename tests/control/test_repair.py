"""An installation repairs what it keeps of an audience with the connection of its own export."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.control.people.models import Person
from segue.core.errors import ConfigurationProblem
from segue.service.configured import workspace, workspace_of_audience
from segue.service.exports import Workspace
from segue.service.repairing import folders_of, proposed
from segue.sync.permission import Permission
from tests.control import stage

PEOPLE = "1,nadia@shop.example,Nadia,Haddad,Lyon,2026-01-05,true\n2,pia@shop.example,Pia,Marchal,Lyon,2025-06-01,true\n"


def test_an_installation_repairs_its_own_audience(
    alice: Person, tmp_path: Path, settings: Any
) -> None:
    settings.SEGUE_HOME = tmp_path / "home"
    head = "id,email,first_name,last_name,city,joined,opted_in\n"
    (tmp_path / "customers.csv").write_text(head + PEOPLE, encoding="utf-8")
    with Sandbox.in_thread(switches=Switches(stats_cache_s=0)) as sandbox:
        sandbox.add_audience(stage.AUDIENCE_ID, name="Newsletter")
        stage.declared(tmp_path)
        connection = stage.connection(alice, base_url=sandbox.base_url, secret=sandbox.api_key)
        export = stage.export(alice, connection)
        first = _run(export)
        (folder,) = folders_of(stage.AUDIENCE_ID, workspace(export))
        account = folder.name.rpartition("-")[0]
        type(connection).objects.filter(pk=connection.pk).update(account_id=account)
        (ledger,) = folder.glob("ledger/*/*.parquet")
        ledger.unlink()
        with pytest.raises(ConfigurationProblem) as stopped:
            _run(export)

        told = _repair()
        second = _run(export)

    assert first.outcomes.accepted
    assert stopped.value.code == "state_file_missing"
    assert [(one.carriers, one.ours, one.foreign) for one in told] == [
        (first.outcomes.accepted, first.outcomes.accepted, 0)
    ]
    assert second.outcomes.counted.updated == first.outcomes.accepted
    assert workspace_of_audience("b1b2c3d4e5") is None


def _run(export: Any) -> Any:
    at_work = workspace(export)
    snapshot = at_work.refresh().snapshot
    granted = Permission(digest=asyncio.run(at_work.plan(export.key, snapshot)).plan.digest)
    return asyncio.run(at_work.run(export.key, snapshot, permission=granted))


def _repair() -> Any:
    found = workspace_of_audience(stage.AUDIENCE_ID)
    assert found is not None
    (folder,) = folders_of(stage.AUDIENCE_ID, found)
    assert folder.is_relative_to(conf.SEGUE_HOME)
    return asyncio.run(_carried_out(folder, found))


async def _carried_out(folder: Path, found: Workspace) -> Any:
    async with proposed(folder, found, ours=False) as proposal:
        assert proposal is not None
        proposal.carry_out()
        return proposal.tags
