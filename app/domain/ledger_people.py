"""From ledger rows to people: who is the same person, what is new, what repeats, what differs."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from app.domain.assessment import Assessment
from app.domain.fields import display, form_fields
from app.domain.ledger_cells import name_key
from app.domain.ledger_matching import (
    AS_FOUND,
    SANCTIONS,
    Decision,
    decided_person,
    loosely,
    tell_namesakes,
)
from app.domain.ledger_row import LedgerRow
from app.domain.partial_date import PartialDate
from app.domain.subject import (
    EXTENDED,
    PARTY,
    RESTORED,
    Case,
    Dossier,
    Event,
    Sanction,
    Subject,
)

AskRow = Callable[[LedgerRow, str, str, str], None]
"""``ask(row, key, value, message)``: note a question about a cell of a row already read."""

COMPARED = (
    "sex",
    "born_on",
    "education",
    "work_since",
    "membership",
    "party_since",
    "workplace",
    "person_type",
    "address",
    "phone",
)
"""What of a person is compared with the store, by attribute of ``Subject``."""


@dataclass(slots=True)
class LedgerPerson:
    """One person of the ledger. ``known`` is what the store already holds of them, or None.

    ``sanctions``, ``cases`` and ``events`` are new. ``case_of`` and ``sanction_of`` say by index
    which new case a sanction stands in and which new sanction an event is about; where they hold
    None, the entity points to a stored one (or an event to the person). ``assessed`` is what the
    rules make of it all, once they have been asked.
    """

    subject: Subject
    known: Dossier | None = None
    cases: list[Case] = field(default_factory=list)
    sanctions: list[Sanction] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    case_of: list[int | None] = field(default_factory=list)
    sanction_of: list[int | None] = field(default_factory=list)
    rows: list[LedgerRow] = field(default_factory=list)
    sanction_rows: list[LedgerRow] = field(default_factory=list)
    filled: list[Sanction] = field(default_factory=list)
    subject_filled: bool = False
    assessed: Assessment | None = None

    @property
    def is_new(self) -> bool:
        """Whether the store does not know this person yet."""
        return self.known is None

    @property
    def changes_anything(self) -> bool:
        """Whether importing this person would write at all."""
        return bool(
            self.is_new or self.sanctions or self.events or self.filled or self.subject_filled
        )

    def stored_sanctions(self) -> Sequence[Sanction]:
        """Return what the store holds of this person's sanctions, as filled up by this ledger."""
        if self.known is None:
            return ()
        newer = {sanction.id: sanction for sanction in self.filled}
        return [newer.get(sanction.id, sanction) for sanction in self.known.sanctions]

    def dossier(self) -> Dossier:
        """Return everything about the person, stored and new, for the rules to read.

        New entities get negative ids where events must find their sanctions.
        """
        if self.is_new and not self.events:
            return Dossier(self.subject, tuple(self.cases), tuple(self.sanctions))
        sanctions = [replace(s, id=-1 - i) for i, s in enumerate(self.sanctions)]
        cases = [replace(case, id=-1 - i) for i, case in enumerate(self.cases)]
        for sanction, case in zip(sanctions, self.case_of, strict=True):
            if case is not None:
                sanction.case_id = -1 - case
        events = [
            event if about is None else replace(event, sanction_id=-1 - about)
            for event, about in zip(self.events, self.sanction_of, strict=True)
        ]
        old = self.known or Dossier(self.subject)
        return Dossier(
            self.subject,
            (*old.cases, *cases),
            (*self.stored_sanctions(), *sanctions),
            (*old.events, *events),
        )


