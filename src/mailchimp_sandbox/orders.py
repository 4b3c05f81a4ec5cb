"""What a test orders of the sandbox: faults, refusals, switches, time, and what happens meanwhile; and the calls so far.

Every method is safe to call from another thread than the server's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from mailchimp_sandbox.account import Account
from mailchimp_sandbox.aims import WRITING
from mailchimp_sandbox.calls import CallRecord
from mailchimp_sandbox.edge import Edge
from mailchimp_sandbox.faults import Fault, RandomFaults
from mailchimp_sandbox.occasions import Happened, Moment, Occasion
from mailchimp_sandbox.rejections import AddressRule
from mailchimp_sandbox.switches import Switches
from mailchimp_sandbox.views import calls_counted

ACTS: Final = frozenset(
    {
        "add_audience", "add_merge_field", "add_contact", "contact_unsubscribes", "admin_unsubscribes", "clean",
        "archive", "confirm_pending", "resubscribe_by_form", "erase", "set_merge_field", "add_tag",
        "remove_tag", "forward", "change_address", "delete_tag", "rename_tag", "delete_merge_field", "delete_audience",
    }
)  # fmt: skip
"""Methods of the handle that may happen while a call is on its way."""


class Orders:
    """The half of the handle that concerns calls, not contacts."""

    def __init__(self, account: Account, edge: Edge) -> None:
        """Take hold of an account and the calls made to it."""
        self._account = account
        self._edge = edge
        edge.occasions.carry_out = self._carry_out

    @property
    def calls(self) -> list[CallRecord]:
        """Return the calls answered so far: (method, template, status, seconds, received_at)."""
        return list(self._edge.calls.records)

    @property
    def writes(self) -> list[CallRecord]:
        """Return those that were no GET."""
        return [call for call in self.calls if call.method != "GET"]

    def call_counts(self) -> dict[str, int]:
        """Return how many calls there were by `METHOD template`, beyond what `calls` keeps."""
        return dict(calls_counted(self._edge.calls.counts))

    def reset_calls(self) -> None:
        """Forget the calls so far, and the throttle's figures."""
        self._edge.calls.clear()
        self._edge.throttle.most = self._edge.throttle.refused = 0

    @property
    def most_simultaneous(self) -> int:
        """Return the highest number of calls that were in hand at once."""
        return self._edge.throttle.most

    def add_fault(self, fault: Fault) -> None:
        """Order a fault."""
        with self._account.lock:
            self._edge.faults.add(fault)

    def random_faults(
        self, rate: float, *, seed: int, kinds: Iterable[str], seconds: float = 0.0
    ) -> None:
        """Strike this share of all calls, the same way for the same seed; rate 0 ends it."""
        dice = RandomFaults(rate=rate, seed=seed, kinds=tuple(kinds), seconds=seconds)
        self._edge.faults.set_random(dice if rate > 0 else None)

    def refuse_addresses(self, pattern: str, *, number: int, times: int | None = None) -> None:
        """Refuse addresses like `*@slow.example` with this number of the catalogue."""
        with self._account.lock:
            rule = AddressRule(pattern=pattern, number=number, times=times)
            self._account.rejections.add(rule)

    def clear_faults(self) -> None:
        """End all faults and refusals, and forget what was ordered to happen meanwhile."""
        with self._account.lock:
            self._edge.faults.clear()
            self._edge.occasions.clear()

    @property
    def faults_struck(self) -> list[tuple[str, str, str]]:
        """Return the faults that struck: (kind, method, template)."""
        return list(self._edge.faults.struck)

    def meanwhile(
        self,
        acts: Iterable[tuple[str, Mapping[str, Any]]],
        *,
        method: str = WRITING,
        path_pattern: str = "*",
        after: int = 0,
        times: int | None = 1,
        moment: Moment = "before",
    ) -> None:
        """Let these acts happen when a call arrives that changes something: by default the first.

        An act is the name of a method in `ACTS` with its keyword arguments, such as
        `("archive", {"list_id": …, "email": …})`. They happen before the call is applied, or right after it.
        Raises: ValueError for an act that does not exist.
        """
        given = [(action, dict(arguments)) for action, arguments in acts]
        for action, _ in given:
            if action not in ACTS:
                raise ValueError(f"There is no act {action!r}. Known: {', '.join(sorted(ACTS))}.")
        occasion = Occasion(
            acts=given, method=method, path_pattern=path_pattern, after=after, times=times,
            moment=moment,
        )  # fmt: skip
        with self._account.lock:
            self._edge.occasions.add(occasion)

    @property
    def happened(self) -> list[Happened]:
        """Return the acts that were carried out meanwhile: (action, error), error "" when it went well."""
        return list(self._edge.occasions.happened)

    def forward(self, seconds: float) -> None:
        """Move the sandbox's own clock on, whatever clock it was given."""
        with self._account.lock:
            self._account.ahead_s += seconds

    @property
    def switches(self) -> Switches:
        """Return the switches in force."""
        return self._account.switches

    def set_switches(self, switches: Switches) -> None:
        """Replace the switches, from the next call on."""
        with self._account.lock:
            self._account.switches = switches

    def set_latency(self, fixed_s: float) -> None:
        """Make every further call take this long."""
        self._edge.latency.fixed_s = fixed_s
        self._edge.latency.is_real = False

    def set_account(self, *, account_id: str | None = None, name: str | None = None) -> None:
        """Become another account, or give it another name: what comes back for the same keys and for new ones."""
        with self._account.lock:
            self._account.account_id = account_id or self._account.account_id
            self._account.name = name or self._account.name

    def issue_token(self, token: str) -> None:
        """Make an OAuth token valid without the dance."""
        self._account.tokens.add(token)

    def revoke_token(self, token: str) -> None:
        """The user revokes a token: every call with it is refused from now on. Source: FACTS.md §9.12."""
        self._account.tokens.discard(token)
        self._account.revoked_tokens.add(token)

    def _carry_out(self, action: str, arguments: dict[str, Any]) -> object:
        act: Callable[..., object] = getattr(self, action)
        return act(**arguments)
