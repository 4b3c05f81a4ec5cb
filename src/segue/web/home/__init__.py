"""The pages of the area `home`."""
