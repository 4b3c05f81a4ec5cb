"""The engine: observe, desired state, diff, plan, push, outcomes, ledger. `run.py` shows the whole walk."""
