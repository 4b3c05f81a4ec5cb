"""The command line: an entry point that translates and calls the layers below, nothing else."""
