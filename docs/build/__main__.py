"""The entry point of `make docs`: write the generated pages, then check the links of every page."""

from __future__ import annotations

import sys

from docs.build.links import broken_links
from docs.build.pages import ROOT, generated_pages, pages


def main() -> int:
    """Write the generated pages and report broken links; 1 when there are any."""
    for path, text in generated_pages().items():
        (ROOT / path).write_text(text, encoding="utf-8")
        print(f"wrote {path}")
    broken = broken_links(ROOT, pages())
    print("\n".join([f"broken link: {link}" for link in broken] or ["every link leads somewhere"]))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
