"""A result, made again: the input and the options that it records, solved by the version that runs, and compared."""

from __future__ import annotations

from floors.reproducing.again import Reproduction, reproduce

__all__ = ["Reproduction", "reproduce"]
