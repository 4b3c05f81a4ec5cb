"""The pages' clock is the installation's."""

from __future__ import annotations

from segue.control.clock import clock

__all__ = ["clock"]
