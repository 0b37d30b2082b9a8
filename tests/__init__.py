"""Tests, in folders that mirror floors/."""
