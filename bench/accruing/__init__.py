"""What bench/accruals.py measures, and against what."""
