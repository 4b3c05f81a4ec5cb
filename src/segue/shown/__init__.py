"""What people see of plans, runs, outcomes and segments: one value for the terminal and the pages, as JSON and as CSV.

Nothing here prints, renders or asks a database: entry points lay out what they get.
"""
