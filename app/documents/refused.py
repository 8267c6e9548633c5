"""A file that is not read."""

from __future__ import annotations


class Refused(Exception):
    """A file that is not read; the message goes on after the file's name, in Chinese."""
