"""The app `audit`: who did what and when."""
