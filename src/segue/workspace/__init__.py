"""One configuration at work: refresh, plan, run, report. What the command line, the pages and the worker call."""

from segue.workspace.exports import PlanView, Workspace, open_workspace

__all__ = ["PlanView", "Workspace", "open_workspace"]
