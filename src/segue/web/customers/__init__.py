"""Pages of customers: find one, and see everything that is known of them."""
