"""The rules in force in an office: the shipped ones, and the office's own later versions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.domain.rulebook import WORKING_DAYS_FILE, RuleBook, RulesInvalid, parse_rules
from app.domain.working_days import WorkingDays, parse_working_days
from app.paths import RESOURCES

OWN_RULES = "rules"
"""The folder beside the records in which an office may put later versions of rule files."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is computed with here, and why the office's own files were not used, if so."""

    book: RuleBook
    working_days: WorkingDays
    notice: str = ""


def load_rules(folder: Path) -> Rules:
    """Return the shipped rules with the later versions in ``folder``/rules.

    A file of the office that is not in order never keeps anybody from the records: the shipped
    rules are used and ``notice`` says why.
    """
    shipped = _texts(RESOURCES / "rules")
    try:
        return Rules(*_parts(shipped, _texts(folder / OWN_RULES)))
    except (RulesInvalid, UnicodeDecodeError, OSError) as wrong:
        notice = f"本单位的规则文件未采用，仍按随程序的规则计算。{wrong}"
        return Rules(*_parts(shipped, {}), notice)


def _parts(shipped: dict[str, str], own: dict[str, str]) -> tuple[RuleBook, WorkingDays]:
    days = parse_working_days(shipped[WORKING_DAYS_FILE], own.get(WORKING_DAYS_FILE, ""))
    return parse_rules(shipped, own), days


def _texts(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text("utf-8-sig") for file in sorted(folder.glob("*.toml"))}
