"""A store of objects on loopback that speaks what clients of Amazon S3, Google Cloud Storage and Azure Blob Storage ask."""
