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
    """What is computed with here; what of the office's own files is not used, and why."""

    book: RuleBook
    working_days: WorkingDays
    notice: str = ""
    proposed: RuleBook | None = None


def load_rules(folder: Path, *, adopted: str = "") -> Rules:
    """Return the rules of an office: the shipped ones, or its own in ``folder``/rules.

    Later versions of the office win once somebody has adopted them (``adopted`` is their digest):
    until then they are ``proposed``, since a rule must not move anybody's dates unseen. A file that
    is not in order never keeps anybody from the records: ``notice`` says why it is not used.
    """
    shipped = _texts(RESOURCES / "rules")
    book, working_days = _parts(shipped, {})
    try:
        own_book, own_days = _parts(shipped, _texts(folder / OWN_RULES))
    except (RulesInvalid, UnicodeDecodeError, OSError) as wrong:
        notice = f"本单位的规则文件未采用，仍按随程序的规则计算。{wrong}"
        return Rules(book, working_days, notice)
    if own_book.digest in (book.digest, adopted):
        return Rules(own_book, own_days)
    notice = "发现本单位的新规则文件，尚未采用。请在“帮助—关于规则”里看清影响后采用。"
    return Rules(book, own_days, notice, own_book)


def _parts(shipped: dict[str, str], own: dict[str, str]) -> tuple[RuleBook, WorkingDays]:
    days = parse_working_days(shipped[WORKING_DAYS_FILE], own.get(WORKING_DAYS_FILE, ""))
    return parse_rules(shipped, own), days


def _texts(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text("utf-8-sig") for file in sorted(folder.glob("*.toml"))}
