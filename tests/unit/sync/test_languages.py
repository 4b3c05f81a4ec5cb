"""Languages as people write them, as the codes that Mailchimp takes; the expression says the same as the function."""

from __future__ import annotations

from functools import cache

import ibis
import pytest
from babel import Locale
from babel.core import get_global
from hypothesis import given, settings
from hypothesis import strategies as st

from segue.profiles.schema import Attribute, AttributeType
from segue.sync.export import MergeType
from segue.sync.languages import ALIASES, BASES, SPELLINGS, VARIANTS, WHOLE, code_of, is_cut
from segue.sync.merge_texts import merge_text
from segue.sync.tables import Table
from tests.unit.sync.bare_engine import BareEngine

PEOPLE = ibis.table({"number": "int64", "language": "string"}, name="people")
WRITTEN = Attribute(name="language", type=AttributeType.TEXT, column="language")

MEANT = [
    *[(text, "fr") for text in ("fr", "FR", " fr ", "fr-FR", "fr_FR", "fr-BE", "FR-fr")],
    *[(text, "fr") for text in ("French", "french", "Français", "FRANÇAIS", "Francais")],
    *[(text, "fr_CA") for text in ("fr-CA", "fr_CA", "FR-ca", "French (Canada)")],
    *[("pt-BR", "pt"), ("pt_PT", "pt_PT"), ("pt", "pt"), ("es-ES", "es_ES"), ("es-AR", "es")],
    *[("en-GB", "en"), ("English", "en"), ("Anglais", "en"), ("Deutsch", "de"), ("日本語", "ja")],
    *[("zh-Hant-TW", "zh"), ("nb-NO", "no"), ("nn", "no"), ("iw", "he"), ("NO", "no")],
    *[("Español (España)", "es_ES"), ("espagnol (mexique)", "es"), ("Norvegien", "no")],
]
UNKNOWN = [
    "xx",
    "Spanish",
    "Español",
    "Portugais",
    "fr en",
    "fra",
    "francophone",
    "1",
    "fr_",
    "-",
    "",
]


@pytest.fixture(scope="module")
def engine() -> BareEngine:
    return BareEngine()


@cache
def read() -> Table:
    """Return the numbers of people with what their languages are read as; made once, as it is the same for all."""
    made = merge_text(PEOPLE.language, WRITTEN, MergeType.LANGUAGE, None)
    assert made.fits is not None
    assert made.is_cut is not None
    return PEOPLE.select("number", text=made.text, fits=made.fits, is_cut=made.is_cut)


def by_engine(engine: BareEngine, texts: list[str | None]) -> list[tuple[str, bool, bool]]:
    engine.give(PEOPLE, [{"number": n, "language": text} for n, text in enumerate(texts)])
    return [(text, fits, cut) for _number, text, fits, cut in sorted(engine.rows(read()))]


@pytest.mark.parametrize(("written", "code"), MEANT)
def test_a_language_as_people_write_it_is_mailchimps_code(written: str, code: str) -> None:
    assert code_of(written) == code


@pytest.mark.parametrize(
    "written",
    [
        "de_AT",
        "de-CH",
        "DE-at",
        "en-GB",
        "fr-BE",
        "fr_ch",
        "es-AR",
        "zh-Hant-TW",
        "zh_TW",
        "sr-Latn",
    ],
)
def test_a_country_that_mailchimps_code_does_not_tell_is_cut_off(written: str) -> None:
    assert is_cut(written)


@pytest.mark.parametrize(
    "written",
    [
        *BASES,
        *ALIASES,
        *SPELLINGS,
        *sorted(WHOLE),
        "pt-BR",
        "fr-CA",
        "FR_fr",
        "nb-NO",
        "zh-Hans-CN",
        *UNKNOWN,
    ],
)
def test_of_other_words_nothing_is_cut_off(written: str) -> None:
    assert not is_cut(written)


def test_the_likely_countries_are_those_of_the_common_locale_data() -> None:
    likely = {
        base: likely.split("_")[-1].lower()
        for base in BASES
        if (likely := get_global("likely_subtags").get(base))
    }
    own = {"es": "mx", "ms": "my"}

    assert {f"{base}_{likely[base]}" for base in likely.keys() - own} <= WHOLE


@pytest.mark.parametrize("written", UNKNOWN)
def test_what_is_no_language_or_may_be_two_is_none(written: str) -> None:
    assert code_of(written) == ""


def test_the_expression_says_the_same_and_only_what_is_written_can_be_a_misfit(
    engine: BareEngine,
) -> None:
    texts = [written for written, _code in MEANT] + UNKNOWN

    assert by_engine(engine, [*texts, "  ", None]) == [
        *((code_of(text), bool(code_of(text)) or not text, is_cut(text)) for text in texts),
        ("", True, False),
        ("", True, False),
    ]


@settings(max_examples=5)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([*SPELLINGS, *BASES, *VARIANTS, *ALIASES]).map(str.title),
            st.text("frFRcaCA-_ (é", max_size=6),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_any_text_is_read_alike_by_both(engine: BareEngine, texts: list[str]) -> None:
    assert [(text, cut) for text, _fits, cut in by_engine(engine, list(texts))] == [
        (code_of(text), is_cut(text)) for text in texts
    ]


@pytest.mark.parametrize("code", BASES)
def test_names_are_those_of_the_common_locale_data(code: str) -> None:
    """Where one name means two codes, as Spanish does, it is none."""
    names = {Locale(reader).languages[code] for reader in ("en", "fr", code)}
    ambiguous = {variant.partition("_")[0] for variant in VARIANTS} - {"fr"}

    assert {code_of(name) for name in names} == {"" if code in ambiguous else code}
