"""The app `connections`: links to Mailchimp accounts."""
