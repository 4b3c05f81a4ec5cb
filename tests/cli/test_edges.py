"""The edges of the program: options, files that are not there, errors as JSON, questions, interruptions, bugs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailchimp_sandbox.faults import Fault
from tests.cli.program import AUDIENCE, PROGRAM, Shop, open_shop
from tests.cli.terminals import on_a_terminal
from tests.patience import PATIENCE_S

HEAVY = (
    "rich",
    "ibis",
    "duckdb",
    "aiohttp",
    "pyarrow",
    "yaml",
    "jsonschema",
    "sqlglot",
    "segue.service.exports",
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as opened:
        yield opened


def test_the_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from segue.cli.main import run_command; ended = run_command(['--help']); "
        f"print('heavy:', [m for m in {HEAVY!r} if m in sys.modules], ended)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=PATIENCE_S,
    )

    assert done.stdout.splitlines()[-1] == "heavy: [] 0"


def test_the_help_loads_so_little_that_it_appears_at_once() -> None:
    """About 120 modules, Python's own among them; how long they take is the machine's affair."""
    code = "import sys; from segue.cli.main import run_command; run_command(['--help']); print(len(sys.modules))"

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=PATIENCE_S,
    )

    assert int(done.stdout.splitlines()[-1]) <= 160


def test_every_command_explains_itself() -> None:
    for command in (
        "init",
        "check",
        "profiles",
        "segments",
        "plan",
        "run",
        "report",
        "sandbox",
        "demo",
        "version",
    ):
        done = subprocess.run(
            [*PROGRAM, command, "--help"],
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=PATIENCE_S,
        )

        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"Usage: segue {command}")


def test_an_unknown_command_is_proposed(shop: Shop) -> None:
    ended = shop.segue("plam")

    assert ended.code == 2
    assert "There is no command 'plam'. Did you mean 'plan'?" in ended.err


def test_the_configuration_is_found_from_a_folder_below(shop: Shop) -> None:
    below = shop.folder / "a" / "b"
    below.mkdir(parents=True)

    ended = shop.segue("check", cwd=below)

    assert ended.out.startswith(f"{shop.folder}/segue.yaml is correct.\n")


def test_without_a_configuration_the_next_step_is_told(
    shop: Shop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ended = shop.segue("check", cwd=tmp_path_factory.mktemp("empty"))

    assert ended.code == 2
    assert "What to do: Run `segue init` to make one, or name a file with --config." in ended.err


def test_another_home_is_used(shop: Shop) -> None:
    ended = shop.segue("profiles", "--home", "elsewhere")

    assert ended.code == 0
    assert (shop.folder / "elsewhere").is_dir()
    assert not (shop.folder / ".segue").exists()


def test_mistakes_are_printed_with_line_and_column(shop: Shop) -> None:
    file = shop.folder / "segue.yaml"
    file.write_text(
        file.read_text(encoding="utf-8")
        .replace("segments: [french", "segments: [frensh")
        .replace("agreed}\n    brakes", "country}\n    brakes"),
        encoding="utf-8",
    )

    ended = shop.segue("plan")

    assert ended.code == 2
    assert ended.err == (
        f"The configuration must be corrected: {file} has 2 mistakes.\n"
        "  22:16: There is no segment `frensh`. Did you mean `french`?\n"
        "  23:26: `country` is of type text; the consent attribute must be of type boolean. "
        "Choose `agreed`, or declare `country` with `type: boolean`.\n"
        "What to do: Correct the file and run `segue check`.\n"
        "(configuration_invalid, mistakes=2)\n"
    )


def test_a_mistake_that_hides_others_is_told_with_them(shop: Shop) -> None:
    file = shop.folder / "segue.yaml"
    file.write_text(
        file.read_text(encoding="utf-8")
        .replace("type: email}", "type: mail}")
        .replace("segments: [french", "segments: [frensh"),
        encoding="utf-8",
    )

    told, asked = shop.segue("--language", "fr", "check"), shop.segue("check", "--json")

    error = asked.json["error"]
    codes = [mistake["code"] for mistake in error["mistakes"]]
    assert codes == ["not_allowed_value", "unknown_segment"]
    assert error["further_mistakes"] is True
    assert "D’autres erreurs peuvent apparaître une fois celles-ci corrigées.\n" in told.err


def test_errors_are_json_when_json_is_asked_for(shop: Shop) -> None:
    file = shop.folder / "segue.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("version: 1", "version: 2"), encoding="utf-8"
    )

    mistaken = shop.segue("plan", "--json")
    misused = shop.segue("plan", "--json", "--no-such-option")

    assert (mistaken.code, mistaken.err, misused.code, misused.err) == (2, "", 2, "")
    assert mistaken.json == {
        "error": {
            "class": "ConfigurationProblem",
            "code": "configuration_invalid",
            "message": f"{file} has one mistake.",
            "action": "Correct the file and run `segue check`.",
            "context": {"mistakes": 1},
            "mistakes": [
                {
                    "line": 1,
                    "column": 10,
                    "path": "version",
                    "code": "not_allowed_value",
                    "message": "`version` cannot be `2`.",
                    "action": "Write `version: 1`.",
                }
            ],
            "further_mistakes": False,
        }
    }
    assert misused.json["error"]["code"] == "usage"


def test_a_run_is_json_when_json_is_asked_for(shop: Shop) -> None:
    ended = shop.segue("run", "--json")

    (run,) = ended.json["runs"]
    assert (ended.code, ended.err) == (0, "")
    assert (run["export"], run["status"]) == ("news", "successful_with_skips")
    assert run["outcomes"]["accepted"] == 3
    assert run["plan"]["counts"] == {"add": 3, "skip": 4}
    assert (ended.json["errors"], ended.json["left_out"]) == ([], [])


def test_an_export_that_cannot_run_does_not_hold_up_the_others(shop: Shop) -> None:
    file = shop.folder / "segue.yaml"
    more = "  {name}:\n    connection: main\n    audience: {audience}\n    match: {{email: email}}\n    segments: [french]\n    consent: {{attribute: agreed}}\n"
    text = file.read_text(encoding="utf-8").replace(
        "exports:\n", "exports:\n" + more.format(name="gone", audience="ffffffffff")
    )
    file.write_text(text, encoding="utf-8")

    ended = shop.segue("run", "--json")

    assert ended.code == 2
    assert [(e["export"], e["code"]) for e in ended.json["errors"]] == [
        ("gone", "audience_not_found")
    ]
    assert [(r["export"], r["status"]) for r in ended.json["runs"]] == [
        ("news", "successful_with_skips")
    ]


def test_an_approval_needs_one_export(shop: Shop) -> None:
    file = shop.folder / "segue.yaml"
    second = file.read_text(encoding="utf-8").partition("exports:\n")[2].replace("news:", "second:")
    file.write_text(
        file.read_text(encoding="utf-8") + second.replace("a1b2c3d4e5", "ffffffffff"),
        encoding="utf-8",
    )

    ended = shop.segue("run", "--approve", "0123456789abcdef")

    assert ended.code == 2
    assert "name its export with --export" in ended.err


@pytest.mark.parametrize(
    "given", ["", "  ", "zzz", "0123456789abcde", "0123456789abcdef0", "é" * 16]
)
@pytest.mark.parametrize(
    "command", [("run",), ("reconcile", "news", "--repair"), ("release", "news")]
)
def test_what_can_be_no_digest_approves_nothing_and_says_so(
    shop: Shop, command: tuple[str, ...], given: str
) -> None:
    ended = shop.segue(*command, "--approve", given)
    french = shop.segue(*command, "--approve", given, "--language", "fr")

    assert ended.code == 2
    assert "16 digits and letters from a to f" in ended.err
    assert "l’empreinte d’un plan retenu" in french.err


def test_a_digest_is_taken_as_it_was_copied(shop: Shop) -> None:
    file = shop.folder / "segue.yaml"
    text = file.read_text(encoding="utf-8").replace("    first_run: free\n", "")
    file.write_text(text, encoding="utf-8")
    digest = shop.segue("plan", "--json").json["plans"][0]["digest"]

    assert shop.segue("run", "--approve", f" {digest.upper()}\n").code == 0


def test_whoever_stops_reading_gets_no_traceback(shop: Shop) -> None:
    done = subprocess.run(
        [
            "bash",
            "-o",
            "pipefail",
            "-c",
            '"$@" plan --json | head -c 10 >/dev/null',
            "--",
            *PROGRAM,
        ],
        cwd=shop.folder,
        env=shop.environment() | {"LC_ALL": "C"},  # bash tells of a locale that is not there
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE_S,
    )

    assert done.stderr == ""


@pytest.mark.parametrize(("answer", "code", "subscribed"), [("n", 130, 0), ("y", 0, 3)])
def test_a_person_at_the_terminal_is_asked_first(
    shop: Shop, answer: str, code: int, subscribed: int
) -> None:
    text, ended = on_a_terminal(shop, ["run"], until="Send this to Mailchimp now?", answer=answer)

    assert ended == code
    assert "Plan of news for audience Customers" in text
    assert len(shop.sandbox.members(AUDIENCE, status="subscribed")) == subscribed


def test_yes_skips_the_question(shop: Shop) -> None:
    text, ended = on_a_terminal(shop, ["run", "--yes"], until=None, answer="")

    assert ended == 0
    assert "Send this to Mailchimp now?" not in text
    assert "3 accepted" in text


def test_an_interrupted_run_ends_with_130_and_says_what_is_kept(shop: Shop) -> None:
    shop.sandbox.set_latency(2)
    with subprocess.Popen(
        [*PROGRAM, "run"],
        cwd=shop.folder,
        env=shop.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        preexec_fn=_listen_to_interrupts,  # noqa: PLW1509 - one line, before any thread
    ) as program:
        _wait_for(lambda: shop.sandbox.most_simultaneous > 0)
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=PATIENCE_S)
    shop.sandbox.set_latency(0)

    assert program.returncode == 130
    assert err.endswith(
        "Interrupted. What Mailchimp accepted is kept; the next run continues from there.\n"
    )
    assert "Traceback" not in err


def test_versions_are_told(shop: Shop) -> None:
    versions = shop.segue("version", "--json").json

    assert versions["segue"]
    assert set(versions) >= {"python", "duckdb", "ibis-framework", "pyarrow", "aiohttp"}


def test_the_sandbox_serves_until_it_is_stopped(shop: Shop) -> None:
    with subprocess.Popen(
        [*PROGRAM, "sandbox", "--port", "0", "--api-key", "k-us1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as program:
        assert program.stdout is not None
        line = program.stdout.readline()
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=PATIENCE_S)

    assert line.startswith("Sandbox listening on http://127.0.0.1:")
    assert program.returncode == 0


def test_a_sandbox_option_that_makes_no_sense_is_told(shop: Shop) -> None:
    ended = shop.segue("sandbox", "--port", "0", "--switch", "nonsense=1")

    assert ended.code == 2
    assert "nonsense" in ended.err
    assert "What to do: Correct the option" in ended.err


def _listen_to_interrupts() -> None:
    """Undo what a shell does to the processes that it starts in the background: they ignore interrupts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _wait_for(happened: object, *, seconds: float = PATIENCE_S) -> None:
    assert callable(happened)
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        os.sched_yield()


def test_json_documents_end_with_one_line_break(shop: Shop) -> None:
    ended = shop.segue("segments", "--json")

    assert ended.out.endswith("]\n") and not ended.out.endswith("\n\n")
    assert json.loads(ended.out) == [
        {
            "segment": "french",
            "label": "French",
            "description": "",
            "tags": [],
            "active": True,
            "members": 4,
            "unread": [],
        },
        {
            "segment": "spanish",
            "label": "Spanish",
            "description": "",
            "tags": [],
            "active": True,
            "members": 3,
            "unread": [],
        },
    ]


def test_what_happens_on_the_way_goes_to_the_log_and_not_to_the_terminal(shop: Shop) -> None:
    shop.sandbox.add_fault(
        Fault(kind="429", method="GET", path_pattern="/lists/{list_id}", times=1)
    )

    ended = shop.segue("run")

    log = shop.folder / ".segue" / "segue.log"
    assert (ended.code, ended.err) == (0, "")
    assert log.stat().st_mode & 0o777 == 0o600
    assert "wait_s=" in log.read_text(encoding="utf-8")
    assert "@" not in log.read_text(encoding="utf-8")
