"""The pages of the area `sources`."""
