"""What Segue tells about itself while it runs: logs, and the masking of personal data in them."""
