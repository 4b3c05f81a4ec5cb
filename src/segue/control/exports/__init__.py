"""The app `exports`: what goes where, on which schedule."""
