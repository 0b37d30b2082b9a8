"""The parts of a report, read as a browser would."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from collections import Counter
from html.parser import HTMLParser
from typing import Any

_VOID = {"meta", "input", "br", "path", "rect"}


class Reading(HTMLParser):
    """The elements, texts and scripts of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str, str] = {}
        self.texts: list[str] = []
        self._inside: list[str] = []
        self._script = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags[tag] += 1
        self.attributes.append((tag, given))
        if given.get("id"):
            self.ids[str(given["id"])] += 1
        if tag in ("script", "style"):
            self._inside.append(tag)
            self._script = given.get("id") or f"script {self.tags['script']}"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style") and self._inside:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._inside:
            if self._inside[-1] == "script":
                self.scripts[self._script] = self.scripts.get(self._script, "") + data
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        """All words of the page, breaks that hold numbers and units together as blanks."""
        return " ".join(" ".join(self.texts).replace("\u00a0", " ").split())

    def json(self, name: str) -> Any:
        return json.loads(self.scripts[name])

    def table(self, name: str) -> list[list[Any]]:
        """The rows of a packed table."""
        columns = json.loads(gzip.decompress(b64decode(self.scripts[f"table-{name}"])))
        return [list(row) for row in zip(*columns, strict=True)]
