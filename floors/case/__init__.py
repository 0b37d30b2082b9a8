"""A case is a study made ready for one run: wildcards resolved, defaults filled, numbers keyed by what exists.

One subject a file, in the order in which they build on each other: calendar, places, production, routes,
reach (what can be made where), demand, stocks, caps, border (which floors exist). `derive` puts them together.
"""
