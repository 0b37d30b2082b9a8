"""Workbooks for people: the template, the report, charts, problems marked in their cells."""
