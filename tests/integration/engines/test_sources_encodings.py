"""In which encoding a text file is read: by what its bytes say, and loud where they say nothing clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.reading.sources_encoding import UNDECODABLE, examine
from tests.integration.engines.small_refresh import (
    attribute,
    csv_source,
    listed,
    rows,
    run,
    schema,
    table,
)

PEOPLE = schema(table(attribute("name"), attribute("email")))
FRENCH = "id,name,email\n1,René,rene@shop.example\n2,Zoë,zoe@shop.example\n3,Noël L’Hôpital,noel@shop.example\n"
GERMAN = "id;name;email\n1;Jürgen Groß;j@shop.example\n2;Änne Österle;o@shop.example\n"
SPANISH = "id,name,email\n1,Begoña Núñez,b@shop.example\n2,Íñigo,i@shop.example\n"
CAPITALS = "id,name,email\n1,RENÉ LEFÈVRE,r@shop.example\n2,AURÉLIE CÔTÉ,a@shop.example\n"
TYPOGRAPHY = "id,name,email\n1,“Rock ’n’ Roll” – L’Oréal™ …,r@shop.example\n2,12 € N°5 20 m²,a@shop.example\n"
BEFORE_SIGNS = (
    "id,name,email\n1,SOCIÉTÉ\xa0: CAFÉ\xa0»,r@shop.example\n2,Café «\xa0É\xa0»,a@shop.example\n"
)


def encoding_of(folder: Path, content: bytes) -> str:
    path = folder / "a.csv"
    path.write_bytes(content)
    return examine("people", path, declared="").told


@pytest.mark.parametrize("bad", [b"\xe9", b"\x82", b"\xff", b"\xc3", b"\xe2\x82"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_few_bad_bytes_do_not_turn_a_utf8_file_into_another(
    tmp_path: Path, bad: bytes, mark: bytes
) -> None:
    content = mark + FRENCH.encode() + b"4,Jos" + bad + b",jose@shop.example\n"

    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, content)).snapshot

    assert rows(snapshot, columns="profile_key, name, email") == [
        ("1", "René", "rene@shop.example"),
        ("2", "Zoë", "zoe@shop.example"),
        ("3", "Noël L’Hôpital", "noel@shop.example"),
        ("4", None, "jose@shop.example"),
    ]
    assert listed(snapshot) == [(5, "name", "text_undecodable", "Jos\ufffd")]
    assert [one.encoding for one in snapshot.source_files["people"]] == ["utf-8"]


def test_a_bad_byte_in_address_and_key_is_told_there(tmp_path: Path) -> None:
    content = FRENCH.encode() + b"4,Jos,jos\xe9@shop.example\n5\xe9,Ana,ana@shop.example\n"

    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, content)).snapshot

    assert [row[0] for row in rows(snapshot)] == ["1", "2", "3", "4"]
    assert [(row, column, kind) for row, column, kind, _ in listed(snapshot)] == [
        (5, "email", "text_undecodable"),
        (6, "id", "key_invalid"),
        (6, "id", "text_undecodable"),
    ]


def test_a_bad_byte_in_a_column_that_nobody_reads_is_passed_over(tmp_path: Path) -> None:
    content = "id,name,email,note\n1,Zoë,z@shop.example,".encode() + b"\xe9\n"

    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, content)).snapshot

    assert listed(snapshot) == []


@pytest.mark.parametrize(
    "text", [FRENCH, GERMAN, SPANISH, CAPITALS, TYPOGRAPHY, BEFORE_SIGNS, "id,name\n1,René\n"]
)
def test_windows_1252_is_known_by_its_words(tmp_path: Path, text: str) -> None:
    assert encoding_of(tmp_path, text.encode("cp1252")) == "windows-1252"


def test_utf8_lines_in_a_windows_1252_file_are_reported(tmp_path: Path) -> None:
    lines = [f"{n},Zoé {n},p{n}@shop.example\n".encode("cp1252") for n in range(1, 40)]
    content = b"id,name,email\n" + b"".join(lines) + "40,René,p40@shop.example\n".encode()

    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, content)).snapshot

    assert rows(snapshot)[0][:2] == ("1", "Zoé 1")
    assert listed(snapshot) == [(41, "name", "text_undecodable", "Ren\ufffd")]


def test_bytes_that_windows_1252_lacks_are_reported(tmp_path: Path) -> None:
    lines = [f"{n},Zoé {n},p{n}@shop.example\n".encode("cp1252") for n in range(1, 40)]
    content = b"id,name,email\n" + b"".join(lines) + b"40,Ren\x81,p40@shop.example\n"

    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, content)).snapshot

    assert listed(snapshot) == [(41, "name", "text_undecodable", "Ren\ufffd")]


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (FRENCH, "cp850", "cp850"),
        (GERMAN, "cp850", "cp850"),
        (SPANISH, "cp850", "cp850"),
        ("id,name\n1,René\n2,Zoæ\n", "cp850", "cp850"),
        (FRENCH, "mac-roman", "mac-roman"),
        (GERMAN, "mac-roman", "mac-roman"),
        ("id,name\n1,Łukasz Wójcik\n2,Paweł\n", "cp1250", "cp1250"),
        (CAPITALS, "cp850", "cp850"),
        ("id,name\n1,Иван,Москва\n", "cp1251", "encoding: …"),
        ("id,name\n1,Γιώργος,Αθήνα\n", "iso8859-7", "encoding: …"),
    ],
)
def test_other_code_pages_are_not_read_as_windows_1252(
    tmp_path: Path, text: str, encoding: str, named: str
) -> None:
    content = text.encode(encoding, errors="ignore")

    with pytest.raises(ConfigurationProblem) as raised:
        encoding_of(tmp_path, content)

    assert raised.value.code == "source_encoding_unsure"
    assert named in str(raised.value)


def test_a_declared_code_page_is_read(tmp_path: Path) -> None:
    source = csv_source(tmp_path, GERMAN.encode("cp850"), encoding="cp850")

    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert [row[1] for row in rows(snapshot)] == ["Jürgen Groß", "Änne Österle"]


_FOUR_MEGABYTES = 4 << 20
"""What is read at once."""


@pytest.mark.parametrize("shift", range(3))
def test_signs_torn_between_two_chunks_stay_whole(tmp_path: Path, shift: int) -> None:
    path = tmp_path / "a.csv"
    text = "x" * (_FOUR_MEGABYTES - shift) + "é€é" + FRENCH

    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path.write_bytes(text.encode(encoding))
        read = b"".join(examine("people", path, declared="").utf8(path))
        assert read.decode("utf-8-sig") == text


@pytest.mark.parametrize("shift", range(3))
def test_utf8_torn_between_two_chunks_of_windows_1252_is_marked(tmp_path: Path, shift: int) -> None:
    path = tmp_path / "a.csv"
    start = "René Zoë " * 100
    start += "x" * (_FOUR_MEGABYTES - shift - len(start))
    path.write_bytes((start + "Ã©").encode("cp1252") + "é".encode("cp1252"))

    read = b"".join(examine("people", path, declared="").utf8(path))

    assert read.decode() == f"{start}{UNDECODABLE}é"


@pytest.mark.parametrize(
    "head",
    [
        "\ufeff\ufeffid,name,email",
        "\ufeffid,\u200bname,email",
        "id\u200b,na\u200bme,e\u00admail",
        "\u200eid\u200e,\u202aname\u202c,email",
        "id,\xa0name\xa0,email",
    ],
)
def test_signs_without_width_in_a_header_are_passed_over(tmp_path: Path, head: str) -> None:
    text = f"{head}\n1,René,rene@shop.example\n"

    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, text)).snapshot

    assert rows(snapshot, columns="profile_key, name") == [("1", "René")]
    assert snapshot.source_files["people"][0].columns == ("id", "name", "email")


def test_accents_in_a_header_match_in_either_form(tmp_path: Path) -> None:
    declared = schema(table(attribute("name", column="Pre\u0301nom")))
    source = csv_source(tmp_path, "id,Pr\u00e9nom\n1,René\n")

    assert rows(run(tmp_path / "home", declared, source).snapshot) == [("1", "René")]


def test_two_names_that_look_the_same_are_refused(tmp_path: Path) -> None:
    source = csv_source(tmp_path, "id,name,email,\u200bname\n1,René,r@shop.example,Zoë\n")

    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "home", PEOPLE, source)

    assert raised.value.code == "source_column_repeated"


CENTRAL = "Dvořák Jiří Nováček Kučera Černý Tomáš Lukáš Šárka Březina Nováková Růžička Řehořová"
HUNGARIAN = "Erdős László Szűcs Kovácsné Győrfi Zoltán Szőke Csőszné Gergő István Mezőkövesd Ödön"
POLISH = "Paweł Wałęsa Łukasz Małgorzata Żółtowski Święcicki Dąbrowski Józef"
CROATIAN = "Kovačević Petrović Đorđević Žižek Šarić Čačić"
ROMANIAN = "Ionuţ Ştefan Brănescu Mădălina Ţurcanu Pârvu Gheorghiţă"
TURKISH = "Yıldız Işık Özgür Çağlar Gülşen Doğan Şahin İbrahim Öztürk Ayşe"


def _people(names: str) -> str:
    rows = [f"{at},{name},p{at}@shop.example" for at, name in enumerate(names.split())]
    return "\n".join(["id,name,email", *rows, ""])


@pytest.mark.parametrize(
    ("names", "encoding", "likeliest"),
    [
        *((one, "cp1250", "cp1250") for one in (CENTRAL, HUNGARIAN, POLISH, CROATIAN, ROMANIAN)),
        *((one, "iso8859-2", "iso8859-2") for one in (CENTRAL, POLISH, CROATIAN)),
        (TURKISH, "cp1254", "cp1254"),
        (TURKISH, "iso8859-9", "cp1254"),
    ],
)
def test_letters_that_no_western_language_has_together_are_not_guessed(
    tmp_path: Path, names: str, encoding: str, likeliest: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(_people(names).encode(encoding))

    with pytest.raises(ConfigurationProblem) as raised:
        examine("people", path, declared="")

    assert raised.value.code == "source_encoding_unsure"
    assert f"It looks like {likeliest}." in raised.value.message


@pytest.mark.parametrize(
    "names",
    [
        "Hélène Irène Eugène Michèle Adèle Gisèle Thérèse François Noël Zoë",
        "João Simões Conceição Gonçalves Inês Camões Leões Guimarães Assunção",
        "Søren Jørgensen Ærø Åse Bjørn Bøgh Sørensen Løgstør Nørgaard",
        "Sigurður Þór Guðný Björk Ásta Jón Örn Árni Hróðný Þórður Ýr",
        "Høgni Jógvan Rógvi Tórshavn Øssur Páll Símun Bárður",
        "Niccolò Mosè Cantù Patanè Forlì Salò",
        "Søren José Müller René Núñez João Håkon Niccolò Zoë",
        "Søren Jørgen Bjørn Bøgh Nørgaard García Martín Pérez",
        "Seán Róisín Máire Søren Bjørn Irène Adèle Thérèse Siobhán Jørgen",
        "Novotný Müller Horáková Žižka Tomáš Šárka",
        "São Ribeirão Goiânia Brasília Maceió Belém Mª 1º L’Oréal",
    ],
)
def test_names_of_the_west_stay_windows_1252(tmp_path: Path, names: str) -> None:
    assert encoding_of(tmp_path, _people(names).encode("cp1252")) == "windows-1252"
