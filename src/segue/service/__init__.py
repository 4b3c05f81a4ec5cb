"""One configuration, or one installation, at work: joins the engine's ports, their adapters and what is stored in `control`.

The pages, the worker and the command line call it; it decides nothing that an operation or the engine could. A configuration
at work (`adapters`, `profiles`, `exports`, `releasing`, `repairing`) needs no installation and no Django: a contract holds that.
"""
