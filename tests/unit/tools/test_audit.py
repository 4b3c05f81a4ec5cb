"""The audit tells what it looked at and what it found; what it could not look at it never calls clean."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.audited import HASH, advised, advisory, project
from tests.guards import tree
from tools.audit import advisories, ages, locks, rules
from tools.audit.dates import table
from tools.audit.findings import Part, report
from tools.audit.osv import read

INDEX, LINKS = "-".join(("index", "url")), "-".join(("find", "links"))
"""Options that no tracked file may hold in one word."""

TODAY = date(2026, 3, 2)


def test_locks_that_pin_with_hashes_and_name_no_place_are_sound(tmp_path: Path) -> None:
    found = locks.look(
        project(tmp_path, f"shop-kit[all]==1.5 ; python_version < '4' {HASH} {HASH}")
    )

    assert found == Part(
        name="Locks", said=["2 versions are pinned in 4 locks, with 5 hashes."], faults=[]
    )


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (f"shop-kit>=1.5 {HASH}", "not pinned to one version"),
        (f"shop-kit {HASH}", "not pinned to one version"),
        ("shop-kit==1.5", "without a sha256 hash"),
        ("shop-kit==1.5 --hash=md5:" + "a" * 32, "without a sha256 hash"),
        ("shop-kit==1.5 --hash=sha256:abc", "without a sha256 hash"),
        (f"shop-kit==1.5 {HASH} --{INDEX} https://mirror.example", "says where it comes from"),
        (f"--extra-{INDEX} https://mirror.example/simple", "says where it comes from"),
        ("-i https://mirror.example/simple", "says where it comes from"),
        (f"--{LINKS} wheels", "says where it comes from"),
        (f"shop-kit @ file:///wheels/shop_kit-1.5.whl {HASH}", "says where it comes from"),
        ("-e git+https://code.example/shop-kit", "says where it comes from"),
    ],
)
def test_a_line_that_could_bring_anything_else_is_a_fault(
    tmp_path: Path, line: str, fault: str
) -> None:
    found = locks.look(project(tmp_path, line)).faults

    assert f"requirements.txt: {fault}: {line.split(' ', 1)[0]}" in found


def test_ages_are_counted_from_the_table_and_old_ones_named(tmp_path: Path) -> None:
    days = "# told\nshop-kit==1.5 2024-03-01\ntool==1.0 2026-02-20\n"

    found = ages.look(project(tmp_path, f"shop-kit==1.5 {HASH}", days=days), TODAY)

    assert found.faults == []
    assert found.said == [
        "Counted on 2026-03-02: half of 2 versions are at most 731 days old.",
        "1 are older than 730 days:",
        "shop-kit 1.5: 731 days",
    ]


def test_a_table_that_is_not_of_these_locks_is_a_fault(tmp_path: Path) -> None:
    days = "shop-kit==1.4 2024-03-01\ntool==1.0 2026-02-20\n"

    found = ages.look(project(tmp_path, f"shop-kit==1.5 {HASH}", days=days), TODAY).faults

    assert found == [
        "requirements-dates.txt does not know shop-kit 1.5: run make lock",
        "requirements-dates.txt still names shop-kit 1.4: run make lock",
    ]


def test_the_table_keeps_the_day_of_the_first_file_and_no_address() -> None:
    def file(day: int) -> dict[str, Any]:
        return {"url": "https://files.example/x", "upload-time": datetime(2026, 1, day, tzinfo=UTC)}

    package = {"name": "tool", "version": "1.0", "wheels": [file(9), file(7)], "sdist": file(8)}

    written = table([{"packages": [package, {"name": "unknown", "version": "1"}]}])

    assert written.splitlines()[1:] == ["tool==1.0 2026-01-07"]
    assert "://" not in written


def test_the_locks_of_this_project_are_sound_and_their_ages_known() -> None:
    assert locks.look(tree.ROOT).faults == []
    assert ages.look(tree.ROOT, TODAY).faults == []


def test_without_advisories_nothing_is_called_clean(tmp_path: Path) -> None:
    found = advisories.look(project(tmp_path), "")

    words, code = report([Part(name="Locks"), found])
    assert (found.looked, code) == (False, 0)
    assert "Known vulnerabilities: NOT LOOKED AT" in words
    assert "Looked at: Locks. Not looked at: Known vulnerabilities." in words
    assert "Nothing to put right in what was looked at." in words


@pytest.mark.parametrize("given", ["missing", "empty", "text.zip", "broken", "others"])
def test_advisories_that_say_nothing_are_a_fault_and_no_look(tmp_path: Path, given: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_text("no zip", encoding="utf-8")
    advised(tmp_path / "broken", {"name": "no advisory"})
    package = {"ecosystem": "npm", "name": "shop-kit"}
    advised(tmp_path / "others", advisory(1, affected=[{"package": package, "versions": ["1.5"]}]))

    found = advisories.look(project(tmp_path), str(tmp_path / given))

    assert (found.looked, len(found.faults)) == (False, 1)
    assert report([found])[1] == 1


@pytest.mark.parametrize(
    ("version", "about"),
    [("1.5", [1]), ("0.1.dev1", [1]), ("2.0", []), ("2.0.post1", []), ("3.1", [2]), ("3.2", [2]), ("3.2.1", []), ("4.0rc1", [3])],
)  # fmt: skip
def test_an_advisory_is_about_the_versions_of_its_ranges_and_lists(
    tmp_path: Path, version: str, about: list[int]
) -> None:
    package = {"ecosystem": "PyPI", "name": "shop-kit"}
    ends = [{"introduced": "3.0"}, {"last_affected": "3.2"}]
    known = read(
        advised(
            tmp_path / "given",
            advisory(1),
            advisory(2, affected=[{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": ends}]}]),
            advisory(3, affected=[{"package": package, "versions": ["4.0rc1"]}]),
            advisory(4, withdrawn="2026-01-01T00:00:00Z"),
        )
    )  # fmt: skip

    assert (known.count, known.newest) == (3, "2026-02-03")
    assert [one["id"] for one in known.about("Shop.Kit", version)] == [
        f"PYSEC-2026-{number}" for number in about
    ]
    assert known.about("other-kit", version) == []


def breach(rule: str, path: str) -> rules.Breach:
    """Return a place where a rule is broken."""
    return rules.Breach(rule=rule, path=path, line=7, words="Do not.")


def exemption(rule: str, files: str, times: int | None = None) -> rules.Exemption:
    """Return an exception."""
    return rules.Exemption(rule=rule, files=files, reason="Because.", times=times)


@pytest.mark.parametrize(
    ("allowed", "faults"),
    [
        ([exemption("S603", "src/*")], []),
        ([exemption("S603", "src/a.py", 2)], []),
        ([exemption("S603", "src/a.py", 1)], ["src/a.py breaks S603 2 times, not 1"]),
        ([exemption("S602", "src/a.py"), exemption("S603", "src/a.py")], ["nobody needs the exception of S602 in src/a.py any more"]),
        ([], ["src/a.py:7: S603 Do not.", "src/a.py:7: S603 Do not."]),
    ],
)  # fmt: skip
def test_exceptions_allow_exactly_what_they_name(
    allowed: list[rules.Exemption], faults: list[str]
) -> None:
    assert rules.judged([breach("S603", "src/a.py")] * 2, allowed) == faults


def test_this_project_breaks_no_rule_of_security_without_a_reason() -> None:
    found = rules.look(tree.ROOT)

    assert found.faults == []
    assert len(rules.breaches(tree.ROOT)) > 100


def test_an_exception_without_a_reason_cannot_be_read() -> None:
    with pytest.raises(KeyError):
        rules.exemptions('[[exception]]\nrule = "S603"\nfiles = "src/a.py"\n')

    given = rules.exemptions(rules.EXCEPTIONS.read_text(encoding="utf-8"))
    assert all(len(one.reason.split()) > 4 for one in given)
