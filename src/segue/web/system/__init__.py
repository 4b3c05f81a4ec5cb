"""The pages of the area `system`."""
