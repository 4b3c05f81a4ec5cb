"""The documentation's own tools find what they should: broken links, anchors, error codes."""

from __future__ import annotations

import ast
from pathlib import Path

from docs.build import codes, links


def test_broken_links_and_anchors_are_found(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# A `code` title\n\n# Twice\n\n# Twice\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](other.md) [b](other.md#a-code-title) [c](other.md#twice-1) [d](https://shop.example)\n"
        "[e](missing.md) [f](other.md#nowhere) [g](../outside.md) `[h](in-code.md)`\n"
        "```\n[i](in-a-block.md)\n```\n",
        encoding="utf-8",
    )

    broken = links.broken_links(tmp_path, [page])

    assert broken == ["page.md: missing.md", "page.md: other.md#nowhere", "page.md: ../outside.md"]


def test_codes_are_found_by_keyword_by_position_in_a_choice_and_in_json() -> None:
    source = """
def _problem(source, code, message): ...
class Findings:
    def report(self, path, code): ...
raise Problem("x", code="by_keyword")
_problem("s", "by_position", "m")
findings.report("p", "by_method")
raise Problem("x", code="one_way" if late else "other_way")
raise Problem("x", code=variable)
print({"code": "in_json", "other": "word"})
"""

    found = set(codes.codes_in(ast.parse(source)))

    assert found == {"by_keyword", "by_position", "by_method", "one_way", "other_way", "in_json"}
