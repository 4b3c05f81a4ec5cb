"""What is said to a person, in their language: one catalogue for pages, letters, terminal and errors."""
