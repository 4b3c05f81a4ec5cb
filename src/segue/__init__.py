"""Segue exports segments of unified customer profiles to Mailchimp audiences."""

__version__ = "0.1.0"
