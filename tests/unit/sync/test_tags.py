"""Tags as bits: words of 62, names in order, one tag for names that differ by case only."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from segue.sync.tags import BITS_PER_WORD, TagBit, folded, masks, names_of, word_count

BITS = [TagBit(name=f"Tag {n}", position=n, claimed=True) for n in range(200)]


@given(st.sets(st.integers(0, 199)))
def test_masks_and_names_are_each_other_s_inverse(positions: set[int]) -> None:
    chosen = [bit for bit in BITS if bit.position in positions]

    found = masks(chosen, words=word_count(BITS))

    assert names_of(BITS, found) == tuple(bit.name for bit in chosen)
    assert all(0 <= mask < 2**BITS_PER_WORD for mask in found)


def test_sixty_two_tags_fit_one_word() -> None:
    assert word_count([]) == 1
    assert word_count(BITS[:62]) == 1
    assert word_count(BITS[:63]) == 2
    assert (BITS[61].word, BITS[61].value) == (0, 2**61)
    assert (BITS[62].word, BITS[62].value) == (1, 1)


def test_names_that_mailchimp_takes_for_one_are_folded_alike() -> None:
    assert folded("  VIP ") == folded("vip")
    assert folded("STRASSE") == folded("straße")
    assert folded("Été") == folded("ÉTÉ")
