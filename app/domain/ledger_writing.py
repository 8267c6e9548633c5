"""A person as rows of the exported ledger: text in every cell, readable again without loss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from app.domain.ledger import COLUMNS
from app.domain.ledger_events import ADMIN_SIDE, write_event, write_events
from app.domain.ledger_kinds import write_kind
from app.domain.ledger_record import write_record
from app.domain.partial_date import DateStyle, PartialDate, write_date
from app.domain.subject import (
    ALTERED,
    NOT_A_MEMBER,
    PARTY,
    PARTY_MEMBER,
    RESTORED,
    REVOKED,
    Case,
    Dossier,
    Event,
    Sanction,
)
from app.domain.verdict import Assessment

_KEYS = [column.key for column in COLUMNS]


@dataclass(frozen=True, slots=True)
class Revisits:
    """What the ledger says about a person's visits, as text; empty where nothing happened."""

    count: int = 0
    last_on: str = ""
    means: str = ""
    outcome: str = ""
    fed_back_on: str = ""
    filed_on: str = ""


NO_REVISITS = Revisits()


def ledger_rows(
    dossier: Dossier, assessment: Assessment, revisits: Revisits = NO_REVISITS
) -> Iterator[list[str]]:
    """Yield the rows of one person in the order of ``COLUMNS``, 序号 left empty, and the record.

    One row per case with its party and 政务 sanction; dates are ISO text, because a spreadsheet
    would turn 2024.10 into 2024.1 as soon as somebody edits the cell. "期满日期" is the last day
    inside the period, empty where it is not known yet.
    """
    personal = _personal(dossier, assessment, revisits)
    last_days = {id(period.sanction): period.last_day for period in assessment.periods}
    for case, party, admin in _pairs(dossier):
        row = dict(personal)
        if case is not None:
            row["facts"] = case.facts
        for side, sanction in (("party", party), ("admin", admin)):
            if sanction is not None:
                row[f"{side}_kind"] = write_kind(sanction)
                row[f"{side}_on"] = _iso(sanction.decided_on)
                row[f"{side}_until"] = _day(last_days.get(id(sanction)))
        own = [sanction for sanction in (party, admin) if sanction is not None]
        row["restored_on"] = _restored(dossier.events, party)
        row["events"] = write_events(_phrases(dossier.events, own))
        record = write_record(dossier.subject, case, party, admin)
        yield [*(row.get(key, "") for key in _KEYS), record]


def _personal(dossier: Dossier, assessment: Assessment, revisits: Revisits) -> dict[str, str]:
    subject = dossier.subject
    return {
        "name": subject.name,
        "sex": subject.sex,
        "born_on": _iso(subject.born_on),
        "education": subject.education,
        "work_since": _iso(subject.work_since),
        "party_since": _membership(subject.membership, subject.party_since),
        "workplace": subject.workplace,
        "person_type": subject.person_type,
        "address": subject.address,
        "phone": subject.phone,
        "until": _day(assessment.last_day),
        "verdict": assessment.verdict,
        "reason": assessment.reason,
        "visit_count": str(revisits.count) if revisits.count else "",
        "visited_on": revisits.last_on,
        "visit_means": revisits.means,
        "outcome": revisits.outcome,
        "fed_back_on": revisits.fed_back_on,
        "filed_on": revisits.filed_on,
        "remarks": subject.remarks,
    }


def _membership(membership: str, since: PartialDate | None) -> str:
    if membership == NOT_A_MEMBER:
        return "无"
    if membership in ("", PARTY_MEMBER):
        return _iso(since)
    return f"{_iso(since) or '无'}（{membership}）"


def _pairs(dossier: Dossier) -> Iterator[tuple[Case | None, Sanction | None, Sanction | None]]:
    """Yield case, party sanction and 政务 sanction row by row; a person without any has one row."""
    by_case: dict[int | None, list[Sanction]] = {case.id: [] for case in dossier.cases}
    for sanction in dossier.sanctions:
        by_case.setdefault(sanction.case_id, []).append(sanction)
    cases: dict[int | None, Case] = {case.id: case for case in dossier.cases}
    if not by_case:
        yield None, None, None
    for case_id, sanctions in by_case.items():
        case = cases.get(case_id)
        party = [sanction for sanction in sanctions if sanction.regime == PARTY]
        admin = [sanction for sanction in sanctions if sanction.regime != PARTY]
        if case is None and case_id is None:  # nothing says that they belong together
            yield from ((None, sanction, None) for sanction in party)
            yield from ((None, None, sanction) for sanction in admin)
        elif not sanctions:
            yield case, None, None
        else:
            yield from ((case, one, other) for one, other in zip_longest(party, admin))


def _restored(events: Iterable[Event], party: Sanction | None) -> str:
    found = [
        _iso(event.on)
        for event in events
        if event.kind == RESTORED and party is not None and event.sanction_id == party.id
    ]
    return max(found, default="")


def _phrases(events: Iterable[Event], own: Sequence[Sanction]) -> Iterator[str]:
    """Yield what happened to the person, and to the sanctions of this row."""
    ids = {sanction.id: sanction for sanction in own}
    both = len({sanction.regime == PARTY for sanction in own}) > 1
    for event in events:
        if event.sanction_id is None:
            yield write_event(event)
        elif event.sanction_id in ids:
            is_party = ids[event.sanction_id].regime == PARTY
            named = both and event.kind in (REVOKED, ALTERED)
            yield write_event(event, (PARTY if is_party else ADMIN_SIDE) if named else "")


def _iso(value: PartialDate | None) -> str:
    return write_date(value, DateStyle.ISO) if value is not None else ""


def _day(value: date | None) -> str:
    return value.isoformat() if value is not None else ""