def gather(
    rows: Iterable[LedgerRow],
    known: Mapping[str, Sequence[Dossier]],
    ask: AskRow,
    decisions: Mapping[tuple[str, int], Decision] = MappingProxyType({}),
) -> list[LedgerPerson]:
    """Return the people of ``rows``, in their order, compared with those already ``known``.

    ``known`` holds the stored dossiers by ``name_key``. Stored facts are not overwritten: only
    what is empty is filled, and what differs is asked about - unless ``decisions``, by sheet and
    row, say that the ledger is right, that it is somebody else, or that the row stays out.
    """
    by_name: dict[str, list[LedgerPerson]] = {
        key: [LedgerPerson(replace(dossier.subject), dossier) for dossier in dossiers]
        for key, dossiers in known.items()
    }
    by_id = {p.subject.id or 0: p for people in by_name.values() for p in people}
    met: dict[int, LedgerPerson] = {}
    for row in rows:
        decision = decisions.get((row.sheet, row.row), AS_FOUND)
        if decision.skip:
            continue
        namesakes = by_name.setdefault(name_key(row.name), [])
        person = decided_person(row, decision, namesakes, by_id, ask)
        if person is None:
            person = LedgerPerson(Subject(name=row.name))
            if decision.person is None:
                tell_namesakes(row, namesakes, ask)
            namesakes.append(person)
        met.setdefault(id(person), person)
        _personal(person, row, ask, decision.take)
        _case(person, row, ask, decision.take)
        person.rows.append(row)
    people = list(met.values())
    for person in people:
        _loose_events(person, ask)
        _without_sanction(person, ask)
    return people


def _without_sanction(person: LedgerPerson, ask: AskRow) -> None:
    """Ask about somebody new of whom no sanction was read and nothing was asked."""
    row = person.rows[0]
    if person.is_new and not person.sanctions and not any(row.questions for row in person.rows):
        ask(row, "name", row.name, "没有读到处分，只读入了人员；受过处分的，请补写处分种类和时间")


def _personal(person: LedgerPerson, row: LedgerRow, ask: AskRow, take: frozenset[str]) -> None:
    """Fill what is empty in the person from ``row``; ask about what differs, or ``take`` it."""
    subject = person.subject
    _called(person, row, ask, take)
    before = {key: getattr(subject, key) for key in COMPARED} if person.known else {}
    for key in COMPARED:
        new, old = row.personal.get(key), getattr(subject, key)
        if new in ("", None) or new == old:
            continue
        if key in take and person.known and new == getattr(person.known.subject, key):
            continue  # another row of the person, not corrected, does not take it back
        if old in ("", None) or key in take:
            setattr(subject, key, new)
        elif isinstance(old, PartialDate) and isinstance(new, PartialDate):
            if _within(new, old):
                if person.is_new:
                    setattr(subject, key, new)
            elif not _within(old, new):
                _differs(person, row, key, ask)
        elif loosely(old) != loosely(new):
            _differs(person, row, key, ask)
    if not subject.unit and loosely(row.personal.get("workplace")) == loosely(subject.workplace):
        subject.unit = row.personal.get("unit", "")
    lines = subject.remarks.split("\n") if subject.remarks else []
    added = [text for text in row.remarks if text not in subject.remarks]
    subject.remarks = "\n".join((*lines, *added))
    if not person.known:
        # Whoever is in the program already has its own records of visits.
        subject.earlier_visits = {**row.visits, **subject.earlier_visits}
    if person.known and (
        added or any(getattr(subject, key) != value for key, value in before.items())
    ):
        person.subject_filled = True


def _called(person: LedgerPerson, row: LedgerRow, ask: AskRow, take: frozenset[str]) -> None:
    """Mind that an export may come back with a corrected name."""
    if person.known is None or name_key(row.name) in (
        name_key(person.subject.name),
        name_key(person.known.subject.name),
    ):
        return
    if "name" in take:
        person.subject.name, person.subject_filled = row.name, True
    else:
        _differs(person, row, "name", ask)


def _within(fine: PartialDate, coarse: PartialDate) -> bool:
    return fine.isoformat().startswith(coarse.isoformat())


def _differs(person: LedgerPerson, row: LedgerRow, key: str, ask: AskRow) -> None:
    label = form_fields(Subject)[key].label
    old = display(getattr(person.subject, key))
    source = "系统中" if person.known else f"第{person.rows[0].row}行"
    message = f"{label}与同一人在{source}的“{old}”不一致，已保留“{old}”，请核对"
    ask(row, key, display(row.personal[key]), message)


