"""Where a run spends: what a meter counts, charged to the phase that the run is in.

A phase is a list of functions, each as `module:function` or `module:Class.method`. The first of them on the stack
has all until it returns, whatever it calls; imports are charged to START wherever they happen, since a command pays
for them somewhere. A function inside which phases are looked for, and whose own work has a name too, is a container.
Functions are wrapped as their module is loaded, so that whoever imports them gets the wrapped one, nothing is loaded
that the run does not load itself, and a name that is gone is an error.
"""

from __future__ import annotations

import builtins
import functools
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

START = "start-up"
REST = "rest"
KIB = 1024 if sys.platform != "darwin" else 1024 * 1024  # what ru_maxrss counts, in parts of a MiB


class Ledger:
    """Charges of one run. `meter` returns what has been counted so far."""

    def __init__(
        self,
        phases: Mapping[str, Sequence[str]],
        containers: Mapping[str, str],
        meter: Callable[[], float] = time.process_time,
        *,
        missing_ok: bool = False,
    ) -> None:
        self.meter = meter
        self.missing_ok = missing_ok
        self.spent: dict[str, float] = defaultdict(float)
        self.calls: dict[str, int] = defaultdict(int)
        self.peak: dict[str, float] = defaultdict(float)  # MiB held at most so far, when the phase was left
        self.now, self.since = START, 0.0
        self.open = False  # whether a phase has the run, so that what it calls is its own
        self.columns = 0  # of the largest object that was made and says so: the LP
        self.found: set[str] = set()
        self._targets: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
        for phase, names in phases.items():
            for name in names:
                self._add(name, phase, False)
        for phase, name in containers.items():
            self._add(name, phase, True)

    def _add(self, name: str, phase: str, container: bool) -> None:
        module, _, function = name.partition(":")
        self._targets[module].append((function, phase, container))

    def switch(self, phase: str) -> None:
        """From now on charge another phase."""
        reading = self.meter()
        self.spent[self.now] += reading - self.since
        self.peak[self.now] = max(
            self.peak[self.now], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB
        )
        self.now, self.since = phase, self.meter()

    def wrapped(self, function: Any, phase: str, container: bool) -> Any:
        """The function, charged to a phase."""

        @functools.wraps(function)
        def charged(*arguments: Any, **named: Any) -> Any:
            if self.open:
                return function(*arguments, **named)
            before = self.now
            self.calls[phase] += 1
            self.switch(phase)
            self.open = not container
            try:
                return function(*arguments, **named)
            finally:
                self.open = False
                self.switch(before)
                if function.__name__ == "__init__":
                    self.columns = max(self.columns, getattr(arguments[0], "columns", 0))

        return charged

    def wrap(self, module: ModuleType) -> None:
        """Wrap the functions of a module that the phases name."""
        for name, phase, container in self._targets.get(module.__name__, ()):
            owner: Any = module
            *classes, last = name.split(".")
            for part in classes:
                owner = getattr(owner, part)
            if last not in vars(owner):
                if self.missing_ok:
                    continue
                raise LookupError(f"{module.__name__} has no {name}: mend the list of phases")
            setattr(owner, last, self.wrapped(vars(owner)[last], phase, container))
            self.found.add(f"{module.__name__}:{name}")

    def install(self) -> None:
        """Wrap modules as they are loaded, and charge imports to START."""
        self.since = self.meter()
        for name in self._targets:
            if name in sys.modules:
                self.wrap(sys.modules[name])
        sys.meta_path.insert(0, _Finder(self))
        self._import = plain = builtins.__import__

        def charged(*arguments: Any, **named: Any) -> Any:
            if self.now == START:
                return plain(*arguments, **named)
            before = self.now
            self.switch(START)
            try:
                return plain(*arguments, **named)
            finally:
                self.switch(before)

        builtins.__import__ = charged

    def close(self) -> None:
        """Charge what is open and leave imports as they were. Raises LookupError for functions never met."""
        self.switch(REST)
        builtins.__import__ = self._import
        sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Finder)]
        wanted = {f"{module}:{name}" for module, names in self._targets.items() for name, _, _ in names}
        if (gone := sorted(wanted - self.found)) and not self.missing_ok:
            raise LookupError(f"never loaded: {', '.join(gone)}; mend the list of phases")


class _Finder(MetaPathFinder):
    """Finds a module as the finders after it do, and has the ledger wrap its functions."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self.ledger._targets:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _Wrapping(spec.loader, self.ledger)
                return spec
        return None


class _Wrapping(Loader):
    """Loads as another loader does, then has the ledger wrap the functions of the module."""

    def __init__(self, loader: Loader, ledger: Ledger) -> None:
        self.loader, self.ledger = loader, ledger

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self.loader.exec_module(module)
        self.ledger.wrap(module)
