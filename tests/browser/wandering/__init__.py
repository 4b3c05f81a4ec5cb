"""A random walk of the pages by several people, reproducible by its seed; `make wander` runs the long form."""
