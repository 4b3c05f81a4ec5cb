"""The pages of the area `runs`."""
