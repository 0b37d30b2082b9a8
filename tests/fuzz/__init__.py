"""Workbooks changed at random: whatever they hold, a command ends as the contract says."""
