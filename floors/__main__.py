"""The command `floors`, also as `python -m floors`: ready to be stopped before anything large is imported."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command of the command line and leave with its exit code; Ctrl-C is heard from here on."""
    from floors import stopping

    try:
        stopping.listen()
        from floors.cli.main import main as command

        command()
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(stopping.exit_code())


def _leave_working_folder() -> None:
    """Import from where packages are installed alone: `python -m` would try the working folder first, where
    a numpy.py may lie that was never meant for this."""
    if not sys.flags.safe_path:
        del sys.path[0]


if __name__ == "__main__":
    _leave_working_folder()
    main()
