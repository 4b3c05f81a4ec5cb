"""Measure the engine beside the limits of nature and the targets of the design: `python -m bench`."""
