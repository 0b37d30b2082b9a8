"""Indices of Sobol': functions whose indices are known, scipy's where nothing is missing, and what is missing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import sobol_indices, uniform

from floors.many.varied.design import design
from floors.many.varied.indices import Indices, indices

Function = Callable[[np.ndarray], np.ndarray]


def ishigami(u: np.ndarray) -> np.ndarray:
    """a = 7, b = 0.1; quantiles of uniform inputs from -pi to pi."""
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def largest(u: np.ndarray) -> np.ndarray:
    return u[:, :2].max(axis=1)


def sum_of_two(u: np.ndarray) -> np.ndarray:
    """Widths 4 and 3, and an input without effect."""
    return 4 * u[:, 0] + 3 * u[:, 1] + 0 * u[:, 2]


def found(function: Function, inputs: int, base: int, seed: int = 0) -> Indices:
    drawn = design(base * (inputs + 2), inputs, indices=True, seed=seed)
    return indices(function(drawn.quantiles), base, inputs, seed)


def at(got: Indices, name: str) -> np.ndarray:
    value = getattr(got, name)
    assert value is not None
    return np.asarray(value)


def test_ishigami() -> None:
    got = found(ishigami, 3, 2**14)
    assert at(got, "first_order") == pytest.approx([0.3139, 0.4424, 0.0], abs=2e-3)
    assert at(got, "total") == pytest.approx([0.5576, 0.4424, 0.2437], abs=2e-3)
    assert got.rows == 2**14


@pytest.mark.parametrize(
    ("function", "inputs", "first", "total", "within"),
    [
        (largest, 2, [0.4, 0.4], [0.6, 0.6], {64: 0.101, 128: 0.07, 256: 0.04, 1024: 0.01}),
        (
            sum_of_two,
            3,
            [0.64, 0.36, 0.0],
            [0.64, 0.36, 0.0],
            {64: 0.075, 128: 0.02, 256: 0.0085, 1024: 0.0015},
        ),
    ],
)
def test_20_seeds_are_as_near_as_their_rows_allow_and_say_so(
    function: Function, inputs: int, first: list[float], total: list[float], within: dict[int, float]
) -> None:
    for base, tolerance in within.items():
        for seed in range(20):
            got = found(function, inputs, base, seed)
            for name, truth in (("first_order", first), ("total", total)):
                off = np.abs(at(got, name) - truth)
                assert off.max() <= tolerance, (base, seed, name, off)
                assert (off <= 2 * at(got, f"{name}_error") + 1e-12).all(), (base, seed, name, off)


def test_an_input_without_effect_has_0_and_no_doubt() -> None:
    got = found(lambda u: 100 + u[:, 0] + 1e-13 * u[:, 1], 2, 64)
    assert (at(got, "first_order")[1], at(got, "total")[1]) == (0.0, 0.0)
    assert (at(got, "first_order_error")[1], at(got, "total_error")[1]) == (0.0, 0.0)


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("function", [ishigami, sum_of_two])
def test_they_are_those_of_scipy_where_nothing_is_missing(function: Function, seed: int) -> None:
    theirs = sobol_indices(func=lambda x: function(x.T), n=256, dists=[uniform()] * 3, rng=seed)
    ours = found(function, 3, 256, seed)
    assert at(ours, "first_order") == pytest.approx(theirs.first_order, abs=1e-12)
    assert at(ours, "total") == pytest.approx(theirs.total_order, abs=1e-12)


def test_the_error_is_about_that_of_the_bootstrap_of_scipy() -> None:
    theirs = sobol_indices(func=lambda x: ishigami(x.T), n=512, dists=[uniform()] * 3, rng=0).bootstrap()
    ours = found(ishigami, 3, 512)
    for name, they in (("first_order_error", theirs.first_order), ("total_error", theirs.total_order)):
        half = (they.confidence_interval.high - they.confidence_interval.low) / 2
        assert at(ours, name) == pytest.approx(half, rel=0.25)


def missing_above(limit: float) -> Function:
    """4 u0, missing where the second input is above a limit."""
    return lambda u: np.where(u[:, 1] > limit, np.nan, 4 * u[:, 0])


def test_rows_with_a_missing_value_are_left_out_for_all_inputs() -> None:
    base = 256
    drawn = design(base * 4, 2, indices=True, seed=0).quantiles
    values = missing_above(0.8)(drawn)
    got = indices(values, base, 2, 0)
    second = drawn[: 2 * base, 1].reshape(2, base)
    assert got.rows == (second <= 0.8).all(axis=0).sum() < base
    assert at(got, "first_order") == pytest.approx([1, 0], abs=0.09)
    assert at(got, "total") == pytest.approx([1, 0], abs=0.09)
    values[0] = np.nan  # one more, in A alone
    assert indices(values, base, 2, 0).rows == got.rows - (second[:, 0] <= 0.8).all()


def test_missing_values_tell_where_they_are_missing() -> None:
    got = found(lambda u: np.isnan(missing_above(0.8)(u)).astype(float), 2, 1024)
    assert at(got, "first_order") == pytest.approx([0, 1], abs=0.02)
    assert at(got, "total") == pytest.approx([0, 1], abs=0.02)
    assert got.rows == 1024


def test_few_rows_are_blank_and_not_0() -> None:
    few, enough = found(ishigami, 3, 32), found(ishigami, 3, 64)
    assert (few.rows, few.first_order, few.total_error) == (32, None, None)
    assert enough.first_order is not None
    half_gone = found(missing_above(0.6), 2, 128)
    assert half_gone.rows < 64
    assert half_gone.first_order is half_gone.total is None
    assert found(lambda u: np.full(len(u), np.nan), 2, 64) == Indices(0, False)


def test_a_constant_output_has_none() -> None:
    got = found(lambda u: 0.6 + 1e-16 * u[:, 0], 2, 64)
    assert got == Indices(64, True)


def test_a_rare_failure_has_an_error_of_those_resamples_in_which_it_happens() -> None:
    got = found(lambda u: (np.arange(len(u)) == 0).astype(float), 2, 128)
    assert np.isfinite(at(got, "first_order_error")).all()
    assert np.isfinite(at(got, "total_error")).all()


def test_the_same_seed_gives_the_same_and_another_another() -> None:
    once, again, other = (found(ishigami, 3, 64, seed) for seed in (0, 0, 1))
    assert at(once, "first_order_error").tolist() == at(again, "first_order_error").tolist()
    assert at(once, "first_order").tolist() != at(other, "first_order").tolist()
