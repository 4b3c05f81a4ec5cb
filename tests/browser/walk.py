"""The whole request, walked on the real program by an administrator and a contributor, in either language."""

from __future__ import annotations

import time

from playwright.sync_api import expect

from tests.browser import beginning, connecting, exporting, shop
from tests.browser.exporting import Wanted
from tests.browser.program import Program
from tests.browser.visitor import Visitor, field
from tests.cast import ALICE, BOB, CONTACTS

CONNECTION = "Newsletter account"
LYON = Wanted(
    name="Lyon newsletter",
    connection=CONNECTION,
    audience_id=shop.AUDIENCE_ID,
    audience_name=shop.AUDIENCE_NAME,
    segments=("Lyon", "VIP"),
)
PARIS = Wanted(
    name="Paris newsletter",
    connection=CONNECTION,
    audience_id=shop.OTHER_AUDIENCE_ID,
    audience_name=shop.OTHER_AUDIENCE_NAME,
    segments=("Paris",),
)
BATCH = "/lists/{list_id}"
"""The call that writes up to 500 people."""

STOPS_WITHIN_S = 2.0


class Walk:
    """One walk: Alice administers, Bob contributes."""

    def __init__(self, program: Program, alice: Visitor, bob: Visitor) -> None:
        self.program, self.alice, self.bob = program, alice, bob

    def begin(self) -> None:
        """Everything that the request takes for granted: people, data with e-mail addresses, segments, audiences."""
        program, alice, bob = self.program, self.alice, self.bob
        everybody = list(shop.customers())
        few = [one for one in everybody if one.id <= len(CONTACTS) or one.city == "Paris"]
        definition = shop.write_files(program.data_folder, few)
        shop.fill_audiences(program.sandbox)
        beginning.become_administrator(alice, program.first_link, person=ALICE)
        beginning.upload(alice, definition)
        link = beginning.invite(alice, BOB, role="Contributor")
        bob.page.goto(link)
        beginning.accept(bob, BOB)

    def set_up_the_connection(self) -> None:
        connecting.connect(self.alice, name=CONNECTION)

    def set_up_the_export(self) -> None:
        exporting.export(self.bob, LYON)

    def read_every_label_of_the_request(self) -> None:
        words = self.alice.words
        assert words.read == words.all_of_seed()

    def see_that_saving_ran_nothing(self) -> None:
        bob = self.bob
        expect(bob.main()).to_contain_text(bob.say("It has not run yet."))
        bob.go_to(bob.say("Data"), bob.say("Exports"))
        expect(bob.row(LYON.name)).to_contain_text(bob.say("Not started"))
        assert self.program.writes() == []

    def run_with_the_scheduled_refresh(self) -> None:
        """Switch the schedule on, and let the entire workflow begin now: what never ran shows its plan and is approved."""
        alice = self.alice
        alice.go_to(alice.say("Administrator"), alice.say("System"))
        alice.press(alice.say("Schedule"))
        is_on = alice.main().get_by_role("group", name=alice.say("Refresh schedule"), exact=True)
        is_on.get_by_label(alice.say("On"), exact=True).check()
        alice.press(alice.say("Save"))
        expect(alice.page.locator(".next-runs li").first).to_be_visible()
        alice.look()
        alice.press(alice.say("Status"))
        alice.press(alice.say("Refresh now"))
        pane = alice.pane(alice.say("Refresh now"))
        alice.look()
        alice.press(alice.say("Refresh now"), within=pane)
        held = alice.row(LYON.name).get_by_text(alice.say("Needs approval"))
        expect(held).to_be_visible()
        alice.look()
        assert self.program.writes() == []
        alice.go_to(alice.say("Data"), alice.say("Exports"))
        alice.press(LYON.name)
        alice.press(alice.say("Look at the plan"))
        self._approve(alice)
        self._ended(alice, "Successful")
        alice.look()

        assert self.program.sandbox.members(shop.AUDIENCE_ID) == shop.expected(new=False)

    def run_on_demand(self) -> None:
        """Let many people come to the shop, run the export, and watch it to its end while Mailchimp falters."""
        bob, mailchimp = self.bob, self.program.sandbox
        shop.write_files(self.program.data_folder, shop.customers())
        falters = {
            "kind": "503",
            "method": "POST",
            "path_pattern": BATCH,
            "after": 1,
            "times": None,
        }
        mailchimp.add_fault(**falters)
        bob.go_to(bob.say("Data"), bob.say("Exports"))
        expect(bob.row(LYON.name)).to_contain_text(bob.say("every refresh"))
        bob.row(LYON.name).get_by_role("checkbox").check()
        bob.press(bob.say("Run"))
        progress = bob.page.get_by_text(bob.say("500 of 979 contacts accepted"))
        expect(progress).to_be_visible()
        bob.look()

        mailchimp.act("clear_faults")
        self._ended(bob, "Successful")
        expect(bob.row(bob.say("Accepted")).get_by_role("cell")).to_have_text("979")
        bob.look()
        assert mailchimp.members(shop.AUDIENCE_ID) == shop.expected(new=True)

    def remove_the_connection_during_a_run(self) -> None:
        """Push twelve thousand people, and remove the connection in the midst of it: from then on nothing is sent."""
        alice, bob, mailchimp = self.alice, self.bob, self.program.sandbox
        exporting.export(bob, PARIS)
        mailchimp.act("reset_calls")
        hangs = {"kind": "slow", "method": "POST", "path_pattern": BATCH, "after": 9, "times": None}
        mailchimp.add_fault(**hangs, seconds=5.0)
        alice.go_to(alice.say("Administrator"), alice.say("Connections"))
        alice.in_menu(CONNECTION, alice.say("Remove"))
        pane = alice.page.get_by_role("dialog")
        expect(pane.get_by_role("group")).to_have_count(3)  # one answer for all, and one for each
        alice.look()
        bob.press(bob.say("Run"))
        self._approve(bob)
        progress = bob.page.get_by_text(bob.say("4,500 of 12,000 contacts accepted"))
        expect(progress).to_be_visible()

        removed_at = time.time()
        alice.press(alice.say("Remove connection"), within=pane)
        self._ended(bob, "Canceled")
        bob.look()
        alice.look()
        bob.go_to(bob.say("Data"), bob.say("Exports"))
        for export in (LYON, PARIS):
            expect(bob.row(export.name)).to_contain_text(bob.say("No connection"))
        bob.look()

        sent = [call for call in self.program.writes() if call.template == BATCH]
        assert 9 <= len(sent) < shop.IN_PARIS / 500
        assert max(call.received_at for call in sent) < removed_at + STOPS_WITHIN_S

    def _approve(self, visitor: Visitor) -> None:
        """Approve the plan of a first run on its page, by typing how many changes it has."""
        held = visitor.main().locator(".held")
        expect(held).to_be_visible()
        visitor.look()
        approves = held.locator("button.primary")
        changes = "".join(filter(str.isdigit, approves.inner_text()))
        field(held, visitor.say("Type the number of changes")).fill(changes)
        field(held, visitor.say("Your Segue password")).fill(beginning.PASSWORD)
        approves.click()

    def _ended(self, visitor: Visitor, status: str) -> None:
        """Wait until the page of a run that is open says by itself that it has ended so."""
        facts = visitor.main().locator("dl.facts").first
        expect(facts).to_contain_text(visitor.say(status))
        expect(visitor.page.locator("[sse-connect]")).to_have_count(0)
