"""The builder of segments: a rule as a form with buttons, whose every step is kept on the server."""
