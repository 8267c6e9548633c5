"""The start page: what is due, and why."""
