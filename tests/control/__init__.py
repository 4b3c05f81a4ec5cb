"""Tests of what Segue stores and who may do what."""
