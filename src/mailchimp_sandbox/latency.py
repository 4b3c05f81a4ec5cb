"""How long a call takes: nothing, a fixed time, or like the real service. Source: FACTS.md §9.10."""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Latency:
    """Seconds for each call: `fixed_s`, or `is_real` multiplied by `scale`."""

    fixed_s: float = 0.0
    is_real: bool = False
    scale: float = 1.0
    dice: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311

    def seconds(self, method: str, template: str, fields: str) -> float:
        """Return how long this call takes."""
        if not self.is_real:
            return self.fixed_s
        return self.scale * self._real(method, template, fields)

    def _real(self, method: str, template: str, fields: str) -> float:
        if method == "POST" and template == "/lists/{list_id}":
            return self.dice.uniform(3.0, 10.0)
        if method == "GET" and template.endswith("/members"):
            # Source: FACTS.md §2: dropping total_items saved about two seconds a page.
            total_s = 2.0 if not fields or "total_items" in fields else 0.0
            return self.dice.uniform(2.0, 6.0) + total_s
        return 0.3
