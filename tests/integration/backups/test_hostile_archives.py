"""Backups that are cut, changed or made by somebody else: said clearly, and nothing is changed."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path
from random import Random

import pytest

from segue.core.errors import ConfigurationProblem, MachineTrouble
from tests.unit.backups.homes import (
    backed_up,
    everything_in,
    full_home,
    members,
    put_back,
    rewritten,
    written,
)

REFUSALS = {"backup_foreign", "backup_damaged", "backup_unsafe"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    return backed_up(full_home(folder / "home"), folder / "kept.tar.gz").file


def refused(file: Path, home: Path) -> str:
    """Return the code that a restore is refused with, after what holds for every refusal: nothing was changed."""
    before = everything_in(home.parent)
    with pytest.raises(ConfigurationProblem) as stopped:
        put_back(file, home)
    assert everything_in(home.parent) == before
    assert not home.exists()
    assert "Nothing was changed." in stopped.value.action
    return stopped.value.code


@pytest.mark.parametrize("share", [0, 1, 5, 9, 10, 11, 20, 35, 50, 65, 80, 95, 99])
def test_a_cut_backup_is_refused(kept: Path, tmp_path: Path, share: int) -> None:
    whole = kept.read_bytes()
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(whole[: len(whole) * share // 100])

    assert refused(cut, tmp_path / "new") in {"backup_foreign", "backup_damaged"}


@pytest.mark.parametrize("missing", [1, 2, 4, 8, 9, 100])
def test_a_backup_without_its_last_bytes_is_refused(
    kept: Path, tmp_path: Path, missing: int
) -> None:
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(kept.read_bytes()[:-missing])

    assert refused(cut, tmp_path / "new") == "backup_damaged"


@pytest.mark.parametrize("seed", range(40))
def test_a_backup_with_a_flipped_byte_is_refused_or_whole(
    kept: Path, tmp_path: Path, seed: int
) -> None:
    chance, content = Random(seed), bytearray(kept.read_bytes())
    place = chance.randrange(
        10, len(content)
    )  # before that lie time and system, which mean nothing
    content[place] ^= 1 << chance.randrange(8)
    flipped = tmp_path / "flipped.tar.gz"
    flipped.write_bytes(content)
    try:
        code = refused(flipped, tmp_path / "new")
    except pytest.fail.Exception:  # a run of zeros can be packed in many ways: the same comes out
        assert gzip.decompress(bytes(content)) == gzip.decompress(kept.read_bytes())
        return

    assert code in REFUSALS


@pytest.mark.parametrize("seed", range(20))
def test_a_flipped_byte_within_is_found_though_the_packing_fits(
    kept: Path, tmp_path: Path, seed: int
) -> None:
    chance, content = Random(seed), bytearray(gzip.decompress(kept.read_bytes()))
    content[chance.randrange(len(content) - 20_480)] ^= 1 << chance.randrange(8)
    flipped = tmp_path / "flipped.tar.gz"
    flipped.write_bytes(gzip.compress(bytes(content)))
    try:
        code = refused(flipped, tmp_path / "new")
    except (
        pytest.fail.Exception
    ):  # in the padding of a block, or in a header's owner and time: it means nothing
        assert members(flipped) == members(kept)
        return

    assert code in {*REFUSALS, "backup_newer"}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("backup.json", "backup_foreign"),
        ("manifest.json", "backup_damaged"),
    ],
)
@pytest.mark.parametrize(
    "damage",
    [b"\xbc", b"\xed\xa0\x80", b"\xff\xfe", b'":' + b"[" * 9_000, b"\x00"],
    ids=["a lone byte", "half a pair", "UTF-16", "lists in lists", "zero"],
)
def test_a_document_that_is_no_text_is_said_to_be_damaged(
    kept: Path, tmp_path: Path, document: str, code: str, damage: bytes
) -> None:
    found = members(kept)
    spoiled = found[document].replace(b'":', damage + b'":', 1)
    write = written if document == "manifest.json" else rewritten
    file = write(tmp_path / "x.tar.gz", {**found, document: spoiled})

    assert refused(file, tmp_path / "new") == code


@pytest.mark.parametrize(
    "content",
    [b"", b"text", gzip.compress(b""), gzip.compress(b"x" * 5_000), b"\x1f\x8b" + bytes(600)],
    ids=[
        "empty",
        "text",
        "nothing packed",
        "text packed",
        "no packing",
    ],  # gzip says when it packed
)
def test_a_foreign_file_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "foreign.tar.gz"
    file.write_bytes(content)

    assert refused(file, tmp_path / "new") == "backup_foreign"


@pytest.mark.parametrize("name", ["not-there.tar.gz", "backup.tar.gz/below.tar.gz", "."])
def test_a_backup_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "backup.tar.gz").write_bytes(b"a file")

    assert refused(tmp_path / name, tmp_path / "new") == "backup_not_readable"


def test_a_foreign_archive_is_named(tmp_path: Path) -> None:
    file = tmp_path / "foreign.tar.gz"
    with tarfile.open(file, "w:gz") as tar:
        described = tarfile.TarInfo("home/segue.yaml")
        tar.addfile(described, io.BytesIO(b""))

    assert refused(file, tmp_path / "new") == "backup_foreign"


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "home/../../evil",
        "/etc/evil",
        "home//evil",
        "home/.ssh/keys",
        "home/a\\b",
        "home/a\nb",
        "home/" + "x" * 201,
        "home/",
        "elsewhere/x",
        "home/segue.keys",
        "home/locks/keys.lock",
        "home/restored.json",
        "home/segue.sqlite3",
        "database/a/b",
        "manifest.json/x",
    ],
)
def test_no_name_leads_elsewhere_or_to_what_no_backup_holds(
    kept: Path, tmp_path: Path, name: str
) -> None:
    found = members(kept)
    last = found.pop("manifest.json")
    file = rewritten(tmp_path / "x.tar.gz", {**found, name: b"evil", "manifest.json": last})

    assert refused(file, tmp_path / "new") == "backup_unsafe"


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        tarfile.FIFOTYPE,
        tarfile.DIRTYPE,
        tarfile.GNUTYPE_SPARSE,
        tarfile.XHDTYPE,
    ],
)
def test_only_plain_files_are_taken(kept: Path, tmp_path: Path, kind: bytes) -> None:
    header = tarfile.TarInfo("home/link")
    header.type, header.linkname = kind, "/etc/passwd"
    file = rewritten(tmp_path / "x.tar.gz", members(kept), extra=[header])

    assert refused(file, tmp_path / "new") == "backup_unsafe"


def test_a_header_that_announces_an_endless_name_takes_no_memory(
    kept: Path, tmp_path: Path
) -> None:
    header = tarfile.TarInfo("long")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 50_000_000
    file = rewritten(tmp_path / "x.tar.gz", members(kept), extra=[header])

    assert refused(file, tmp_path / "new") == "backup_unsafe"


def test_a_bomb_is_stopped_at_what_the_backup_says_that_it_holds(
    kept: Path, tmp_path: Path
) -> None:
    header = tarfile.TarInfo("home/zeros")
    header.size = 200_000_000
    file = rewritten(tmp_path / "x.tar.gz", members(kept), extra=[header])

    assert file.stat().st_size < 1_000_000
    assert refused(file, tmp_path / "new") == "backup_unsafe"


def test_a_bomb_that_says_how_large_it_is_finds_no_room(kept: Path, tmp_path: Path) -> None:
    found = members(kept)
    head = json.loads(found["backup.json"])
    found["backup.json"] = json.dumps({**head, "bytes": 1 << 62}).encode()
    file = rewritten(tmp_path / "x.tar.gz", found)
    content = bytearray(gzip.decompress(file.read_bytes()))
    described = tarfile.TarInfo("home/zeros")
    described.size = 1 << 60
    after_head = 512 + 512 * -(-len(found["backup.json"]) // 512)
    content[after_head:after_head] = described.tobuf(tarfile.GNU_FORMAT)
    file.write_bytes(gzip.compress(bytes(content)))

    with pytest.raises(MachineTrouble) as stopped:
        put_back(file, tmp_path / "new")

    assert stopped.value.code == "disk_full"
    assert [path.name for path in tmp_path.iterdir()] == ["x.tar.gz"]


def test_a_file_twice_and_one_after_the_end_are_refused(kept: Path, tmp_path: Path) -> None:
    twice = tarfile.TarInfo("home/segue.yaml")
    first = rewritten(tmp_path / "a.tar.gz", members(kept), extra=[twice])
    content = gzip.decompress(kept.read_bytes())
    second = tmp_path / "b.tar.gz"
    second.write_bytes(gzip.compress(content + content))

    assert refused(first, tmp_path / "new") == "backup_unsafe"
    assert refused(second, tmp_path / "new") == "backup_unsafe"


def test_a_missing_a_changed_and_an_added_file_are_found(kept: Path, tmp_path: Path) -> None:
    found = members(kept)
    file = tmp_path / "x.tar.gz"
    for changed in (
        {name: content for name, content in found.items() if name != "home/segue.yaml"},
        {**found, "home/segue.yaml": b"version: 2\n"},
        {"backup.json": found["backup.json"], "home/more.yaml": b"", **found},
    ):
        with tarfile.open(file, "w:gz") as tar:
            for name, content in changed.items():
                described = tarfile.TarInfo(name)
                described.size = len(content)
                tar.addfile(described, io.BytesIO(content))
        assert refused(file, tmp_path / "new") == "backup_damaged"


def test_a_backup_of_a_later_version_is_not_touched(kept: Path, tmp_path: Path) -> None:
    found = members(kept)
    head = json.loads(found["backup.json"])
    found["backup.json"] = json.dumps({"format": 2, "other": head}).encode()
    later = rewritten(tmp_path / "later.tar.gz", found)

    assert refused(later, tmp_path / "new") == "backup_newer"


def test_brackets_without_end_are_no_bug(kept: Path, tmp_path: Path) -> None:
    found = members(kept)
    head = found["backup.json"][1:]
    found["backup.json"] = b'{"deep": %s%s, %s' % (b"[" * 100_000, b"]" * 100_000, head)
    deep = rewritten(tmp_path / "deep.tar.gz", found)

    assert refused(deep, tmp_path / "new") in REFUSALS


def test_a_database_of_a_later_version_is_not_touched(kept: Path, tmp_path: Path) -> None:
    found = members(kept)
    said = json.loads(found["manifest.json"])
    found["manifest.json"] = json.dumps({**said, "steps": ["people 9999_later"]}).encode()
    later = rewritten(tmp_path / "later.tar.gz", found)

    assert refused(later, tmp_path / "new") == "backup_newer"


def test_a_damaged_database_in_a_fitting_archive_is_refused(kept: Path, tmp_path: Path) -> None:
    found = members(kept)
    database = bytearray(found["database/segue.sqlite3"])
    database[:50] = bytes(50)
    found["database/segue.sqlite3"] = bytes(database)
    file = rewritten(tmp_path / "x.tar.gz", found)

    assert refused(file, tmp_path / "new") == "backup_damaged"
