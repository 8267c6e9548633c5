"""Where the shipped files are, from source and from the frozen bundle alike."""

from __future__ import annotations

import sys
from pathlib import Path

_BUNDLE = getattr(sys, "_MEIPASS", None)
_ROOT = Path(_BUNDLE) if _BUNDLE else Path(__file__).parents[1]

RESOURCES = _ROOT / "resources"
MIGRATIONS = _ROOT / ("migrations" if _BUNDLE else "alembic")