def _case(person: LedgerPerson, row: LedgerRow, ask: AskRow, take: frozenset[str]) -> None:
    """Add the row's case, sanctions and events that are new; ask about those that repeat."""
    facts = row.facts
    places: list[tuple[bool, int]] = []  # per sanction of the row: (stored, index)
    repeats: list[LedgerRow] = []
    case: int | None = None
    case_id: int | None = None
    fresh: list[Sanction] = []
    for sanction in facts.sanctions:
        stored, index = _find(person, sanction, row, ask, take)
        if index is None:
            fresh.append(copy.copy(sanction))
            places.append((False, len(person.sanctions) + len(fresh) - 1))
            continue
        places.append((stored, index))
        if stored:
            case_id = case_id or person.stored_sanctions()[index].case_id
        else:
            repeats.append(person.sanction_rows[index])
            case = person.case_of[index]
    has_case = bool(facts.facts or facts.file_no or facts.organ)
    if fresh and case is None and case_id is None and (has_case or facts.sanctions):
        person.cases.append(Case(facts=facts.facts, file_no=facts.file_no, organ=facts.organ))
        case = len(person.cases) - 1
    elif not facts.sanctions and has_case and not _has_facts(person, facts.facts):
        person.cases.append(Case(facts=facts.facts, file_no=facts.file_no, organ=facts.organ))
    for sanction in fresh:
        sanction.case_id = case_id if case is None else None
        person.sanctions.append(sanction)
        person.case_of.append(case)
        person.sanction_rows.append(row)
    _events(person, row, places)
    if fresh:
        for key, value, message in facts.gaps:
            ask(row, key, value, message)
    if repeats:
        others = "、".join(dict.fromkeys(f"第{other.row}行" for other in repeats))
        part = "" if not fresh else "其中部分"
        ask(row, "name", row.name, f"{part}与{others}是同一人的同一处分，未重复读入，请核对")


def _has_facts(person: LedgerPerson, facts: str) -> bool:
    cases = (*(person.known.cases if person.known else ()), *person.cases)
    return any(loosely(case.facts) == loosely(facts) for case in cases)


def _find(
    person: LedgerPerson, sanction: Sanction, row: LedgerRow, ask: AskRow, take: frozenset[str]
) -> tuple[bool, int | None]:
    """Return whether a sanction is (stored, at which index) already there; index None: it is new.

    A stored one whose date was empty or coarser gets the ledger's date if the facts are the same:
    that is how an office corrects its ledger and imports it again.
    """
    if (index := _recorded(person, sanction, row)) is not None:
        _correct(person, index, sanction, row, ask, take)
        return True, index
    for index, old in enumerate(person.stored_sanctions()):
        if (old.regime, old.kind) != (sanction.regime, sanction.kind):
            continue
        same_facts = loosely(row.facts.facts) == loosely(_facts_of(person, old))
        if old.decided_on == sanction.decided_on and (old.decided_on or same_facts):
            if old.in_lieu != sanction.in_lieu:
                _ask_kind(row, sanction, "与系统中同一处分的括注不一致，未改动，请核对", ask)
            return True, index
        if same_facts and _refines(sanction.decided_on, old.decided_on):
            person.filled = [other for other in person.filled if other.id != old.id]
            person.filled.append(replace(old, decided_on=sanction.decided_on))
            return True, index
        if same_facts and _refines(old.decided_on, sanction.decided_on):
            return True, index
    for index, old in enumerate(person.sanctions):
        if (old.regime, old.kind, old.decided_on) != (
            sanction.regime,
            sanction.kind,
            sanction.decided_on,
        ):
            continue
        same_facts = row.facts.facts == person.sanction_rows[index].facts.facts
        if (old.decided_on and old.decided_on.exact) or same_facts:
            if old.in_lieu != sanction.in_lieu:
                _ask_kind(row, sanction, "与上文同一处分的括注不一致，未改动，请核对", ask)
            return False, index
    return False, None


def _recorded(person: LedgerPerson, sanction: Sanction, row: LedgerRow) -> int | None:
    """Return which stored sanction the hidden column of an export says that this is."""
    if row.record is None or person.subject.id != row.record.subject:
        return None
    ids = [old.id for old in person.stored_sanctions()]
    own = row.record.of(sanction.regime)
    several = sum((s.regime == PARTY) == (sanction.regime == PARTY) for s in row.facts.sanctions)
    return ids.index(own) if own in ids and several == 1 else None


