"""Segments: the rule tree, its parsing and printing, its compilation to query expressions, its description."""
