"""Guards over the project itself: sizes, words, contracts and documentation. Nothing of the product's behaviour."""
