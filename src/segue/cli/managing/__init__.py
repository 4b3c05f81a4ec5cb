"""The commands of `segue manage`, one a module: what whoever runs an installation does besides starting it."""
