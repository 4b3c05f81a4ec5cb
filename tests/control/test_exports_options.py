"""An option of an export is declared once: engine, kept rows, drafts and forms know the same ones, with the same usual words."""

from __future__ import annotations

from dataclasses import fields

from segue.control.exports.draft import Draft
from segue.control.exports.models import Export
from segue.control.exports.options import OPTIONS
from segue.sync import export as engine


def test_engine_rows_drafts_and_pages_know_the_same_options() -> None:
    usual = {field.name: field.default for field in fields(engine.Export)}
    drafted = {field.name: field.default for field in fields(Draft)}

    told = {one.name: ([str(word) for word in one.words], one.usual.value) for one in OPTIONS}

    assert told == {
        name: ([str(word) for word in words], usual[name]) for name, words in engine.OPTIONS.items()
    }
    assert {name: drafted[name].value for name in told} == {
        name: getattr(Export(), name) for name in told
    }
    assert {name: one for name, (_words, one) in told.items()} == {
        name: drafted[name].value for name in told
    }
