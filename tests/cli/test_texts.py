"""What the program says: complete in both languages, masked, harmless in spreadsheets, and honest about bugs."""

from __future__ import annotations

import re
import stat
from contextlib import redirect_stderr
from dataclasses import fields
from io import StringIO
from pathlib import Path
from string import Formatter

import pytest

from segue.cli.bugs import show_bug
from segue.cli.exit_codes import gravest
from segue.cli.invocation import Invocation
from segue.cli.messages import say, template
from segue.cli.messages_texts import TEXTS
from segue.cli.problem_words import words_of_problem
from segue.cli.problems import print_problem
from segue.core import errors
from segue.core.emails import AddressProblem
from segue.core.errors import ConfigurationProblem, Mistake, Problem
from segue.core.sentences import said, said_many
from segue.engines.duckdb.reading.inspect_files import REASONS
from segue.engines.duckdb.reading.inspect_forms import DOUBTS
from segue.profiles.problems import RowProblem
from segue.profiles.reading import Fact
from segue.service.deciding import StampState
from segue.shown.masking import shown_address, shown_value
from segue.shown.spreadsheets import csv_file, harmless
from segue.sync.export import NewStatus
from segue.sync.identity import Place
from segue.sync.plan import DriftKind
from segue.sync.report import RunStatus
from segue.sync.store import Step


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _french(key: str) -> str:
    return template("fr", key)


def test_both_languages_say_the_same_things() -> None:
    different = [key for key, en in TEXTS.items() if _places(en) != _places(_french(key))]

    assert different == []


def test_every_word_of_the_engine_has_a_text() -> None:
    keys = [
        *(f"stamp_is_{state.value}" for state in StampState),
        *(f"place_{part.name}" for part in fields(Place)),
        *(f"reading_change_{fact.value}" for fact in Fact),
        *(f"problem_{kind}" for kind in (*RowProblem, *AddressProblem)),
        *(f"init_left_out_{reason}" for reason in REASONS),
        *(f"init_doubt_{doubt}" for doubt in DOUBTS),
        *(f"check_new_{status.value}" for status in NewStatus),
        *(f"differs_{kind.value}" for kind in DriftKind),
        *(f"status_{status.value}" for status in RunStatus),
        *(f"sending_{step}" for step in (Step.MOVE, Step.WRITE, Step.UNTAG)),
        *(f"error_{name}" for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Problem)),
    ]  # fmt: skip

    assert [key for key in keys if key not in TEXTS] == []


def test_every_text_is_used() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (Path(errors.__file__).parents[1] / "cli").rglob("*.py")
        if not path.name.startswith("messages_texts")
    )
    made = ("status_", "error_", "head_", "apply_", "sending_")
    made += ("check_new_", "repair_lost_", "differs_", "reading_change_")
    made += (
        "init_left_out_",
        "init_note_",
        "init_to_do_",
        "init_doubt_",
        "problem_",
        "backup_database_",
        "stamp_is_",
        "place_",
    )

    unused = [key for key in TEXTS if not key.startswith(made) and f'"{key}"' not in source]
    headings = [
        key for key in TEXTS if key.startswith("head_") and f'"{key.removeprefix("head_")}"' not in source
        and f'"{key}"' not in source
    ]  # fmt: skip

    assert (unused, headings) == ([], [])


def test_french_punctuation_has_its_space() -> None:
    wrong = [key for key in TEXTS if re.search(r"\w[:;!?](\s|$)", _french(key))]

    assert wrong == []


def test_addresses_and_personal_values_are_masked() -> None:
    assert shown_address("nadia@shop.example", in_full=False) == "n•••@s•••.example"
    assert shown_address("nadia@shop.example", in_full=True) == "nadia@shop.example"
    assert shown_value("Nadia", personal=True) == "N•••"
    assert shown_value(19_800_101, personal=True) == "•••"
    assert shown_value("France", personal=False) == "France"
    assert (shown_value(True, personal=False), shown_value(None, personal=True)) == ("true", "")


