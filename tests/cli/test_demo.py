"""The demonstration runs to its end, and what it tells agrees with what the sandbox holds."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from mailchimp_sandbox.server import Sandbox
from segue.core.errors import ConfigurationProblem
from segue_demo.files import AUDIENCE
from segue_demo.folder import MARKER, prepared
from segue_demo.story import tell

pytestmark = pytest.mark.any_day

PEOPLE = 400


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Tell the story once; return the text and its folder."""
    folder = tmp_path_factory.mktemp("demo") / "demo-home"
    with pytest.MonkeyPatch.context() as patch:
        from io import StringIO

        text = StringIO()
        patch.setattr("sys.stdout", text)
        tell(people=PEOPLE, home=folder, pause=False)
    return text.getvalue(), folder


def test_every_promise_of_the_demonstration_is_kept(told: tuple[str, Path]) -> None:
    text, _ = told

    promises = re.findall(r"^([✓✗]) ([\d,]+) of ([\d,]+) ", text, re.MULTILINE)

    assert [sign for sign, _, _ in promises] == ["✓"] * 6
    assert [kept for _, kept, _ in promises] == [of for _, _, of in promises]
    assert all(int(kept) > 0 for _, kept, _ in promises)


def test_the_audience_told_is_the_audience_of_the_sandbox(told: tuple[str, Path]) -> None:
    text, folder = told
    members = Sandbox(state_file=folder / "sandbox.state").members(AUDIENCE)

    statuses = re.findall(
        r"(\d+) (subscribed|unsubscribed|cleaned|archived)",
        text.partition("The audience still holds ")[2].partition(".")[0],
    )

    assert {status: int(n) for n, status in statuses} == Counter(
        member.status for member in members
    )


def test_who_unsubscribed_during_the_story_is_counted_in_the_sandbox(
    told: tuple[str, Path],
) -> None:
    text, folder = told
    members = Sandbox(state_file=folder / "sandbox.state").members(AUDIENCE)

    before = int(_found(r"holds people already: .*?(\d+) unsubscribed", text))
    during = int(_found(r"contacts unsubscribed +(\d+)", text))

    assert before + during == len([member for member in members if member.status == "unsubscribed"])


def test_the_first_run_needs_two_writing_calls_for_people_one_for_the_new_field_and_one_for_the_stamp(
    told: tuple[str, Path],
) -> None:
    text, _ = told
    first = text.partition("The first run")[2]

    sent = int(_found(r"(\d+) people sent", first))
    writing = int(_found(r"calls, (\d+) of them writing", first))

    assert 0 < sent <= 500
    assert (
        writing == 2 + 1 + 1
    )  # who is new, who is known; the field; the stamp of the installation
    assert f"would have taken {3 * sent:,} calls" in first


def test_the_emptied_segment_is_held_and_nothing_is_written(told: tuple[str, Path]) -> None:
    text, _ = told
    held = text.partition("The brakes")[2]

    assert "Segment tea_lovers is empty" in held
    assert "Needs approval" in held
    assert "counted 0 writing calls" in held
    assert re.search(r"segue run --approve [0-9a-f]{16} --config ", held)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(ConfigurationProblem) as refused:
        prepared(tmp_path)

    assert refused.value.code == "demo_folder_in_use"
    assert [file.name for file in tmp_path.iterdir()] == ["diary.txt"]


def test_a_folder_of_an_earlier_demonstration_is_emptied(tmp_path: Path) -> None:
    folder = prepared(tmp_path / "demo")
    folder.customers.write_text("old", encoding="utf-8")
    (folder.path / "state" / "snapshots").mkdir(parents=True)
    assert folder.marker is not None
    folder.marker.close()

    prepared(folder.path)

    assert [file.name for file in folder.path.iterdir()] == [MARKER]


def test_a_demonstration_that_still_goes_on_is_left_alone(tmp_path: Path) -> None:
    folder = prepared(tmp_path / "demo")
    folder.customers.write_text("in use", encoding="utf-8")

    with pytest.raises(ConfigurationProblem) as refused:
        prepared(folder.path)

    assert refused.value.code == "demo_running"
    assert folder.customers.read_text(encoding="utf-8") == "in use"


def test_too_few_people_make_no_story(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 300"):
        tell(people=299, home=tmp_path / "demo", pause=False)


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None, pattern
    return found.group(1).replace(",", "")
