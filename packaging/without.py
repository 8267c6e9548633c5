"""Parts of libraries that the frozen program leaves out, and the tests run without them.

``PYTHONPATH=packaging python -OO -m pytest -p without tests/storage`` fails at the first import of one of them.
"""

from __future__ import annotations

import sys

WITHOUT = (
    "sqlalchemy.orm",
    "sqlalchemy.ext.associationproxy",
    "sqlalchemy.ext.asyncio",
    "sqlalchemy.ext.automap",
    "sqlalchemy.ext.declarative",
    "sqlalchemy.ext.horizontal_shard",
    "sqlalchemy.ext.hybrid",
    "sqlalchemy.ext.mutable",
    "reportlab.graphics",
    "reportlab.platypus",
    "charset_normalizer",
    "lxml.isoschematron",
)


def pytest_configure() -> None:
    """Make importing any of them fail as it does in the frozen program."""
    for name in WITHOUT:
        sys.modules[name] = None  # what the import system takes as «is not there»
