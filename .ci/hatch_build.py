"""Writes into a build of which commit it is, for sheet run of results; a working copy asks git itself."""

from __future__ import annotations

import runpy
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RevisionHook(BuildHookInterface):
    """A file `revision.txt` in the package, where the build is of a checkout; an sdist has it already."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        known = runpy.run_path(str(root / "floors" / "files" / "revision.py"))
        revision = known["of_checkout"](root / "floors") if (root / ".git").exists() else ""
        if version == "editable" or not revision:
            return
        _, name = mkstemp(suffix=".txt")
        Path(name).write_text(f"{revision}\n", encoding="ascii")
        self.made = Path(name)
        build_data["force_include"][name] = f"floors/{known['BUILT']}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        made: Path | None = getattr(self, "made", None)
        if made is not None:
            made.unlink()
