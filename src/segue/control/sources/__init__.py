"""The app `sources`: the data sources that profiles are read from."""
