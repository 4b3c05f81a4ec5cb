"""Keep what is known of one audience: the ledger, the contacts, runs and what was acknowledged."""
