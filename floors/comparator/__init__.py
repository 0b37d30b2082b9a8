"""A plan as it stands, paid for in another way."""

from floors.comparator.contracts import fiscal

__all__ = ["fiscal"]
