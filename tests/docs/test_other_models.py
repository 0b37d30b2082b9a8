"""The pages on models of others: their code runs, and says what they say."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from floors.cli.main import run
from tests.support.places import ROOT

PAGES = {"other_models": "linopy", "pypsa": "pypsa"}
_BLOCK = re.compile(r"^```(python|console|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.filterwarnings("ignore::FutureWarning:pypsa")
def test_a_page_says_what_its_code_says(page: str, folder: Path) -> None:
    pytest.importorskip(
        PAGES[page], reason=f"floors needs no {PAGES[page]}: it is there for who has models of it"
    )
    space: dict[str, Any] = {"__name__": "__main__"}
    said, compared = "", 0
    for kind, block in _BLOCK.findall((ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")):
        if kind == "console":
            for line in block.splitlines():
                assert run(shlex.split(line.removeprefix("$ "))[1:]) == 0, line
        elif kind == "python":
            told = io.StringIO()
            with contextlib.redirect_stdout(told):
                exec(block, space)
            said = told.getvalue()
        else:
            lines = [
                line for line in said.splitlines() if not line.startswith(("Running HiGHS", "Includes third"))
            ]
            assert "\n".join(lines).split() == block.split()
            compared += 1
    assert compared >= 3


def test_a_network_is_no_model() -> None:
    pypsa = pytest.importorskip("pypsa", reason="floors needs no pypsa")
    import floors

    with pytest.raises(
        floors.UsageError, match=r"found Network of pypsa: pass what n\.optimize\.create_model\(\) makes"
    ):
        floors.price(pypsa.Network(), {})
