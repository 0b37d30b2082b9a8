"""Prices that hold a plan up: the dual, its rules, and any Pyomo model."""
