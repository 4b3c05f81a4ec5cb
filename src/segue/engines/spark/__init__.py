"""Spark as an engine of profiles, through Spark Connect: what is large stays on the cluster."""
