"""Segue's tests: the specification, sorted by how much of the product each one starts."""
