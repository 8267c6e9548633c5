"""The office's own ledger: read with every doubt named, then taken over whole or not at all."""

from __future__ import annotations

import gc
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from app.domain.fields import Problem
from app.domain.ledger import Question, Workbook, column_letter
from app.domain.ledger_cells import name_key
from app.domain.ledger_header import SkippedRow
from app.domain.ledger_people import LedgerPerson, gather
from app.domain.ledger_reading import LedgerRows, ask_about_lengths, column_of, read_rows
from app.domain.ledger_row import LedgerRow
from app.domain.ledger_sanctions import ENDS
from app.domain.rulebook import RuleBook
from app.domain.settings import Settings
from app.domain.subject import PARTY, Dossier, Sanction, Subject
from app.domain.verdict import assess, fact_problems
from app.services.dossiers import load_dossiers
from app.services.ports import Progress, UnitOfWork, UserError

ReadCells = Callable[..., Workbook]
"""``read_cells(path, progress=…)``: the office's file as plain cells, or a ``UserError``."""


class EmptyLedger(UserError):
    """A ledger with a header and nobody in it."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class UsedColumn:
    """How one column of the office's sheet was understood."""

    sheet: str
    letter: str
    label: str
    title: str  # of our own ledger


@dataclass(slots=True)
class LedgerReading:
    """What a ledger says, compared with what is stored; nothing is written yet."""

    file: Path
    digest: str
    people: list[LedgerPerson]
    questions: list[Question]
    skipped: list[SkippedRow]
    notes: list[str]
    columns: list[UsedColumn]
    rows: LedgerRows = field(repr=False)

    @property
    def counts(self) -> dict[str, int]:
        """What an import would do, by its Chinese title."""
        new = [person for person in self.people if person.is_new]
        changed = [p for p in self.people if not p.is_new and p.changes_anything]
        return {
            "读入行数": len(self.rows.rows),
            "新增人员": len(new),
            "补充人员": len(changed),
            "未变人员": len(self.people) - len(new) - len(changed),
            "新增处分": sum(len(person.sanctions) for person in self.people),
            "新增状态事项": sum(len(person.events) for person in self.people),
            "跳过的行": len(self.skipped),
            "需要核对": len(self.questions),
        }

    @property
    def summary(self) -> str:
        """The counts in one line."""
        return "，".join(f"{title} {count}" for title, count in self.counts.items())


@contextmanager
def without_collector() -> Iterator[None]:
    """Pause the cycle collector: over hundreds of thousands of new objects that all stay, it
    would walk them again and again, a third of the whole time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@without_collector()
def read_ledger(
    path: Path,
    *,
    read_cells: ReadCells,
    uow: UnitOfWork,
    rules: RuleBook,
    settings: Settings,
    today: date,
    progress: Progress,
) -> LedgerReading:
    """Return what the ledger in ``path`` says and asks. Nothing is written.

    Raises ``UserError`` with a Chinese sentence when the file is no ledger or holds nobody.
    """
    if not path.is_file():
        raise EmptyLedger(f"找不到文件“{path}”，请检查文件名和位置")
    workbook = read_cells(path, progress=progress)
    digest = _digest(path)
    read = read_rows(workbook, lambda done, total: progress(done, total, "理解台账"))
    if not read.rows:
        raise EmptyLedger(f"“{path.name}”的表头下面没有人员，没有可以导入的内容")
    with uow:
        known = known_people(uow, (row.name for row in read.rows))
    people = gather(read.rows, known, read.ask)
    progress(len(read.rows), len(read.rows), "核对事实")
    ask_about_lengths(people, read)
    _ask_about_facts(people, read, today)
    _ask_about_ends(people, read, rules, settings, today)
    questions = sorted(dict.fromkeys(read.questions), key=lambda q: (q.sheet, q.row, q.column))
    columns = [
        UsedColumn(name, column_letter(index), reader.header.labels[index], column.title)
        for name, reader in read.readers.items()
        for index, column in sorted(reader.header.columns.items())
    ]
    return LedgerReading(path, digest, people, questions, read.skipped, read.notes, columns, read)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def known_people(uow: UnitOfWork, names: Iterable[str]) -> dict[str, list[Dossier]]:
    """Return the stored people of these names, by ``name_key``."""
    wanted = sorted(set(names))
    subjects = uow.repository(Subject).where(name=wanted) if wanted else ()
    ids = [subject.id for subject in subjects if subject.id is not None]
    found: dict[str, list[Dossier]] = defaultdict(list)
    if ids:
        for dossier in load_dossiers(uow, ids).values():
            found[name_key(dossier.subject.name)].append(dossier)
    return found


def _ask_about_facts(people: Iterable[LedgerPerson], read: LedgerRows, today: date) -> None:
    """Ask about what contradicts itself or the calendar in what is new."""
    for person in people:
        if not (person.is_new or person.sanctions or person.subject_filled):
            continue
        all_new = Dossier(person.subject, (), tuple(person.sanctions), tuple(person.events))
        if not fact_problems(all_new, today):
            continue
        of_person = fact_problems(Dossier(person.subject), today)
        for problem in of_person:
            read.ask(person.rows[0], problem.field, "", problem.message)
        for sanction, row in zip(person.sanctions, person.sanction_rows, strict=True):
            found = fact_problems(Dossier(person.subject, (), (sanction,)), today)
            for problem in found[len(of_person) :]:
                if problem.field == "decided_on" and sanction.decided_on is None:
                    continue  # asked already, at the cell
                _ask_about_sanction(read, row, sanction, problem)
        events = [(event, row) for row in person.rows for event, _ in row.facts.events]
        for event, row in events:
            found = fact_problems(Dossier(person.subject, (), (), (event,)), today)
            for problem in found[len(of_person) :]:
                read.ask(row, "events", "", problem.message)


def _ask_about_sanction(
    read: LedgerRows, row: LedgerRow, sanction: Sanction, problem: Problem
) -> None:
    key = column_of(problem.field, sanction.regime)
    places = read.readers[row.sheet].places
    if key not in places:  # one pair of columns for all regimes
        key = key.removeprefix("party_").removeprefix("admin_")
    read.ask(row, key, "", problem.message)


def _ask_about_ends(
    people: Iterable[LedgerPerson],
    read: LedgerRows,
    rules: RuleBook,
    settings: Settings,
    today: date,
) -> None:
    """Ask where the office worked out another last day than the rules do."""
    for person in people:
        if not any(row.facts.ends for row in person.rows):
            continue
        result = assess(person.dossier(), as_of=today, rules=rules, settings=settings)
        for row in person.rows:
            for key, (said, cell) in row.facts.ends.items():
                computed = _computed_ends(key, row, result)
                if said.exact in computed or any(said.first <= d <= said.last for d in computed):
                    continue
                shown = "、".join(map(str, sorted(computed))) or "待定"
                message = (
                    f"{ENDS[key]}与程序按规定计算的不同（{shown}），未采用，请核对处分时间和种类"
                )
                read.ask(row, key, str(cell), message)


def _computed_ends(key: str, row: LedgerRow, result: Any) -> set[date]:
    overall = {result.last_day} if key == "until" and result.last_day is not None else set()
    own = {
        (s.regime, s.kind, s.decided_on)
        for s in row.facts.sanctions
        if key == "until" or (s.regime == PARTY) == (key == "party_until")
    }
    ends = {
        period.last_day
        for period in result.periods
        if (period.sanction.regime, period.sanction.kind, period.sanction.decided_on) in own
    }
    return overall | {day for day in ends if day is not None}
