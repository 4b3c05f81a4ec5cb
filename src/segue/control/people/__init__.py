"""The app `people`: who signs in, with which role."""
