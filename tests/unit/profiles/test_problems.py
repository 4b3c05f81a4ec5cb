"""Every kind of problem is explained with a next step."""

from __future__ import annotations

import pytest

from segue.core.emails import AddressProblem
from segue.profiles.problems import RowProblem, explanation


@pytest.mark.parametrize("kind", [*RowProblem, *AddressProblem])
def test_every_kind_says_what_it_means_and_what_to_do(kind: str) -> None:
    found = explanation(kind)

    assert found.meaning.endswith(".") and found.action.endswith(".")


def test_an_unknown_kind_is_our_bug() -> None:
    with pytest.raises(KeyError):
        explanation("unheard_of")
