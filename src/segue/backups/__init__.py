"""A whole installation in one file, made while it runs, and put back: what is in it, what is not, and why."""
