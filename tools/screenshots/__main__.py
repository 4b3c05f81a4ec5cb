"""The entry point of `make screenshots`: start what is photographed, or take what runs already, and take the pictures.

Without `--url` it starts a demonstration and an empty installation, and takes the pictures of the documentation into
docs/reference/pages, with the face of Debian's fonts-inter where that is installed. With `--url`, it takes those of the running demonstration that the other options choose.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tools.screenshots import stages
from tools.screenshots.photographer import Photographer
from tools.screenshots.places import NARROW, WIDE, Look, places

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "reference" / "pages"
PORT, EMPTY_PORT = 8090, 8091
_QUIET = ("--disable-gpu", "--disable-background-networking", "--font-render-hinting=none")


def main() -> int:
    """Photograph what the options ask for; 1 when a page complained."""
    options = _parser().parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    complaints = _for_the_documentation(options) if options.url is None else _chosen(options)
    print("\n".join(complaints) or "No page complained.")
    return 1 if complaints else 0


def _for_the_documentation(options: argparse.Namespace) -> list[str]:
    for old in options.folder.glob("*.webp"):
        old.unlink()
    with (
        tempfile.TemporaryDirectory() as given,
        stages.at_a_plain_place("larkspur") as shop,
        stages.demonstration(shop, port=PORT) as url,
        stages.empty_installation(Path(given) / "empty", port=EMPTY_PORT) as (empty_url, link),
        _browser() as browser,
    ):
        stages.set_stage(browser, url)
        stages.begin_empty(browser, link)
        complaints = []
        for look in (*WIDE, *NARROW):
            taken = [place for place in places() if look in place.looks()]
            photographer = Photographer(
                url=url, empty_url=empty_url, folder=options.folder, look=look
            )
            photographer.take(browser, taken)
            complaints += photographer.complaints
    return complaints


def _chosen(options: argparse.Namespace) -> list[str]:
    taken = [place for place in places() if not options.only or place.name in options.only]
    complaints = []
    with _browser() as browser:
        if options.set_stage:
            stages.set_stage(browser, options.url)
        for look in _looks(options):
            photographer = Photographer(
                url=options.url,
                empty_url=options.empty_url,
                folder=options.folder,
                look=look,
                form=options.form,
            )
            photographer.take(browser, taken)
            complaints += photographer.complaints
    return complaints


def _looks(options: argparse.Namespace) -> list[Look]:
    asked = product(options.languages, options.schemes, options.widths)
    return [Look(language=one, scheme=scheme, width=width) for one, scheme, width in asked]


@contextmanager
def _browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=[*_QUIET, *as_root])
        yield browser
        browser.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    add = parser.add_argument
    add("--folder", type=Path, default=FOLDER, help="where the pictures go")
    add("--url", help="a running demonstration, instead of one that is started")
    add("--empty-url", help="a running installation where Alice is and nothing else")
    add("--set-stage", action="store_true", help="do first what the pictures show")
    add("--form", choices=["webp", "png"], default="webp", help="how they are kept")
    add("--languages", nargs="*", default=["en", "fr"])
    add("--schemes", nargs="*", default=["light", "dark"])
    add("--widths", nargs="*", type=int, default=[1440, 768, 360])
    add("--only", nargs="*", metavar="NAME", help="only these places of places.toml")
    return parser


if __name__ == "__main__":
    sys.exit(main())
