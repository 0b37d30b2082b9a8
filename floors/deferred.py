"""Modules that a library imports but the commands do not use, loaded only when somebody touches them."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any


class _Deferred(ModuleType):
    """Stands in for a module until one of its names is asked for; then it becomes that module."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what the import system asks of any module
            raise AttributeError(name)
        del sys.modules[self.__name__]
        module = import_module(self.__name__)
        self.__dict__.update(module.__dict__)
        return getattr(module, name)


def defer(*names: str) -> None:
    """Put off the import of these modules, unless they are loaded already.

    Pyomo imports scipy.stats, scipy.integrate and scipy.spatial as soon as scipy is there, which takes longer
    than to read, solve and write a study; the standard form of an LP needs scipy.sparse alone. Only the
    commands do this: a program that imports `floors` keeps its modules as they are.
    """
    for name in names:
        spec = find_spec(name) if name not in sys.modules else None
        if spec is not None:
            module = _Deferred(name)
            module.__spec__ = spec
            module.__path__ = list(spec.submodule_search_locations or [])
            sys.modules[name] = module
