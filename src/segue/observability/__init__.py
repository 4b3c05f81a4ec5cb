"""What Segue tells about itself while it runs: logs, metrics, and the masking of personal data in both."""
