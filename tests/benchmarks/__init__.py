"""How fast floors is, beside others that do the same work: `python -m tests.benchmarks --help`."""
