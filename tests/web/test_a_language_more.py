"""A further language is one file more: a copy of the program that has it speaks it, and no line of the program differs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from segue.web.help import documents
from segue.words.catalogue import languages
from tests.fixtures import pseudo
from tests.guards.tree import ROOT

_ASKED = """
import json
import tests.settings, django
django.setup()
from django.conf import settings
from django.utils.translation import override
from segue.cli.invocation import LANGUAGES
from segue.web.help import documents, words
from segue.web.notices.forms import ChannelForm
from segue.web.server.refusals import language_of, too_large
with override("eo"):
    chosen = [code for code, _name in ChannelForm().fields["language"].choices]
    others = words.others()
print(json.dumps({
    "settings": [code for code, _name in settings.LANGUAGES],
    "terminal": list(LANGUAGES),
    "channels": chosen,
    "others": list(others),
    "asked": [language_of("eo, fr;q=0.5", ""), language_of("fr", "eo")],
    "refused": too_large("eo").body.decode(),
    "documents": sorted(documents.names("eo")),
    "english": [name for name in documents.names("en") if name.startswith(("eo", "fr"))],
    "fallen_back": documents.document("glossary", "eo").language,
}))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Return what a program says that was started with one catalogue more, and one document in that language."""
    copy = tmp_path_factory.mktemp("program")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "segue", copy / "segue", ignore=ignored)
    pseudo.add_to(copy / "segue" / "locale")
    howto = copy / "segue" / "web" / "help" / "documents" / pseudo.CODE / "howto"
    howto.mkdir(parents=True)
    (howto / "get-notified.md").write_text("# Ricevi sciigojn\n", encoding="utf-8")
    path = os.pathsep.join([str(copy), str(ROOT), str(ROOT / "src")])
    known = {name: value for name, value in os.environ.items() if not name.startswith("SEGUE_")}
    environment = {**known, "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    answer = subprocess.run(
        [sys.executable, "-c", _ASKED], env=environment, cwd=copy, capture_output=True, check=True
    )
    return dict(json.loads(answer.stdout))


def test_every_list_of_languages_has_it(told: dict[str, object]) -> None:
    known = ["en", pseudo.CODE, "fr"]

    assert [told[of] for of in ("settings", "terminal", "channels")] == [known, known, known]
    assert (told["others"], told["asked"]) == (["en", "fr"], [pseudo.CODE, pseudo.CODE])
    assert pseudo.OPEN in str(told["refused"])


def test_its_documents_are_its_own_and_the_rest_is_shown_in_english(
    told: dict[str, object],
) -> None:
    assert told["documents"] == ["howto/get-notified"]
    assert told["english"] == []
    assert told["fallen_back"] == "en"


def test_the_folders_of_documents_are_those_of_the_project() -> None:
    folders = {one.name for one in (ROOT / "docs").iterdir() if one.is_dir()} - {"build"}
    linked = {one.name for one in documents.FOLDER.iterdir() if one.is_dir()}

    assert {name for name in folders if name != "__pycache__"} == linked
    assert set(languages()) >= {"en", "fr"}
