"""Which address of a person is used: the canonical one of the attribute that the export names for e-mail.

Whoever wants to know, change or show it begins here; what is no address, and why, stands beside it in the profiles.
"""

from __future__ import annotations

from segue.profiles.schema import address_column, address_problem_column


def used_address(email_attribute: str) -> str:
    """Name the profiles' column with the address that is used of a person; it is NULL for whoever has none."""
    return address_column(email_attribute)


def used_address_problem(email_attribute: str) -> str:
    """Name the profiles' column that says why no address of a person can be used; it is NULL where one can."""
    return address_problem_column(email_attribute)
