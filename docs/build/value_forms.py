"""The forms of values that are understood and refused: the table behind docs/reference/forms.md and behind its test.

Every line is run through a real refresh (tests/integration/engines/test_value_forms.py), so that the page cannot lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from segue.core.texts import PLACEHOLDERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One written value of an attribute with these options: what it becomes, or the kind of problem it is refused with."""

    written: str
    becomes: str = ""
    refused: str = ""
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """The forms of one type of attribute, under a heading."""

    type: str
    title: str
    words: str
    forms: Sequence[Form]


def _read(becomes: str, *written: str, **options: Any) -> list[Form]:
    return [Form(written=one, becomes=becomes, options=options) for one in written]


def _refused(kind: str, *written: str, **options: Any) -> list[Form]:
    return [Form(written=one, refused=kind, options=options) for one in written]


_FR = {"decimal_mark": ","}
_DE = {"decimal_mark": ",", "thousands_mark": "."}
_SHORT = {"formats": ["%d/%m/%Y", "%d/%m/%y"]}
_PARIS = {"time_zone": "Europe/Paris"}

BOOLEANS = Forms(
    type="boolean",
    title="Yes and no",
    words="Capitals and accents written in two signs make no difference. Own words (`true_values`, `false_values`) come"
    " first; the known ones are still read beside them. A word that stands in both lists is refused by `segue check`."
    " An x is a tick to some and strikes out for others, so that it must be declared.",
    forms=[
        *_read(
            "true",
            "true",
            "TRUE",
            "t",
            "yes",
            "y",
            "Y",
            "on",
            "1",
            "1.0",
            "1,0",
            "-1",
            "-1.0",
        ),
        *_read("true", "oui", "o", "vrai", "v", "ja", "j", "wahr", "WAHR", "si", "sí", "s", "sim"),
        *_read("true", "verdadero", "vero", "waar", "tak", "✓", "✔", "☑", " Oui "),
        *_read("false", "false", "F", "no", "n", "N", "off", "0", "0.0", "0,0", "non", "faux"),
        *_read("false", "nein", "falsch", "FALSCH", "falso", "não", "nee", "nej", "nie", "☐", "✗"),
        *_read("true", "inscrit", "Inscrit ", true_values=["inscrit"], false_values=["parti"]),
        *_read("false", "PARTI", "no", true_values=["inscrit"], false_values=["parti"]),
        *_read("true", "x", "X", true_values=["x"]),
        *_read("false", "x", true_values=["ok"], false_values=["x"]),
        *_refused("not_a_boolean", "x", "2", "maybe", "peut-être", "-", "n/a", "☒", "yes and no"),
    ],
)

INTEGERS = Forms(
    type="integer",
    title="Whole numbers",
    words="Signs of money, blanks, apostrophes and per cent are read as in numbers with decimals.",
    forms=[
        *_read(
            "1234", "1234", "+1234", "1234.0", "1 234", "1\u00a0234", "1\u202f234", "1'234", "'1234"
        ),
        *_read("1234", "1.234", **_DE),
        *_read("-12", "-12", "\u221212", "12-", "(12)", "- 12", "($12)"),
        *_read("12", "12 %", "€12", "12 EUR"),
        *_refused(
            "not_an_integer", "1,234", "12.5", "1_000", "0x10", "3.36123E+10", "1-2", "twelve"
        ),
        *_refused("out_of_range", "9223372036854775808"),
    ],
)

