"""Bringing the office's ledger in and writing it out."""
