"""Tools of the project's own development. Nothing of the product imports them."""
