"""The app `segments`: segments, their sizes over time."""
