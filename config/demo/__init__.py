"""The demo: published terms on moved dates, and invented people whose rows are those that the real actions write."""
