"""Ten million people: only the plan, with the memory that is granted by default and inside one gigabyte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench import sandboxes
from bench.child import measured
from bench.configuration_text import segments, write_configuration
from bench.course import Course
from bench.figures import Figure
from bench.measuring import AUDIENCE

LIMIT_MB = 1_000


class LargeCourse(Course):
    """Measures plans of a population that does not fit into memory."""

    def figures(self) -> Iterator[Figure]:
        """Measure; yield each figure as soon as it is known."""
        self.tell(f"making {self.wish.people:,} people and their orders")
        self.population(is_churned=False)
        with sandboxes.sandbox(self.folder, AUDIENCE) as remote:
            config = write_configuration(
                self.folder / "large.yaml",
                base_url=remote.base_url,
                audience=AUDIENCE,
                chosen=segments(1),
            )
            yield from self.refresh(config)
            yield from self._plan(config, memory_mb=None)
            yield from self._plan(config, memory_mb=LIMIT_MB)

    def _plan(self, config: Path, *, memory_mb: int | None) -> Iterator[Figure]:
        words = f"inside {memory_mb:,} MB" if memory_mb else "with the default memory"
        self.tell(f"plan {words}")
        found = measured("plan", config=str(config), memory_mb=memory_mb)
        name = "limited" if memory_mb else "default"
        yield Figure(
            key=f"plan_{name}",
            what=f"first plan of {self.wish.people:,} profiles and {3 * self.wish.people:,} orders, 8 segments, {words}",
            unit="s",
            measured=found["plan_s"],
            target=40.0 if memory_mb else 25.0,
            limited_by="the engine; what does not fit is spilled to the disk",
            remark=f"{found['plan_cpu_s']:.0f} s CPU",
        )
        yield Figure(
            key=f"plan_{name}_memory",
            what=f"… its memory, whole process, {words}",
            unit="MB",
            measured=found["peak_mb"],
            target=1_400.0 if memory_mb else 2_400.0,
            limited_by="the engine's memory limit plus libraries and buffers",
        )
