"""A clerk's desk for window tests: what bootstrap joins over a real encrypted file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from app.bootstrap.join import join
from app.domain.rulebook import RuleBook, parse_rules
from app.services.use_cases import UseCases
from app.storage.store import Store

RULES = Path(__file__).parents[2] / "resources" / "rules"
TODAY = date(2026, 11, 23)


def shipped_rules() -> RuleBook:
    return parse_rules({p.name: p.read_text("utf-8") for p in sorted(RULES.glob("*.toml"))})


def a_desk(store: Store) -> UseCases:
    """Return everything a signed-in clerk can do with ``store``."""
    return join(store)
