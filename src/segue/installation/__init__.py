"""One installation at work: joins what is stored in `control` with configurations, workspaces and Mailchimp.

The pages, the worker and the command line call it; it decides nothing that an operation or the engine could.
"""
