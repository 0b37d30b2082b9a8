"""How wide a text is on paper."""
