"""Milestones on their way to payment by the commissioner: what proves them, what is due, what became of it."""
