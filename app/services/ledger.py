"""The office's own ledger: read with every doubt named, then taken over whole or not at all."""

from __future__ import annotations

import gc
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.domain.fields import Problem
from app.domain.ledger import Question, Workbook, base_key, column_letter
from app.domain.ledger_answers import Place, added_by, first_content, with_answers
from app.domain.ledger_body import SkippedRow
from app.domain.ledger_cells import name_key
from app.domain.ledger_kinds import IN_LIEU
from app.domain.ledger_matching import Decision
from app.domain.ledger_people import LedgerPerson, gather
from app.domain.ledger_reading import LedgerRows, ask_about_lengths, column_of, read_rows
from app.domain.ledger_row import LedgerRow
from app.domain.ledger_sanctions import ENDS
from app.domain.rulebook import KindRule, RuleBook
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
    number = 407


@dataclass(frozen=True, slots=True)
class UsedColumn:
    """How one column of the office's sheet was understood, with its first content."""

    sheet: str
    letter: str
    label: str
    title: str  # of our own ledger; empty where the column is not read
    key: str = ""
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What the user said while looking at a ledger: goes into the reading, not into the file.

    ``answers`` holds what should stand in a cell; ``chosen`` what a title fills (bare label →
    key, or ``""``); ``decisions`` who a row is, by sheet and row; ``accepted`` questions that need
    no answer.
    """

    answers: Mapping[Place, str] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[tuple[str, int], Decision] = field(default_factory=dict)
    accepted: frozenset[Question] = frozenset()


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
    workbook: Workbook = field(repr=False)
    known: Mapping[str, Sequence[Dossier]] = field(repr=False, default_factory=dict)
    said: Said = field(repr=False, default_factory=Said)

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
            # Straight to the objects that stay, or the next collection walks all of them as new.
            gc.freeze()
            gc.unfreeze()
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
    if path.is_dir():
        raise EmptyLedger(f"“{path}”是文件夹，请写明台账文件的名字")
    if not path.is_file():
        raise EmptyLedger(f"找不到文件“{path}”，请检查文件名和位置")
    workbook = read_cells(path, progress=progress)
    said = Said(chosen=dict(settings.ledger_columns))
    law: dict[str, Any] = {"rules": rules, "settings": settings, "today": today}
    return _understand(path, _digest(path), workbook, said, uow=uow, progress=progress, **law)


@without_collector()
def read_again(
    reading: LedgerReading,
    said: Said,
    *,
    uow: UnitOfWork,
    rules: RuleBook,
    settings: Settings,
    today: date,
    progress: Progress,
) -> LedgerReading:
    """Return the same ledger with everything the user said about it. Nothing is written."""
    law: dict[str, Any] = {"rules": rules, "settings": settings, "today": today}
    return _understand(
        reading.file, reading.digest, reading.workbook, said, uow=uow, progress=progress, **law
    )


def _understand(
    path: Path,
    digest: str,
    workbook: Workbook,
    said: Said,
    *,
    uow: UnitOfWork,
    rules: RuleBook,
    settings: Settings,
    today: date,
    progress: Progress,
) -> LedgerReading:
    read = read_rows(
        with_answers(workbook, said.answers),
        lambda done, total: progress(done, total, "理解台账"),
        said.chosen,
        added_by(said.answers),
    )
    if not read.rows:
        raise EmptyLedger(f"“{path.name}”的表头下面没有人员，没有可以导入的内容")
    with uow:
        known = known_people(uow, read.rows)
    people = gather(read.rows, known, read.ask, said.decisions)
    progress(len(read.rows), len(read.rows), "核对事实")
    ask_about_lengths(people, read)
    _ask_about_facts(people, read, today)
    _ask_about_terms(people, read, rules, settings, today)
    _ask_about_ends(people, read, rules, settings, today)
    asked = sorted(dict.fromkeys(read.questions), key=lambda q: (q.sheet, q.row, q.column))
    questions = [question for question in asked if question not in said.accepted]
    return LedgerReading(
        file=path,
        digest=digest,
        people=people,
        questions=questions,
        skipped=read.skipped,
        notes=read.notes,
        columns=list(_used_columns(read, workbook)),
        rows=read,
        workbook=workbook,
        known=known,
        said=said,
    )


def _used_columns(read: LedgerRows, workbook: Workbook) -> Iterator[UsedColumn]:
    """Yield every titled column of the sheets that were read, from the left."""
    sheets = {sheet.name: sheet for sheet in workbook.sheets}
    for name, reader in read.readers.items():
        header = reader.header
        labels = header.labels | header.unknown | header.left_out
        for index, label in sorted(labels.items()):
            column = header.columns.get(index)
            yield UsedColumn(
                name,
                column_letter(index),
                label,
                column.title if column is not None else "",
                base_key(column.key) if column is not None else "",
                first_content(sheets[name], header.first_row, index),
            )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def known_people(uow: UnitOfWork, rows: Iterable[LedgerRow]) -> dict[str, list[Dossier]]:
    """Return the stored people whom ``rows`` name or number, by ``name_key``."""
    names, numbers = set(), set()
    for row in rows:
        names.add(row.name)
        if row.record is not None:
            numbers.add(row.record.subject)
    repository = uow.repository(Subject)
    subjects = [*repository.where(name=sorted(names))] if names else []
    if numbers:
        subjects += repository.where(id=sorted(numbers))
    ids = sorted({subject.id for subject in subjects if subject.id is not None})
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
    places = read.reader_of(row.sheet, row.row).places
    if f"{key}#2" in places or f"{key.partition('_')[2]}#2" in places:
        key = ""  # sanctions side by side: the message says which
    read.ask(row, key, "", problem.message)


def _ask_about_terms(
    people: Iterable[LedgerPerson],
    read: LedgerRows,
    rules: RuleBook,
    settings: Settings,
    today: date,
) -> None:
    """Ask about months that a decision is said to state and that the law does not allow."""
    for person in people:
        if not any(sanction.stated_months for sanction in person.sanctions):
            continue
        periods = assess(person.dossier(), as_of=today, rules=rules, settings=settings).periods
        for sanction, row in zip(person.sanctions, person.sanction_rows, strict=True):
            for period in periods:
                theirs = period.sanction
                if (theirs.regime, theirs.kind, theirs.decided_on) != (
                    sanction.regime,
                    sanction.kind,
                    sanction.decided_on,
                ):
                    continue
                for problem in period.problems:
                    if problem.field == "stated_months":
                        _ask_about_sanction(read, row, sanction, problem)
                if message := _other_party_term(sanction, period.rule):
                    _ask_about_sanction(read, row, sanction, Problem("stated_months", message))


def _other_party_term(sanction: Sanction, rule: KindRule | None) -> str:
    """Return what to ask about months of a party sanction that are not the regulation's."""
    stated = sanction.stated_months
    if sanction.regime != PARTY or rule is None or rule.probation or stated is None:
        return ""
    if stated <= rule.months or (sanction.in_lieu and stated == rule.lieu_months):
        return ""  # less is a problem of the period already
    if stated == rule.lieu_months:
        return (
            f"写明影响期{stated}个月，而{sanction.kind}是{rule.months}个月；如因应撤销党内职务而无党内职务，"
            f"请写成“{sanction.kind}（{IN_LIEU}）”；暂按{stated}个月读入"
        )
    return f"写明影响期{stated}个月，而条例规定是{rule.months}个月；暂按写明的读入，请核对决定书"


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
        person.assessed = result
        for row in person.rows:
            for key, (said, cell) in row.facts.ends.items():
                computed = _computed_ends(key, row, result)
                # Many an office writes the day on which it is over, not the last day inside.
                days = computed | {day + timedelta(days=1) for day in computed}
                if any(said.first <= day <= said.last for day in days):
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