DECIMALS = Forms(
    type="decimal",
    title="Numbers",
    words="`decimal_mark` says which sign comes before the decimals. Blanks and apostrophes between groups of three digits"
    " are always read; a point or a comma between them only when `thousands_mark` declares it. Money signs and the codes of"
    " ISO 4217 may stand on either side and are left out, so keep one currency in a column. Per cent are read as they are"
    " written: 12,5 % is 12.5.",
    forms=[
        *_read(
            "1234.50",
            "1234.5",
            "1 234.50",
            "1\u00a0234.50",
            "1\u2009234.50",
            "1'234.50",
            "1’234.50",
        ),
        *_read(
            "1234.50",
            "$1234.50",
            "$ 1 234.50",
            "1234.50 $",
            "US$1234.50",
            "USD 1234.50",
            "1234.50USD",
        ),
        *_read("1234.50", "CHF 1'234.50", "£1234.50", "1234.50 kr", "'1234.50", "1.2345E+3"),
        *_read(
            "-12.50",
            "-12.50",
            "\u221212.50",
            "12.50-",
            "12.50 -",
            "(12.50)",
            "($12.50)",
            "$(12.50)",
        ),
        *_read("-12.50", "-$12.50", "$-12.50", "(12.50 EUR)", "\u201312.50", "- 12.50"),
        *_read("12.50", "12.5 %", "12.50%", ".125E+2", "+12.50"),
        *_read("12.50", "12,50", "€ 12,50", "12,50 €", "€12,50", "12,50 EUR", "EUR 12,50", **_FR),
        *_read("1234.50", "1 234,50", "1\u202f234,50 €", "1'234,50", **_FR),
        *_read("1234.50", "1.234,50", "1.234,50 €", "1 234,50", **_DE),
        *_read("1234.00", "1,234", thousands_mark=","),
        *_read("1.23", "1,234", **_FR),
        *_refused(
            "not_a_number", "1,234", "1,234.50", "12,50", "1.234.567", "12 34", "12.50 kg", "--1"
        ),
        *_refused("not_a_number", "(-12.50)", "12–15", "NaN", "inf", "n/a", "#N/A", "12.50 QQQ"),
        *_refused("not_a_number", "1.234,50", "1.234.567", "12.5.0", **_FR),
        *_refused("out_of_range", "12345678901234567"),
    ],
)

DATES = Forms(
    type="date",
    title="Dates",
    words="Without `formats`, dates begin with the year. `%Y` stands for four digits: a year before 1000 is nobody's, and the"
    " next format is tried. `%y` stands for two digits, which mean one of the hundred years from `two_digit_years_from` on"
    " (1930: 30 is 1930, 29 is 2029).",
    forms=[
        *_read(
            "2026-01-05",
            "2026-01-05",
            "2026-1-5",
            "2026/01/05",
            "2026-01-05 23:30",
            "2026-01-05T23:30:00",
        ),
        *_read("2026-01-06", "2026-01-05T23:30:00Z", "2026-01-05 23:30:00 UTC", **_PARIS),
        *_read("2026-01-06", "2026-01-05 18:30:00 -0500", **_PARIS),
        *_read("2024-12-31", "31/12/2024", "31/12/24", **_SHORT),
        *_read("2029-12-31", "31/12/29", **_SHORT),
        *_read("1930-12-31", "31/12/30", **_SHORT),
        *_read("2030-12-31", "31/12/30", two_digit_years_from=2000, **_SHORT),
        *_read("2024-12-31", "31.12.2024", formats=["%d.%m.%Y"]),
        *_read(
            "2024-12-31",
            "12/31/2024",
            "12/31/2024 11:30 PM",
            formats=["%m/%d/%Y", "%m/%d/%Y %I:%M %p"],
        ),
        *_refused(
            "not_a_date",
            "31/12/2024",
            "12/31/2024",
            "31.12.2024",
            "2026-02-30",
            "45000",
            "20260105",
        ),
        *_refused("not_a_date", "today", "2026-01-05 23:30 CET"),
        *_refused("not_a_date", "31/12/0024", "31/02/2024", **_SHORT),
        *_refused("out_of_range", "31/12/24", formats=["%d/%m/%Y"]),
        *_refused("out_of_range", "0024-12-31", "0001-01-01"),
    ],
)

