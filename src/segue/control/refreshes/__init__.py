"""The app `refreshes`: refreshes and runs, and the jobs that they are."""
