"""CSV files that somebody named are put where the name leads to."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import pytest

from segue.shown.spreadsheets import csv_file, harmless


def test_what_a_link_leads_to_is_written_and_the_link_stays(tmp_path: Path) -> None:
    link = tmp_path / "latest.csv"
    link.symlink_to("2026.csv")

    with csv_file(link, ["a"]) as write:
        write(["1"])

    assert link.is_symlink()
    assert (tmp_path / "2026.csv").read_text(encoding="utf-8-sig").split() == ["a", "1"]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["2026.csv", "latest.csv"]


def test_a_pipe_gets_the_rows_and_stays(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8-sig")))
    reader.start()

    with csv_file(pipe, ["a"]) as write:
        write(["1"])

    reader.join()
    assert read[0].split() == ["a", "1"]
    assert pipe.is_fifo()


@pytest.mark.parametrize("number", ["-5", "-3.25", "-12345678901.50", "0", "7.00"])
def test_a_number_stays_one(number: str) -> None:
    assert harmless(number) == number


@pytest.mark.parametrize(
    "text", ["-5+cmd|' /C calc'!A0", "-", "--5", "-.5", "-5.", "-5\n", "-٣", "-1e5", "+5", "=5", "@a", "\t-5"]
)  # fmt: skip
def test_a_text_that_may_be_run_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"
