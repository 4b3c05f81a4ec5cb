"""What unified profiles are: declared tables, sources, and what can be wrong with a row. Values only."""
