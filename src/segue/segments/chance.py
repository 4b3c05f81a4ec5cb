"""Draw a random sample that is the same every day and on every engine. Knows no segments.

It imports Ibis: import it lazily where `--help` could reach it.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import ibis
import ibis.expr.types as ir

from segue.segments.functions import md5_hex
from segue.segments.rules import Sample

_HASHES = 2**128
"""How many MD5 hashes there are."""


def is_drawn(key: ir.Value, rule: Sample) -> ir.BooleanValue:
    """Return whether a profile's key belongs to the sample: its MD5, after the seed, is among the smallest share.

    A larger share of one seed holds all of a smaller one. The hash is compared as text, which hexadecimal digits of
    one length and one case allow.
    """
    last = ceil(Fraction(rule.percent) / 100 * _HASHES) - 1
    text = ibis.literal(f"{rule.seed}:") + key.cast("string")
    return md5_hex(text) <= f"{last:032x}"
