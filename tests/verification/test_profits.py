"""From what on a loss is one."""

from types import SimpleNamespace
from typing import Any

import pytest

from floors.verification.gain import Gain
from floors.verification.profits import Profits


@pytest.mark.parametrize(
    ("tonnes", "lost", "loses"),
    [(2e-6, 23.0, False), (2e-6, 230.0, True), (1.0, 1e-3, True), (1e5, 1e-10, False), (1e5, -20.0, False)],
)
def test_grams_pin_no_price(tonnes: float, lost: float, loses: bool) -> None:
    """Beside 300,000 t at up to 700 USD/kg: less than 0.21 USD in all is no loss, nor what is rounding of a price."""
    given: Any = SimpleNamespace(plan=SimpleNamespace(dearest=700.0, largest=300_000.0))
    assert Profits._loses(given, tonnes, Gain.of(100.0, -100.0 - lost)) is loses
