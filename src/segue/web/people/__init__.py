"""The pages of the area `people`."""
