"""Why a study has no result: what cannot hold together, in whose cells, and the least that would have to give."""

from __future__ import annotations

from floors.diagnosis.answer import diagnose
from floors.diagnosis.diagnosis import Cell, Change, Diagnosis, Finding

__all__ = ["Cell", "Change", "Diagnosis", "Finding", "diagnose"]
