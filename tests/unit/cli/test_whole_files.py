"""Texts that somebody has written into a file that they named."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

from segue.cli.whole_files import write_whole


def test_what_a_link_leads_to_is_written_and_the_link_stays(tmp_path: Path) -> None:
    link = tmp_path / "segue.yaml"
    link.symlink_to("kept.yaml")

    write_whole(link, "version: 1\n")

    assert link.is_symlink()
    assert (tmp_path / "kept.yaml").read_text(encoding="utf-8") == "version: 1\n"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["kept.yaml", "segue.yaml"]


def test_a_pipe_gets_the_text_and_stays(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    reader.start()

    write_whole(pipe, "version: 1\n")

    reader.join()
    assert read == ["version: 1\n"]
    assert pipe.is_fifo()
