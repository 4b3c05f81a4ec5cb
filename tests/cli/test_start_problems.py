"""What stands in the way of starting an installation, in French."""

from __future__ import annotations

import pytest

from segue.cli.invocation import Invocation
from segue.cli.problems import print_problem
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said


def test_the_whole_refusal_is_in_one_language(capsys: pytest.CaptureFixture[str]) -> None:
    refused = ConfigurationProblem(
        said(
            "Port %(port)s is in use by another program, perhaps by another `segue up`.", port=8000
        ),
        action="Stop that program, or choose another port with --port.",
        code="port_in_use",
    )

    print_problem(Invocation(environment={}, language="fr"), refused)

    told = capsys.readouterr().err
    assert "Le port 8000 est utilisé par un autre programme" in told
    assert "Que faire\u00a0: Arrêtez ce programme" in told
    assert "Stop that" not in told
