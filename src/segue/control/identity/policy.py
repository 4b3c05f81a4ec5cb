"""Who may see which installation this is, and say whether it is the real one."""

from __future__ import annotations

from segue.control.people.policy import is_administrator

see_installation = is_administrator
decide_installation = is_administrator
