"""The pages of the area `segments`."""
