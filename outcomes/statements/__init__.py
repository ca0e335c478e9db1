"""Statements: read while they are open, frozen and chained when they are sealed, and the paper they become."""
