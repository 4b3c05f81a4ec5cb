"""Who may see and change segments and measures, and see their members."""

from __future__ import annotations

from segue.control.people.policy import is_administrator, is_contributor, is_person

see_segments = is_person
edit_segments = is_contributor
edit_measures = is_contributor
declare_segments = is_administrator
adopt_segments = is_administrator
see_members = is_contributor