def _correct(
    person: LedgerPerson,
    index: int,
    sanction: Sanction,
    row: LedgerRow,
    ask: AskRow,
    take: frozenset[str],
) -> None:
    """Take over what a corrected export says of a stored sanction, if told to; else ask."""
    old = person.stored_sanctions()[index]
    now = (sanction.regime, sanction.kind, sanction.in_lieu, sanction.decided_on or old.decided_on)
    if now == (old.regime, old.kind, old.in_lieu, old.decided_on):
        return
    if SANCTIONS in take or (now[:3] == (old.regime, old.kind, old.in_lieu) and not old.decided_on):
        regime, kind, in_lieu, decided_on = now
        mended = replace(old, regime=regime, kind=kind, in_lieu=in_lieu, decided_on=decided_on)
        person.filled = [other for other in person.filled if other.id != old.id]
        person.filled.append(mended)
        return
    said = f"{old.regime}{old.kind}（{old.decided_on or '时间未填'}）"
    _ask_kind(row, sanction, f"与系统中的“{said}”不一致，已保留系统中的内容，请核对", ask)


def _ask_kind(row: LedgerRow, sanction: Sanction, message: str, ask: AskRow) -> None:
    key = "party_kind" if sanction.regime == "党纪" else "admin_kind"
    ask(row, key, sanction.kind, message)


def _facts_of(person: LedgerPerson, sanction: Sanction) -> str:
    cases = person.known.cases if person.known else ()
    return next((case.facts for case in cases if case.id == sanction.case_id), "")


def _refines(fine: PartialDate | None, coarse: PartialDate | None) -> bool:
    """Say whether ``fine`` says more than ``coarse`` and does not contradict it."""
    if fine is None or fine == coarse:
        return False
    return coarse is None or _within(fine, coarse)


def _events(person: LedgerPerson, row: LedgerRow, places: Sequence[tuple[bool, int]]) -> None:
    """Add the row's events that are not known yet, tied to stored or new sanctions."""
    for event, about in row.facts.events:
        if about is None:
            _add_event(person, event, None)
            continue
        for index in about:
            stored, place = places[index]
            if stored:
                held = replace(event, sanction_id=person.stored_sanctions()[place].id)
                _add_event(person, held, None)
            else:
                _add_event(person, replace(event), place)


def _add_event(person: LedgerPerson, event: Event, about: int | None) -> None:
    key = (event.kind, event.on, event.sanction_id, about)
    stored = person.known.events if person.known else ()
    if any((old.kind, old.on, old.sanction_id, None) == key for old in stored):
        return
    new = zip(person.events, person.sanction_of, strict=True)
    if any((old.kind, old.on, old.sanction_id, place) == key for old, place in new):
        return
    person.events.append(event)
    person.sanction_of.append(about)


def _loose_events(person: LedgerPerson, ask: AskRow) -> None:
    """Tie events whose row holds no such sanction to the only one the person has, or ask."""
    for row in person.rows:
        for event, about in row.facts.events:
            if about != ():
                continue
            probation = event.kind in (RESTORED, EXTENDED)
            new = [
                (None, i)
                for i, sanction in enumerate(person.sanctions)
                if not probation or sanction.kind.startswith("留党察看")
            ]
            stored = [
                (sanction.id, None)
                for sanction in person.stored_sanctions()
                if not probation or sanction.kind.startswith("留党察看")
            ]
            found: list[tuple[int | None, int | None]] = [*stored, *new]
            if len(found) == 1:
                _add_event(person, replace(event, sanction_id=found[0][0]), found[0][1])
                continue
            text = f"{event.kind}（{event.on}）"
            ask(row, "events", text, "分不清是哪一个处分的事项，原文记入备注，请在人员页补录")
            line = f"状态事项：{text}"
            if line not in person.subject.remarks:
                person.subject.remarks = f"{person.subject.remarks}\n{line}".strip()
                person.subject_filled = person.known is not None
