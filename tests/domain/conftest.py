"""The rules as shipped, and a short way to write a person down."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.rulebook import RuleBook, parse_rules

RULES_FOLDER = Path(__file__).parents[2] / "resources" / "rules"


@pytest.fixture(scope="session")
def rules() -> RuleBook:
    return parse_rules({p.name: p.read_text("utf-8") for p in sorted(RULES_FOLDER.glob("*.toml"))})
