"""Who may see and change data sources."""

from __future__ import annotations

from segue.control.people.policy import is_administrator, is_contributor, is_person

see_sources = is_person
apply_definition = is_administrator
see_definition = is_administrator
see_personal_data = is_contributor
