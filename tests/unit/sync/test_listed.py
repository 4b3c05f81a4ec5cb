"""Contacts by column are the contacts that they were made of."""

from __future__ import annotations

from segue.sync.listed import joined, listed
from segue.sync.ports import ContactStatus
from tests.unit.sync.small_service import contact

NADIA, OMAR, EMILE = (
    contact("nadia"),
    contact("omar", ContactStatus.CLEANED),
    contact("emile", minutes=1),
)


def test_columns_give_the_contacts_back_one_by_one_and_in_slices() -> None:
    columns = listed((NADIA, OMAR, EMILE))

    assert list(columns) == [NADIA, OMAR, EMILE]
    assert (len(columns), columns[1], columns[-1]) == (3, OMAR, EMILE)
    assert (columns[:1], columns[-1:], columns[5:]) == ((NADIA,), (EMILE,), ())
    assert listed(columns) is columns


def test_pages_are_joined_in_their_order_whatever_they_are_made_of() -> None:
    assert list(joined([(NADIA,), listed((OMAR,)), (), (EMILE,)])) == [NADIA, OMAR, EMILE]
    assert not joined([])
