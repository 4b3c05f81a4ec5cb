"""Files of the state folder that are lost or damaged: nothing is sent, no tag of somebody else goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.core.errors import ConfigurationProblem
from tests.acceptance.world import LIST, audience, person
from tests.fakes.laboratory import Laboratory, laboratory

PEOPLE = [person(1, "Nadia"), person(2, "Pia"), person(3, "Omar"), person(4, "Emile")]


def begun(lab: Laboratory) -> None:
    """Nadia and Pia carried the tag before us, Omar and Emile got it from us."""
    lab.sandbox.add_contact(LIST, "nadia@shop.example", tags=["Vip"])
    lab.sandbox.add_contact(LIST, "pia@shop.example", tags=["Vip"])
    lab.run()


@pytest.mark.parametrize(
    "lost", ["foreign/0/1.parquet", "ledger/newsletter/1.parquet", "contacts/1.parquet"]
)
def test_a_lost_file_keeps_the_tags_of_leavers_who_had_them_before_us(
    tmp_path: Path, lost: str
) -> None:
    with laboratory(tmp_path, *PEOPLE) as lab:
        begun(lab)
        (lab.home / "audience" / lost).unlink()
        lab.people = [*PEOPLE[2:]]
        lab.sandbox.reset_calls()

        with pytest.raises(ConfigurationProblem) as stopped:
            lab.approve()

        assert stopped.value.code == "state_file_missing"
        assert lab.sandbox.writes == []
        assert {tuple(tags) for _, tags in audience(lab).values()} == {("Vip",)}