TIMESTAMPS = Forms(
    type="timestamp",
    title="Dates with a time",
    words="Without an offset, a time is one of `written_in`, or of `time_zone` where that is not given; a day without a time begins in `time_zone`. Wherever an instant is"
    " compared, shown or sent, it has the day and the time of `time_zone`.",
    forms=[
        *_read(
            "2026-11-20 23:30:00+00:00",
            "2026-11-20 23:30:00",
            "2026-11-20T23:30",
            "2026/11/20 23:30",
        ),
        *_read(
            "2026-11-20 23:30:00+00:00", "2026-11-20 18:30:00 -0500", "2026-11-20 18:30:00-05:00"
        ),
        *_read("2026-11-20 23:30:00+00:00", "2026-11-20T23:30:00Z", "2026-11-20 23:30:00 Z"),
        *_read(
            "2026-11-20 23:30:00+00:00", "2026-11-20 23:30:00 UTC", "2026-11-21 05:00:00 +05:30"
        ),
        *_read(
            "2026-11-20 23:30:00+00:00",
            "2026-11-20T23:30:00.000+0000",
            "2026-11-20 23:30:00,000 GMT",
        ),
        *_read(
            "2026-11-20 23:30:00+00:00",
            "Fri, 20 Nov 2026 18:30:00 -0500",
            "20 Nov 2026 23:30:00 GMT",
        ),
        *_read(
            "2026-11-20 23:30:00+01:00", "2026-11-20 23:30:00", "2026-11-20 22:30 UTC", **_PARIS
        ),
        *_read("2026-11-21 00:30:00+01:00", "2026-11-20 23:30:00", written_in="UTC", **_PARIS),
        *_read("2026-11-20 00:00:00+01:00", "2026-11-20", written_in="UTC", **_PARIS),
        *_read(
            "2026-11-20 00:00:00+01:00",
            "20/11/2026",
            formats=["%d/%m/%Y"],
            written_in="UTC",
            **_PARIS,
        ),
        *_read(
            "2026-11-20 22:30:00+00:00",
            "20/11/2026 23:30 +0100",
            "20/11/2026 23:30+01:00",
            formats=["%d/%m/%Y %H:%M %z"],
        ),
        *_read(
            "2026-11-20 22:30:00+00:00",
            "20/11/2026 22:30 UTC",
            "20/11/2026 22:30Z",
            formats=["%d/%m/%Y %H:%M %z"],
        ),
        *_read(
            "2024-12-31 09:05:00+00:00",
            "31/12/24 9:05",
            formats=["%d/%m/%Y %H:%M", "%d/%m/%y %H:%M"],
        ),
        *_refused(
            "not_a_timestamp", "23:30", "20/11/2026 23:30", "2026-11-20 23:30 CET", "1700000000"
        ),
        *_refused("not_a_timestamp", "2026-11-20T23:30:00+99:99", "2026-11-20 23:30 Europe/Paris"),
        *_refused("out_of_range", "0001-01-01 00:00:00"),
    ],
)

BIRTHDAYS = Forms(
    type="birthday",
    title="Birthdays without a year",
    words="A day of the year, kept as MM/DD. Dates that begin with the year are read, too. Write `formats` where the day comes"
    " first; they need no year.",
    forms=[
        *_read(
            "05/12",
            "05/12",
            "5/12",
            "05-12",
            "--05-12",
            "1990-05-12",
            "0000-05-12",
            "1990-05-12 08:00",
        ),
        *_read("05/12", "12/05", "12/05/1990", formats=["%d/%m", "%d/%m/%Y"]),
        *_read("05/12", "12.05.", formats=["%d.%m."]),
        *_read("02/29", "02/29", "2000-02-29"),
        *_refused("not_a_birthday", "13/05", "02/30", "05/12/1990", "12 May", "May"),
    ],
)

