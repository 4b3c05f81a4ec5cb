"""The documentation inside the product: Markdown of `docs/` as pages, with a list of contents and a search."""
