"""The office's choices: one row, read once and kept whole."""

from __future__ import annotations

from typing import Any

from app.domain.audit import Act
from app.domain.fields import form_fields
from app.domain.settings import Settings
from app.services.ports import Changes, UnitOfWork

_SILENT = {
    "roster_view",
    "set_aside",
    "ledger_columns",
}  # the act that changes them is recorded elsewhere, or none


def read_settings(*, uow: UnitOfWork) -> Settings:
    """Return the office's settings, or the defaults if nobody chose anything yet."""
    with uow:
        found = uow.repository(Settings).where()
    return found[0] if found else Settings()


def save_settings(settings: Settings, *, uow: UnitOfWork) -> Changes:
    """Keep the settings; the log shows old → new. Raises ``StaleData`` if saved elsewhere."""
    with uow:
        kept = uow.copy_of(settings)
        repository = uow.repository(Settings)
        before: Any = next(iter(repository.where()), Settings())
        details = {
            spec.label: [getattr(before, name), getattr(kept, name)]
            for name, spec in form_fields(Settings).items()
            if name not in _SILENT and getattr(before, name) != getattr(kept, name)
        }
        id_ = repository.put(kept)
        if details:
            uow.record(Act("修改设置", "Settings", id_, details=details))
        return uow.commit()
