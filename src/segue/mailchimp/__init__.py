"""Mailchimp behind the engine's destination port. Hands on the names that `segue.service` joins."""
