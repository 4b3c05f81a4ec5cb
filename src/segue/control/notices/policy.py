"""Who may see notices and set the channels they go over."""

from __future__ import annotations

from segue.control.notices.models import NoticeKind
from segue.control.people.policy import is_administrator

FOR_ADMINISTRATORS = frozenset({NoticeKind.CONNECTION_BROKEN})
"""Kinds of notices about things that only administrators see."""


manage_channels = is_administrator
