"""`make audit`: hold the locks, their known vulnerabilities and ages, and the rules of security against what is there."""
