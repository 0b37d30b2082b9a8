"""Scripts run by hand, a few times."""

from __future__ import annotations

import subprocess
import sys

from tests.support.places import ROOT


def by_hand(name: str, *arguments: str) -> str:
    """What a script of tests/by_hand prints; it found nothing wrong."""
    command = [sys.executable, "-m", f"tests.by_hand.{name}", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done
    return done.stdout
