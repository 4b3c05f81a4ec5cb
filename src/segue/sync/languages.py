"""The languages that Mailchimp knows of a contact, and how people write them. Pure; as an expression: `merge_texts`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

# Assumption: these are the codes that Mailchimp takes, by its help page on contact languages; the API's specification
# names none (openapi-3.0.55: `language`, a string). Of the three pairs the code without a country is the country named
# here first: France, Brazil, Mexico.
VARIANTS: Mapping[str, str] = {"fr_ca": "fr_CA", "pt_pt": "pt_PT", "es_es": "es_ES"}
"""Codes with a country, by how `plain` writes them; any other country is none to Mailchimp."""

_NAMES: Mapping[str, str] = {
    "af": "Afrikaans, Afrikaans",
    "ar": "Arabic, Arabe, العربية",
    "be": "Belarusian, Biélorusse, Беларуская",
    "bg": "Bulgarian, Bulgare, Български",
    "ca": "Catalan, Catalan, Català",
    "cs": "Czech, Tchèque, Čeština",
    "da": "Danish, Danois, Dansk",
    "de": "German, Allemand, Deutsch",
    "el": "Greek, Grec, Ελληνικά",
    "en": "English, Anglais",
    "es": "Spanish (Mexico), Espagnol (Mexique), Español (México)",
    "es_ES": "Spanish (Spain), Espagnol (Espagne), Español (España)",
    "et": "Estonian, Estonien, Eesti",
    "fa": "Persian, Farsi, Persan, فارسی",
    "fi": "Finnish, Finnois, Suomi",
    "fr": "French, French (France), Français, Français (France)",
    "fr_CA": "French (Canada), Français (Canada)",
    "ga": "Irish, Irlandais, Gaeilge",
    "he": "Hebrew, Hébreu, עברית",
    "hi": "Hindi, Hindi, हिन्दी",
    "hr": "Croatian, Croate, Hrvatski",
    "hu": "Hungarian, Hongrois, Magyar",
    "id": "Indonesian, Indonésien, Indonesia",
    "is": "Icelandic, Islandais, Íslenska",
    "it": "Italian, Italien, Italiano",
    "ja": "Japanese, Japonais, 日本語",
    "km": "Khmer, Khmer, ខ្មែរ",
    "ko": "Korean, Coréen, 한국어",
    "lt": "Lithuanian, Lituanien, Lietuvių",
    "lv": "Latvian, Letton, Latviešu",
    "mk": "Macedonian, Macédonien, Македонски",
    "ms": "Malay, Malais, Melayu",
    "mt": "Maltese, Maltais, Malti",
    "nl": "Dutch, Néerlandais, Nederlands",
    "no": "Norwegian, Norvégien, Norsk",
    "pl": "Polish, Polonais, Polski",
    "pt": "Portuguese (Brazil), Portugais (Brésil), Português (Brasil)",
    "pt_PT": "Portuguese (Portugal), Portugais (Portugal), Português (Portugal)",
    "ro": "Romanian, Roumain, Română",
    "ru": "Russian, Russe, Русский",
    "sk": "Slovak, Slovaque, Slovenčina",
    "sl": "Slovenian, Slovène, Slovenščina",
    "sr": "Serbian, Serbe, Српски",
    "sv": "Swedish, Suédois, Svenska",
    "sw": "Swahili, Swahili, Kiswahili",
    "ta": "Tamil, Tamoul, தமிழ்",
    "th": "Thai, Thaï, ไทย",
    "tr": "Turkish, Turc, Türkçe",
    "uk": "Ukrainian, Ukrainien, Українська",
    "vi": "Vietnamese, Vietnamien, Tiếng Việt",
    "zh": "Chinese, Chinois, 中文",
}
"""Each code's names in English, in French and in the language itself. "Spanish" and "Portuguese" alone name two codes: none."""

BASES = tuple(code for code in _NAMES if "_" not in code)
"""Codes that stand for a language in any country without a code of its own."""

ALIASES: Mapping[str, str] = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}
"""Other codes of the same languages: the two forms of Norwegian, and what ISO 639 called Hebrew and Indonesian before."""

LOCALE = r"^([a-z]{2})([_-][a-z0-9]{2,8})*$"
"""A code with or without country or script, as `plain` writes it: fr, fr_fr, zh_hant_tw."""


_COUNTRIES = (
    "af_za ar_eg be_by bg_bg ca_es cs_cz da_dk de_de el_gr en_us es_mx et_ee fa_ir fi_fi fr_fr ga_ie he_il hi_in hr_hr hu_hu "
    "id_id is_is it_it ja_jp km_kh ko_kr lt_lt lv_lv mk_mk ms_my mt_mt nl_nl no_no pl_pl pt_br ro_ro ru_ru sk_sk sl_si sr_rs "
    "sv_se sw_tz ta_in th_th tr_tr uk_ua vi_vn zh_cn nb_no nn_no iw_il in_id zh_hans zh_hans_cn sr_cyrl sr_cyrl_rs"
)
WHOLE = frozenset([*VARIANTS, *_COUNTRIES.split()])
"""Codes, as `plain` writes them, of which Mailchimp's code says all.

Source: CLDR's likely subtags, by which a code without country or script is read; of es, fr and pt Mailchimp's own countries.
"""


def plain(text: str) -> str:
    """Return a text as spellings are compared: small letters, no blanks around it, `_` for `-`."""
    return text.strip().lower().replace("-", "_")


def _spelled() -> Iterator[tuple[str, str]]:
    """Yield each name with its code, also without accents, as spreadsheets of long ago hold it."""
    for code, names in _NAMES.items():
        for name in names.split(", "):
            yield plain(name), code
            letters = unicodedata.normalize("NFKD", plain(name))
            yield "".join(sign for sign in letters if not unicodedata.combining(sign)), code


SPELLINGS: Mapping[str, str] = dict(_spelled())
"""Codes by name, as `plain` writes it."""


def is_cut(text: str) -> bool:
    """Return whether Mailchimp's code for a language says less than the text: `de` for German of Austria."""
    written = plain(text)
    has_more = "_" in written and re.search(LOCALE, written) is not None
    return has_more and written not in WHOLE and code_of(text) != ""


def code_of(text: str) -> str:
    """Return Mailchimp's code for a language as people write it, "" for none that it knows or that is meant surely."""
    written = plain(text)
    if written in VARIANTS:
        return VARIANTS[written]
    locale = re.search(LOCALE, written)
    base = ALIASES.get(locale[1], locale[1]) if locale else ""
    return base if base in BASES else SPELLINGS.get(written, "")
