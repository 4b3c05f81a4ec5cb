"""Values with no opinion, from the standard library only: e-mail addresses, errors, the clock's protocol."""
