"""A rule of a segment while somebody makes it: a tree that may be unfinished, and what can be done to it. Values only."""
