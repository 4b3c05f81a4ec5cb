"""A sandbox that imitates Mailchimp's Marketing API on the loopback interface. It imports nothing else of segue."""
