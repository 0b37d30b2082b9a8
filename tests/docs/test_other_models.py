"""A network of PyPSA is no model; what is one is priced in docs/pypsa.md, which test_blocks.py runs."""

from __future__ import annotations

import pytest

import floors


def test_a_network_is_no_model() -> None:
    pypsa = pytest.importorskip("pypsa", reason="floors needs no pypsa")
    with pytest.raises(
        floors.UsageError, match=r"found Network of pypsa: pass what n\.optimize\.create_model\(\) makes"
    ):
        floors.price(pypsa.Network(), {})
