"""The pages of the area `exports`."""
