"""Kept JSON that is damaged: one error, whatever the damage is."""

from __future__ import annotations

import msgspec
import pytest

from segue.core.documents import DamagedDocument, decoded


class Named(msgspec.Struct):
    name: str


DECODE = msgspec.json.Decoder(Named).decode


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xbc{}",
        b'{"name": "\xbc"}',
        b'{"n\xbcme": "a"}',
        b'{"name": "\xed\xa0\x80"}',
        b'{"name": 1}',
        b"{}",
        b'{"name": "a"',
        b'{"name": "a"}}',
        b'{"other": ' + b"[" * 100_000 + b"]" * 100_000 + b', "name": "a"}',
        '{"name": "a"}'.encode("utf-16"),
        bytes(20),
    ],
    ids=range(12),
)
def test_damage_is_one_error(content: bytes) -> None:
    with pytest.raises(DamagedDocument):
        decoded(content, DECODE)


def test_what_is_whole_is_told() -> None:
    assert decoded('{"name": "Zoë", "later": 1}'.encode(), DECODE) == Named(name="Zoë")
