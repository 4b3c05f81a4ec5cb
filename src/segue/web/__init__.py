"""The pages: they load, ask the policy, call one operation or query of `control`, and render. Nothing is decided here."""
