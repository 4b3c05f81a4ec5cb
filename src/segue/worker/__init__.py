"""The worker: the process that reads data sources and runs exports. It decides nothing that an operation or the engine could.

Jobs are rows of the control database (`control.refreshes`); any number of workers may share them.
"""