LISTS = Forms(
    type="list",
    title="Several values in one cell",
    words="Texts between `separator`s (a comma unless said otherwise), or a JSON array, or an array as PostgreSQL or a list as Python writes it; trimmed, each once, blank ones left out. Quotes round a text and"
    " a backslash before a separator keep it together, as Mailchimp's own exports write tags and interests. A cell that holds nothing but what programs"
    " write for no value is blank, as of texts.",
    forms=[
        *_read("vip, gold", "vip, gold", "vip,gold,", " vip ,, gold, vip", '["vip", "gold"]'),
        *_read("vip, gold", "vip; gold", "vip;gold", separator=";"),
        *_read("vip, gold", "{vip,gold}", '{"vip",NULL,gold}'),
        *_read("vip, gold", "['vip', 'gold']", "['vip', \"gold\"]", "v\u200bip, gold"),
        *_read("no mail, gold", "no\u00a0mail, gold"),
        *_read(
            "tea, green, gold", '"tea, green","gold"', '"tea, green", gold', "tea\\, green, gold"
        ),
        *_read('say "hi", gold', '"say ""hi""",gold'),
        *_read('12" plate, gold', '12" plate, gold'),
        *_read("a;b, gold", '"a;b";gold', separator=";"),
        *_read("vip;gold", "vip;gold"),
        *_refused("text_for_nothing", "NULL", "\\N", "N/A", "nan", " NULL "),
        *[Form(written=one, becomes=one, refused="text_doubtful") for one in ("None", "Null")],
    ],
)

TEXTS = Forms(
    type="text",
    title="Texts and telephone numbers",
    words="White space at both ends, control characters and signs without a picture are taken away, and every blank is a plain one."
    " Text that was read in another encoding than its own before it came here is refused. What programs write for no value"
    " (NULL, N/A, NaN, undefined, \\N, the errors of spreadsheets) is blank, and counted; None and Null are also words and names: they stay,"
    " and are counted as doubtful. An apostrophe before nothing but digits is the mark"
    " by which spreadsheets keep a number a text, and is left out. A telephone number that a spreadsheet turned into"
    " 3.36123E+10 stays a text but is not sent to a merge field of type phone: plan and result count it as a value that does"
    " not fit.",
    forms=[
        *_read("Émile", " Émile ", "E\u0301mile"),
        *_read("+33600000001", "'+33600000001"),
        *_read("06 12 34 56 78", "'06 12 34 56 78"),
        *_read("'90s", "'90s"),
        *_read("3.36123E+10", "3.36123E+10"),
        *_read(
            "Le Mans",
            "Le\u00a0Mans",
            "Le\u202fMans",
            "\u200eLe Mans\u200f",
            "Le Ma\u200bns",
            "Le Ma\u00adns",
        ),
        *_read("IRMÃ’S", "IRMÃ’S"),
        *_read("«AMANHû", "«AMANHû"),
        *_read("SÃO JOÃO – FÃ", "SÃO JOÃO – FÃ"),
        *_read("Ñandú", "Ñandú"),
        *_read("👩\u200d🚀", "👩\u200d🚀"),
        *[Form(written=one, becomes=one, refused="text_doubtful") for one in ("None", "Null")],
        *_refused("text_for_nothing", *PLACEHOLDERS, " NULL "),
        *_read("nul", "nul"),
        *_read("Nullmeier", "Nullmeier"),
        *_refused(
            "text_garbled",
            "RenÃ©",
            "ZoÃ«",
            "Ã–sterreich",
            "JÃœRGEN",
            "Lâ€™Hay",
            "PaweÅ‚",
            "Ren\ufffd",
            "10 â‚¬",
            "Ð˜Ð²Ð°Ð½",
        ),
    ],
)

ADDRESSES = Forms(
    type="email",
    title="E-mail addresses",
    words="Compared and sent in their canonical form; see [data sources](sources.md#the-canonical-address).",
    forms=[
        *_read("ana@shop.example", "ana@shop.example", " Ana@Shop.Example ", "ANA@SHOP.EXAMPLE"),
        *_read("ana@xn--caf-dma.example", "ana@café.example"),
        *_read("ana+news@shop.example", "ana+news@shop.example"),
        *_refused("no_at_sign", "ana.shop.example", "unknown"),
        *_refused("several_at_signs", "ana@@shop.example"),
        *_refused("contains_spaces", "ana @shop.example"),
        *_refused("non_ascii_local_part", "anaïs@shop.example"),
        *_refused("bad_local_part", "ana..b@shop.example"),
        *_refused("bad_domain", "ana@shop", "ana@shop..example"),
    ],
)  # fmt: skip

ALL = (BOOLEANS, INTEGERS, DECIMALS, DATES, TIMESTAMPS, BIRTHDAYS, LISTS, TEXTS, ADDRESSES)
