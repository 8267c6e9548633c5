"""Backup, verification and restore, each with what it found in plain words."""
