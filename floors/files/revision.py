"""Of which source the package is that runs: the commit of its checkout, or what its build wrote into it."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path

BUILT = "revision.txt"
"""A file of the package that a build from a checkout writes (.ci/hatch_build.py)."""

_PATIENCE = 10  # seconds that git may take


@cache
def source_revision() -> str:
    """The commit, with `changed since` where a file of the package is another; else that it is not known, and why."""
    return of_package(Path(__file__).resolve().parent.parent)


def of_package(package: Path) -> str:
    """The same of the package in this folder."""
    if (package.parent / ".git").exists():
        return of_checkout(package) or "not known: git does not answer for this checkout"
    built = package / BUILT
    if built.is_file():
        return built.read_text(encoding="ascii").strip()
    return _of_install() or "not known: the installed package does not say"


def of_checkout(package: Path) -> str:
    """The commit that is checked out, and whether files of the package differ from it; empty where git cannot tell."""
    asked = ["git", "--no-optional-locks", "status", "--porcelain=v2", "--branch", "--", package.name]
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith("GIT_")
    }  # of no other checkout
    try:
        done = subprocess.run(
            asked, cwd=package.parent, env=ours, capture_output=True, timeout=_PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    commit = next((line.split()[-1] for line in lines if line.startswith("# branch.oid")), "")
    if not commit or commit == "(initial)":
        return ""
    changed = any(not line.startswith("#") for line in lines)
    return f"{commit}, changed since" if changed else commit


def _of_install() -> str:
    """The commit that pip noted when it installed from a repository."""
    from importlib.metadata import PackageNotFoundError, distribution  # it reads much

    try:
        noted = distribution("floors").read_text("direct_url.json")
    except PackageNotFoundError:
        return ""
    return "" if noted is None else str(json.loads(noted).get("vcs_info", {}).get("commit_id", ""))
