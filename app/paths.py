"""Where the shipped files and the user's data are, from source and from the bundle."""

from __future__ import annotations

import sys
from pathlib import Path

_BUNDLE: str | None = getattr(sys, "_MEIPASS", None)
_ROOT = Path(_BUNDLE) if _BUNDLE else Path(__file__).resolve().parents[1]

RESOURCES = _ROOT / "resources"
MIGRATIONS = _ROOT / ("migrations" if _BUNDLE else "alembic")
"""In the bundle the scripts are called migrations: "alembic" there is the library."""

DATABASE = "office.db"
"""The file of the records in a data folder."""

OWN_LAYOUT = Path("forms", "registration_form.toml")
"""The office's own form layout in a data folder, if it has one."""


def default_data_folder() -> Path:
    """Return where the office's records live unless somebody chose another folder."""
    from platformdirs import user_data_path

    return user_data_path("huifang", appauthor=False, roaming=False) / "office"
