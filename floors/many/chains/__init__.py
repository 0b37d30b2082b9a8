"""Which minerals first: chains of commodities, and what a cap on each costs and avoids."""
