"""Pictures of every page and pane of a demonstration: `make screenshots`, or `python -m tools.screenshots --help`."""
