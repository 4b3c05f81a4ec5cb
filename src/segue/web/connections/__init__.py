"""The pages of the area `connections`."""
