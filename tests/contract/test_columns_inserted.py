"""No reader knows the place of a column: one more in the middle of any sheet changes nothing that is said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.places import ROOT
from tests.support.widened import sheets

SCRIPT = """
import json, sys
from pathlib import Path
from tests.support.widened import differences, forget, told, widen

folder, found = Path(sys.argv[1]), {}
before = told(folder)
for places in sys.argv[2:]:
    forget()
    widen(*places.split())
    try:
        found[places] = differences(before, told(folder))
    except Exception as error:
        found[places] = [f"{type(error).__name__}: {error}"]
print(json.dumps([before["verified"], found]))
"""


def changed(folder: Path, *places: str) -> dict[str, list[str]]:
    """What is said otherwise where the sheets named in one text have a column more, by that text."""
    words = [sys.executable, "-c", SCRIPT, str(folder), *places]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    verified, found = json.loads(done.stdout)
    assert [ok for ok, _ in verified] == [True] * 3, verified
    assert found.keys() == set(places)
    return {place: said for place, said in found.items() if said}


def test_a_column_in_the_middle_of_every_sheet_at_once_changes_nothing_else(tmp_path: Path) -> None:
    assert len(sheets()) == 66
    assert changed(tmp_path, " ".join(sheets())) == {}


@pytest.mark.long
def test_a_column_in_the_middle_of_each_sheet_in_turn_changes_nothing_else(tmp_path: Path) -> None:
    assert changed(tmp_path, *sheets()) == {}
