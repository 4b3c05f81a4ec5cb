"""The app `notices`: who is told what."""
