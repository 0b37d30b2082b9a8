"""`python -m tests.by_hand.page_picture`: models/rare_earths/brief.png, the page of the worked example, for README.md.

It solves base and every scenario, prints sheet `brief` by LibreOffice, and keeps few colours, so that the file is small.
Needs soffice, pdftoppm and Pillow.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.support.places import RARE_EARTHS, ROOT

PICTURE = ROOT / "models" / "rare_earths" / "brief.png"
_DOTS = 100  # an inch
_COLOURS = 128
_FIRST_PAGE = {"PageRange": {"type": "string", "value": "1"}}


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        result = folder / "page.xlsx"
        solve = (sys.executable, "-m", "floors", "solve", RARE_EARTHS, "--all", "--quiet", "-o", result)
        subprocess.run([*map(str, solve)], check=True, cwd=ROOT)
        subprocess.run(
            [
                *("soffice", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless"),
                *(
                    "--convert-to",
                    f"pdf:calc_pdf_Export:{json.dumps(_FIRST_PAGE)}",
                    "--outdir",
                    name,
                    str(result),
                ),
            ],
            check=True,
        )
        dots = ("pdftoppm", "-r", str(_DOTS), "-png", "-singlefile", folder / "page.pdf", folder / "page")
        subprocess.run([*map(str, dots)], check=True)
        with Image.open(folder / "page.png") as page:
            few = page.convert("RGB").quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
            few.save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
