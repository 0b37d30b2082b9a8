"""What of a result is handed on: its page and its pictures, made from its tables."""
