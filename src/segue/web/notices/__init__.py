"""Notices, and the channels that they go over."""
