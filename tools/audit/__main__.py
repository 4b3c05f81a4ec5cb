"""`make audit [ADVISORIES=…]`: look at locks, ages, rules and known vulnerabilities; say what was not looked at."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from tools.audit import advisories, ages, locks, rules
from tools.audit.findings import report

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Print what was looked at and found; 1 when something is to be put right."""
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument("--advisories", default="", metavar="FOLDER|ZIP|ADDRESS")
    asked = parser.parse_args(arguments)
    words, code = report(
        [
            locks.look(ROOT),
            ages.look(ROOT, datetime.now(UTC).date()),
            rules.look(ROOT),
            advisories.look(ROOT, asked.advisories),
        ]
    )
    sys.stdout.write(words)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
