"""Two weeks of the shop, day by day: scheduled refreshes come round, customers come and go, Mailchimp changes, runs happen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from segue.control.exports.models import Export
from segue.control.refreshes.models import Refresh, Run
from segue.control.refreshes.operations import run_exports
from segue.control.statuses import Status
from segue_demo.browser.founding import Founded, note_account
from segue_demo.browser.past import work_at
from segue_demo.browser.timetable import moments
from segue_demo.files import rename_category
from segue_demo.shop import AtMailchimp, Shop
from segue_demo.week import live_a_week

_REFUSED = "petit-prix.example"
_LOOKS_FAKE = 2
"""Number of Mailchimp's refusal in the sandbox's catalogue: the address looks fake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the history left behind."""

    refreshes: int
    runs: int
    held: Run | None


@dataclass(slots=True, kw_only=True)
class History:
    """Lives the two weeks once."""

    shop: Shop
    mailchimp: AtMailchimp
    founded: Founded

    def live(self, *, until: datetime) -> Told:
        """Let everything happen that was due before `until`, and one run on demand."""
        known = list(moments(until))
        whole = [at for at, is_whole in known if is_whole]
        for at, is_whole in known:
            if is_whole and at != whole[0]:
                self._live_on(at, is_last=at == whole[-1])
            self._work(at)
        self._on_demand(until)
        return Told(
            refreshes=Refresh.objects.count(),
            runs=Run.objects.count(),
            held=Run.objects.filter(status=Status.NEEDS_APPROVAL).first(),
        )

    def _live_on(self, at: datetime, *, is_last: bool) -> None:
        """Change the shop and the audience; before the last refresh somebody renames a category and a provider is refused."""
        population = self.shop.population
        population.today = at.date()
        if not is_last:
            live_a_week(self.shop, self.mailchimp)
            return
        refused = {"pattern": f"*@{_REFUSED}", "number": _LOOKS_FAKE}
        self.mailchimp.sandbox.act("refuse_addresses", **refused)
        rename_category(self.shop.folder.till, "tea", "Tee & Kräuter")
        # On some days chance sends nobody of that provider: those who make the story come on every day.
        live_a_week(self.shop, self.mailchimp, besides=population.customers_of(_REFUSED, 3))

    def _work(self, at: datetime) -> None:
        note_account(self.founded.connection, work_at(at))

    def _on_demand(self, until: datetime) -> None:
        """Bob runs the newsletter himself, a little while ago: nothing has changed since, and nothing is written."""
        at = until - timedelta(minutes=47)
        newsletter = Export.objects.get(pk=self.founded.exports["newsletter"].pk)
        run_exports(exports=[newsletter], actor=self.founded.people["Bob"], now=at)
        self._work(at)
