"""A ledger that was read and looked at comes in: all of it in one transaction, or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.domain.audit import Act
from app.domain.fields import form_fields
from app.domain.ledger import Question
from app.domain.ledger_import import PARTS_EACH, LedgerImport, as_ranges, numbers_each
from app.domain.ledger_people import LedgerPerson, gather
from app.domain.partial_date import PartialDate
from app.domain.rulebook import RuleBook
from app.domain.settings import Settings
from app.domain.subject import Case, Event, Sanction, Subject
from app.services.ledger import LedgerReading, known_people, without_collector
from app.services.ports import Changes, Clock, Progress, UnitOfWork
from app.services.standing import assess_new, reassess


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import wrote. ``import_id`` names it in the log, for taking it back."""

    import_id: str
    counts: dict[str, int]
    questions: Sequence[Question]
    changes: Changes

    @property
    def summary(self) -> str:
        """The counts in one line."""
        return "，".join(f"{title} {count}" for title, count in self.counts.items())


@without_collector()
def import_ledger(
    reading: LedgerReading,
    *,
    uow: UnitOfWork,
    rules: RuleBook,
    settings: Settings,
    today: date,
    progress: Progress,
    who: str = "",
    clock: Clock = datetime.now,
) -> ImportReport:
    """Keep everything new in ``reading``: all of it in one transaction, or nothing.

    The ledger is compared with the store again: what was imported meanwhile is not imported
    twice. What it wrote is kept as a ``LedgerImport``, for taking it back.
    """
    with uow:
        known = known_people(uow, reading.rows.rows)
        people = reading.people
        if known or any(not person.is_new or person.subject.id for person in people):
            decisions = reading.said.decisions
            people = gather(reading.rows.rows, known, lambda *_question: None, decisions)
        progress(0, len(people), "导入")
        written = _write(uow, people)
        import_id = uuid.uuid4().hex
        counts = {
            "新增人员": sum(person.is_new for person in people),
            "补充人员": sum(not p.is_new and p.changes_anything for p in people),
            "新增案件": len(written.cases),
            "新增处分": len(written.sanctions),
            "新增状态事项": len(written.events),
            "需要核对": len(reading.questions),
        }
        run = LedgerImport(
            import_id=import_id,
            file_name=reading.file.name[-255:],
            digest=reading.digest,
            done_by=who,
            counts=counts,
            added=written.added(),
            filled=written.filled,
            saved_at=clock(),
        )
        run_id = uow.repository(LedgerImport).put(run)
        uow.record(
            Act(
                "导入台账",
                "LedgerImport",
                run_id,
                details={
                    "import_id": import_id,
                    "文件摘要": reading.digest,
                    **counts,
                    "ids": run.added,
                    "补充": sorted(written.people),
                },
            )
        )
        progress(0, len(people), "计算影响期和认定")
        law: dict[str, Any] = {"rules": rules, "settings": settings, "today": today}
        new = [person for person in people if person.is_new]
        dossiers = {i: one.dossier() for i, one in zip(written.subjects, new, strict=True)}
        known_results = {
            i: one.assessed for i, one in zip(written.subjects, new, strict=True) if one.assessed
        }
        assess_new(uow, dossiers, assessed=known_results, **law)
        reassess(uow, written.people, **law)
        progress(len(people), len(people), "导入")
        changes = uow.commit()
    return ImportReport(import_id, counts, reading.questions, changes)


@dataclass(slots=True)
class _Written:
    """Ids of what one import added, and of the people it added to."""

    subjects: list[int] = field(default_factory=list)
    cases: list[int] = field(default_factory=list)
    sanctions: list[int] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    people: set[int] = field(default_factory=set)
    filled: list[dict[str, Any]] = field(default_factory=list)
    parts_each: dict[int, int] = field(default_factory=dict)

    def added(self) -> dict[str, list[list[int]]]:
        """Return the new ids of each entity as ranges."""
        return {
            "Subject": as_ranges(self.subjects),
            "Case": as_ranges(self.cases),
            "Sanction": as_ranges(self.sanctions),
            "Event": as_ranges(self.events),
            PARTS_EACH: numbers_each(self.parts_each),
        }

    def note(self, before: Any, after: Any) -> None:
        """Remember which fields of a stored entity got which values."""
        fields = {
            name: [plain(getattr(before, name)), plain(getattr(after, name))]
            for name in form_fields(after)
            if getattr(before, name) != getattr(after, name)
        }
        self.filled.append({"entity": type(after).__name__, "id": after.id, "fields": fields})


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it; dates as ISO text."""
    return value.isoformat() if isinstance(value, PartialDate | date) else value


def _write(uow: UnitOfWork, people: Sequence[LedgerPerson]) -> _Written:
    """Put people, cases, sanctions and events, each kind in one statement."""
    written = _Written()
    new = [person for person in people if person.is_new]
    written.subjects = uow.repository(Subject).put_all(person.subject for person in new)
    ids = dict(zip(map(id, new), written.subjects, strict=True))
    cases: list[Case] = []
    sanctions: list[Sanction] = []
    events: list[Event] = []
    for person in people:
        if not person.changes_anything:
            continue
        subject_id = ids.get(id(person)) or person.subject.id
        assert subject_id is not None
        if person.known is not None:
            written.people.add(subject_id)
            if person.subject_filled:
                written.note(person.known.subject, person.subject)
                uow.repository(Subject).put(person.subject)
            stored = {sanction.id: sanction for sanction in person.known.sanctions}
            for sanction in person.filled:
                written.note(stored[sanction.id], sanction)
                uow.repository(Sanction).put(sanction)
        parts: list[Any] = [*person.cases, *person.sanctions, *person.events]
        written.parts_each[subject_id] = len(parts)
        for part in parts:
            part.subject_id = subject_id
        cases += person.cases
        sanctions += person.sanctions
        events += person.events
    written.cases = uow.repository(Case).put_all(cases)
    case_ids = dict(zip(map(id, cases), written.cases, strict=True))
    for person in people:
        for sanction, case in zip(person.sanctions, person.case_of, strict=True):
            if case is not None:
                sanction.case_id = case_ids[id(person.cases[case])]
    written.sanctions = uow.repository(Sanction).put_all(sanctions)
    sanction_ids = dict(zip(map(id, sanctions), written.sanctions, strict=True))
    for person in people:
        for event, about in zip(person.events, person.sanction_of, strict=True):
            if about is not None:
                event.sanction_id = sanction_ids[id(person.sanctions[about])]
    written.events = uow.repository(Event).put_all(events)
    return written
