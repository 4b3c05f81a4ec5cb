"""`python -m segue.cli.serving.child PARENT MODULE ARGUMENTS…`: run a module as a program that ends with its parent."""

from __future__ import annotations

import runpy
import sys

from segue.cli.serving.lifeline import end_with


def main(arguments: list[str]) -> None:
    """Tie this process to its parent, then become the module."""
    parent, module, *rest = arguments
    end_with(int(parent))
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
