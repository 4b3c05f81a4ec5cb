"""Read sources of every kind: their bytes, rows and values, as relations that queries read."""
