"""Samples on disk while the others are solved: what a killed call leaves, the next can go on from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from floors.many.kept import KEPT, Parts, key_of, key_of_run
from floors.many.packed import packed, unpacked
from floors.many.varied.solving import Varied
from floors.study.study import Study

A_PART = 25  # samples


class Samples:
    """The samples of one call in a folder: `known` are those found there. Each part is written once it is whole."""

    def __init__(self, parts: Parts, study: Study, count: int, options: Mapping[str, Any]) -> None:
        self._parts, self._count = parts, count
        self._family = key_of(study, options)
        self.known: dict[int, Varied] = {}
        for part in range(-(-count // A_PART)):
            self.known |= self._found(part)
        self._here = dict(self.known)

    def keep(self, number: int, one: Varied) -> None:
        """One more is solved. Raises OutputError where it cannot be kept."""
        self._here[number] = one
        part = number // A_PART
        whole = [n for n in self._numbers(part) if n in self._here]
        if len(whole) == len(self._numbers(part)):
            again = {n: tuple(self._here[n]) for n in whole if self._here[n].status in KEPT}
            self._parts.write(self._key(part), packed(again))

    def _found(self, part: int) -> dict[int, Varied]:
        content = self._parts.read(self._key(part))
        try:
            found = {} if content is None else unpacked(content)
            return {number: Varied(*one) for number, one in found.items()}
        except (ValueError, TypeError, AttributeError):  # whole, and no samples: somebody else's
            return {}

    def _numbers(self, part: int) -> range:
        return range(part * A_PART, min((part + 1) * A_PART, self._count))

    def _key(self, part: int) -> str:
        return key_of_run(self._family, "sample", str(part))
