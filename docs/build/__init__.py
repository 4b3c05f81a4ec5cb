"""What `make docs` runs: write the reference pages that come from the code, and check every link. No prose lives here."""
