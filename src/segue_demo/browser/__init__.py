"""The demonstration in the browser: an installation with people, a connection, exports and two weeks behind it."""
