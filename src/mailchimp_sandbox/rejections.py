"""Addresses that the sandbox was told to refuse, by pattern, with a number of the error catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from mailchimp_sandbox.problems import Problem, numbered


@dataclass(slots=True, kw_only=True)
class AddressRule:
    """Refuse addresses that match `pattern` (as in file names, lower case). `times` None: for ever."""

    pattern: str
    number: int
    times: int | None = None


class Rejections:
    """The rules in force. Source: FACTS.md §9.11."""

    def __init__(self) -> None:
        """Begin without rules."""
        self.rules: list[AddressRule] = []

    def add(self, rule: AddressRule) -> None:
        """Put a rule in force.

        Raises: ValueError when the number does not concern one address.
        """
        numbered(rule.number, "")
        self.rules.append(rule)

    def check(self, address: str) -> None:
        """Refuse the address when a rule says so.

        Raises: Problem of the rule's number.
        """
        for rule in self.rules:
            if rule.times == 0 or not fnmatchcase(address.lower(), rule.pattern.lower()):
                continue
            if rule.times is not None:
                rule.times -= 1
            problem: Problem = numbered(rule.number, address)
            raise problem