@pytest.mark.parametrize("cell", ["=1+1", "+33 1", "-5+1", "@SUM(A1)", "\tx", "\rx", "\nx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_a_file_of_people_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"

    with pytest.raises(RuntimeError), csv_file(file, ["a"]) as write:
        write(["1"])
        raise RuntimeError

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationProblem) as caught, csv_file(tmp_path / "no" / "x.csv", ["a"]):
        pass

    assert caught.value.code == "file_not_writable"


def test_the_gravest_end_decides_the_exit_code() -> None:
    assert [gravest(codes) for codes in ([], [0, 0], [0, 4], [4, 5], [4, 2, 6], [6, 1])] == [
        0,
        0,
        4,
        5,
        6,
        1,
    ]


def test_a_bug_is_admitted_and_its_trace_kept_without_personal_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = StringIO()
    monkeypatch.setattr("sys.stderr", said)
    invocation = Invocation(environment={}, home=tmp_path / "home")
    try:
        float("Nadia Haddad, nadia@shop.example")
    except ValueError as error:
        show_bug(invocation, error)

    log = tmp_path / "home" / "segue.log"
    assert said.getvalue() == (
        "This is a bug in Segue (ValueError), not your mistake.\n"
        f"What to do: Report it with the last entry of {log}; run again afterwards: nothing is lost.\n"
    )
    text = log.read_text(encoding="utf-8")
    assert text.endswith("\nValueError\n\n")
    assert "Nadia Haddad" not in text.replace('float("Nadia Haddad', "")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_text_that_does_not_exist_is_our_bug() -> None:
    with pytest.raises(KeyError):
        say("en", "no_such_text")


def _shown_in_french(problem: Problem) -> str:
    invocation = Invocation(environment={}, language="fr")
    err = StringIO()
    with redirect_stderr(err):
        print_problem(invocation, problem)
    return err.getvalue()


def test_a_problem_is_told_in_french_with_what_it_names() -> None:
    mistake = Mistake(
        message=said("%(name)s cannot be %(value)s.", name="`type`", value="`cvs`"),
        action=said("Did you mean `%(near)s`?", near="csv"), code="not_allowed_value",
        path="sources.a.type", line=2, column=21,
    )  # fmt: skip
    problem = ConfigurationProblem(
        said_many(
            "%(path)s has one mistake.",
            "%(path)s has %(count)s mistakes.",
            path="shop.yaml",
            count=1,
        ),
        action="Correct the file and run `segue check`.",
        code="configuration_invalid",
        mistakes=[mistake],
    )

    assert _shown_in_french(problem).splitlines() == [
        "La configuration doit être corrigée\u00a0: shop.yaml comporte une erreur.",
        "  2:21: `type` ne peut pas être `cvs`. Vouliez-vous dire `csv`\u00a0?",
        "Que faire\u00a0: Corrigez le fichier et lancez `segue check`.",
        "(configuration_invalid)",
    ]


def test_in_english_a_problem_keeps_its_own_words() -> None:
    problem = ConfigurationProblem("No export.", action="Add one.", code="no_exports")

    assert words_of_problem(problem, "en") == ("No export.", "Add one.")


_COUNTED = re.compile(r"\{(\w+):[^}|]*\|[^}]*\}")
_SEVERAL = re.compile(
    r"\b[012] (?!des |of )(?:\w+ )?(?:people|profiles|members|contacts|rows|mails|steps|tags|days|values|personnes|profils|membres"
    r"|lignes|e-mails|étapes|étiquettes|jours|valeurs)\b"
)


def _said(language: str, key: str, count: str) -> str:
    names = {name: f"<{name}>" for name in _places(TEXTS[key])}
    counted = _COUNTED.findall(TEXTS[key] + _french(key))
    return say(language, key, **{**names, **dict.fromkeys(counted, count)})


def test_one_is_never_several_and_nothing_is_several_in_english_only() -> None:
    counting = [key for key in TEXTS if _COUNTED.search(TEXTS[key] + _french(key))]

    plural = {
        (language, count): {key for key in counting if _SEVERAL.search(_said(language, key, count))}
        for language in ("en", "fr")
        for count in "012"
    }

    assert plural["en", "1"] == plural["fr", "1"] == plural["fr", "0"] == set()
    assert "profiles_count" in plural["en", "0"] & plural["en", "2"] & plural["fr", "2"]


def test_every_number_in_front_of_a_word_for_several_is_counted() -> None:
    bare = re.compile(_SEVERAL.pattern.replace(r"\b[012]", r"\{\w+\}"))

    assert [key for key in TEXTS if bare.search(TEXTS[key]) or bare.search(_french(key))] == []


def test_one_profile_is_one_profile() -> None:
    said = [say(language, "profiles_count", count=n) for language in ("en", "fr") for n in "012"]

    assert said[:3] == ["0 profiles.", "1 profile.", "2 profiles."]
    assert said[3:] == ["0 profil client unifié.", "1 profil client unifié.", "2 profils clients unifiés."]  # fmt: skip
