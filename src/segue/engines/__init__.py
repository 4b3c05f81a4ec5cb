"""Engines: each opens tables, runs expressions and keeps the ledger's tables in its own way."""
