"""Unify rows into profiles, keep snapshots of them, and answer questions about one."""
