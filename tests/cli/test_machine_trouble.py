"""Want of everything, at every step of a refresh and a run: named with its next step, and taken up again afterwards."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.program import AUDIENCE, PROGRAM, Ended, Shop, open_shop
from tests.fixtures.shortage import largest_file
from tests.patience import PATIENCE_S


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as opened:
        yield opened


def told(ended: Ended) -> str:
    """Return the code that a command ended with, after what holds for every trouble."""
    assert ended.code == 5
    assert "bug" not in ended.err
    assert "Traceback" not in ended.err
    assert "What to do: " in ended.err
    return ended.err.splitlines()[-1].lstrip("(").partition(",")[0].rstrip(")")


def taken_up_again(shop: Shop) -> None:
    """Check that what was begun is carried on, to the same end as if nothing had been."""
    ended = shop.segue("run")

    assert (ended.code, ended.err) == (0, "")
    members = shop.sandbox.members(AUDIENCE, status="subscribed")
    assert len(members) == 3
    assert shop.segue("run", "--json").json["runs"][0]["plan"]["counts"] == {"skip": 4}


def _file(place: Path) -> Callable[[], None]:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"")
    return place.unlink


def _folder(place: Path) -> Callable[[], None]:
    place.mkdir(parents=True)
    return place.rmdir


@pytest.mark.parametrize(
    ("step", "place", "put"),
    [
        ("take the lock of a refresh", "locks", _file),
        ("read the sources", "snapshots", _file),
        ("write the snapshot", "snapshots/current", _folder),
        ("plan", "spill", _file),
        ("open the ledger", "audiences", _file),
        ("keep the report", "reports", _file),
    ],
)
def test_something_else_in_the_place_of_what_a_step_writes_is_told(
    shop: Shop, step: str, place: str, put: Callable[[Path], Callable[[], None]]
) -> None:
    home = shop.folder / ".segue"
    remove = put(home / place)

    ended = shop.segue("run")

    assert told(ended) == "place_unusable", step
    assert str(home / place.partition("/")[0]) in ended.err
    remove()
    taken_up_again(shop)


def _limited(shop: Shop, limit: str) -> Ended:
    done = subprocess.run(
        ["sh", "-c", f'ulimit {limit} && exec "$@"', "--", *PROGRAM, "run"],
        cwd=shop.folder,
        env=shop.environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Ended(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.mark.parametrize(
    ("limit", "codes"),
    [
        ("-n 8", {"files_exhausted", "database_lost"}),
        ("-n 12", {"files_exhausted", "database_lost"}),
        ("-v 100000", {"memory_short"}),
    ],
)
def test_too_few_files_and_too_little_memory_are_told(
    shop: Shop, limit: str, codes: set[str]
) -> None:
    ended = _limited(shop, limit)

    assert (ended.code, "Traceback" in ended.err, "bug" in ended.err) == (5, False, False)
    assert any(code in ended.err for code in codes)
    taken_up_again(shop)


def test_a_trouble_is_json_when_json_is_asked_for(shop: Shop) -> None:
    (shop.folder / ".segue").write_bytes(b"")

    ended = shop.segue("run", "--json")

    error = ended.json["error"]
    assert (ended.code, ended.err) == (5, "")
    assert (error["class"], error["code"]) == ("MachineTrouble", "place_unusable")
    assert error["message"].startswith(f"{shop.folder / '.segue'}")


def test_a_trouble_is_told_in_french(shop: Shop) -> None:
    with largest_file(0):
        ended = shop.segue("run", "--language", "fr")

    assert ended.code == 5
    assert ended.err.startswith(
        "Impossible pour l’instant\u00a0: Le système ne permet plus à un fichier de grossir.\nQue faire\u00a0: "
    )


def test_a_snapshot_that_was_cut_is_made_anew(shop: Shop) -> None:
    assert shop.segue("run").code == 0
    (profiles,) = (shop.folder / ".segue" / "snapshots").glob("2*/profiles.parquet")
    profiles.write_bytes(profiles.read_bytes()[:-20])

    ended = shop.segue("run")

    assert (ended.code, ended.err) == (0, "")


def test_a_snapshot_that_the_disk_damaged_is_made_anew(shop: Shop) -> None:
    assert shop.segue("run").code == 0
    before = shop.segue("segments", "sample", "french")
    (profiles,) = _snapshots(shop)
    whole = profiles.read_bytes()
    profiles.write_bytes(whole[:4] + bytes(byte ^ 0x5A for byte in whole[4:200]) + whole[200:])

    after = shop.segue("segments", "sample", "french")

    assert (after.code, after.out, after.err) == (0, before.out, "")
    assert _snapshots(shop)[-1] != profiles
    assert _snapshots(shop)[-1].read_bytes() == whole


def test_a_damaged_snapshot_whose_sources_are_gone_is_never_used(shop: Shop) -> None:
    assert shop.segue("run").code == 0
    (profiles,) = _snapshots(shop)
    profiles.write_bytes(profiles.read_bytes().replace(b"PAR1", b"PAR2"))
    for source in shop.folder.glob("*.csv"):
        source.unlink()

    ended = shop.segue("segments", "sample", "french")

    assert ended.code == 2
    assert "source_" in ended.err
    assert "customers" in ended.err


def _snapshots(shop: Shop) -> list[Path]:
    """Return the files of the profiles of all snapshots that are kept, the newest last."""
    return sorted((shop.folder / ".segue" / "snapshots").glob("2*/profiles.parquet"))


def test_what_cannot_be_printed_is_told(shop: Shop) -> None:
    for printed in (["version", "--json"], ["--help"]):
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            done = subprocess.run(
                [*PROGRAM, *printed],
                stdout=full,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                env=shop.environment(),
                cwd=shop.folder,
                check=False,
                timeout=PATIENCE_S,
            )

        assert done.returncode == 5
        assert "disk_full" in done.stderr or "output_not_writable" in done.stderr
        assert "what is printed" in done.stderr or "What was printed" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_bug_without_a_state_folder_is_kept_under_a_name_that_nobody_foresees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from segue.cli.bugs import show_failure
    from segue.cli.invocation import Invocation

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    bait = tmp_path / "segue.log"
    bait.symlink_to(tmp_path / "elsewhere")

    codes = [
        show_failure(Invocation(environment={}, wants_json=True), KeyError("a bug of ours"))
        for _ in range(2)
    ]

    files = sorted(path for path in tmp_path.iterdir() if path != bait)
    logs = [json.loads(line)["error"]["context"]["log"] for line in _documents(capsys)]
    assert codes == [1, 1]
    assert sorted(logs) == [str(file) for file in files]
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]
    assert not (tmp_path / "elsewhere").exists()


def _documents(capsys: pytest.CaptureFixture[str]) -> list[str]:
    text = capsys.readouterr().out.replace("}\n{", "}\0{")
    return text.strip().split("\0")
