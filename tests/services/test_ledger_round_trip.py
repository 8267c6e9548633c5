"""What is exported comes back as it was: into the same records, and into empty ones."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.documents.workbook_reader import read_workbook
from app.documents.workbook_writer import write_ledger
from app.domain.fields import form_fields
from app.domain.ledger import COLUMNS
from app.domain.registration_form import RegistrationForm
from app.domain.rulebook import RuleBook, parse_rules
from app.domain.settings import Settings
from app.domain.subject import Case, Dossier, Sanction, Subject
from app.domain.verdict import VERDICTS
from app.services.dossiers import load_dossiers
from app.services.ledger import LedgerReading, read_ledger
from app.services.ledger_export import export_ledger
from app.services.ledger_import import import_ledger
from app.services.ports import Cancelled
from app.services.practice import store_practice_people
from app.storage.keys import Argon2Cost
from app.storage.office import create_office

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 23)
RULES: RuleBook = parse_rules(
    {p.name: p.read_text("utf-8") for p in sorted((ROOT / "resources" / "rules").glob("*.toml"))}
)


def quiet(*_progress: object) -> None:
    pass


LAW: dict[str, Any] = {"rules": RULES, "settings": Settings(), "progress": quiet}


def exported(path: Path, new_uow: Any, as_of: date = TODAY) -> list[dict[str, str]]:
    """Export to ``path``; return the rows by column key, empty cells as empty text."""
    import openpyxl

    export_ledger(path, write_rows=write_ledger, uow=new_uow(), as_of=as_of, purpose="测试", **LAW)
    keys = [column.key for column in COLUMNS]
    rows = openpyxl.load_workbook(path).active.iter_rows(min_row=2, values_only=True)
    return [dict(zip(keys, (cell or "" for cell in row), strict=True)) for row in rows]


def reading_of(path: Path, new_uow: Any) -> LedgerReading:
    return read_ledger(path, read_cells=read_workbook, uow=new_uow(), today=TODAY, **LAW)


def people_of(new_uow: Any) -> dict[int, Dossier]:
    with new_uow() as uow:
        return load_dossiers(uow)


def told(entity: Any, *but: str) -> tuple[Any, ...]:
    links = ("subject_id", "case_id", "sanction_id", *but)
    return tuple(str(getattr(entity, n)) for n in form_fields(entity) if n not in links)


def facts_of(dossier: Dossier) -> tuple[Any, ...]:
    """Return all that a dossier says, links as what they point at."""
    cases = {case.id: case.facts for case in dossier.cases}
    names = {s.id: told(s) for s in dossier.sanctions}
    return (
        told(dossier.subject, "practice"),
        tuple(sorted((told(s), cases.get(s.case_id, "")) for s in dossier.sanctions)),
        tuple(sorted((told(e), names.get(e.sanction_id, ())) for e in dossier.events)),
        tuple(sorted(cases.values())),
    )


@pytest.fixture
def filled(new_uow):
    """The office with 300 practice people in every situation, and some hard ones."""
    store_practice_people(300, 5, uow=new_uow(), today=TODAY, **LAW)
    with new_uow() as uow:
        subject_id = uow.repository(Subject).put(
            Subject(name="=1+1", phone="+8613900000000", address="@甲\n乙", remarks="行一\n行二")
        )
        case_id = uow.repository(Case).put(Case(subject_id=subject_id, facts="事实\n第二段"))
        for regime, kind in (("党纪", "警告"), ("党纪", "严重警告"), ("政务", "记过")):
            uow.repository(Sanction).put(
                Sanction(subject_id=subject_id, case_id=case_id, regime=regime, kind=kind)
            )
        uow.commit()
    return new_uow


def test_every_verdict_and_period_stands_in_the_export(filled, tmp_path):
    rows = exported(tmp_path / "a.xlsx", filled)
    assert [row["number"] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    assert {row["verdict"] for row in rows} == set(VERDICTS)
    assert all(row["reason"] for row in rows)
    for row in rows:
        if row["party_kind"] == "警告" and len(row["party_on"]) == 10 and not row["events"]:
            on, until = date.fromisoformat(row["party_on"]), row["party_until"]
            assert until and (date.fromisoformat(until) - on).days > 360


def test_the_day_asked_about_decides_the_verdict(filled, tmp_path):
    now = Counter(row["verdict"] for row in exported(tmp_path / "a.xlsx", filled))
    later = Counter(
        row["verdict"] for row in exported(tmp_path / "b.xlsx", filled, date(2040, 1, 1))
    )
    assert later["期满"] > now["期满"]
    assert later["未生效"] == 0


def test_the_export_imported_again_changes_nothing_and_asks_nothing(filled, tmp_path):
    exported(tmp_path / "a.xlsx", filled)
    before = {id_: facts_of(dossier) for id_, dossier in people_of(filled).items()}
    reading = reading_of(tmp_path / "a.xlsx", filled)
    odd = [q for q in reading.questions if q.value != "=1+1"]  # no name at all, rightly asked about
    assert [question.sentence for question in odd] == []
    import_ledger(reading, uow=filled(), today=TODAY, **LAW)
    assert {id_: facts_of(dossier) for id_, dossier in people_of(filled).items()} == before


def test_the_export_fills_empty_records_with_the_same_facts(filled, tmp_path):
    exported(tmp_path / "a.xlsx", filled)
    store, _code = create_office(
        tmp_path / "other", "周明", "晨雾里的灯塔 Oak-7", cost=Argon2Cost(64, 1, 1)
    )
    reading = reading_of(tmp_path / "a.xlsx", store.unit_of_work)
    import_ledger(reading, uow=store.unit_of_work(), today=TODAY, **LAW)
    there = Counter(facts_of(dossier) for dossier in people_of(store.unit_of_work).values())
    store.close()
    here = Counter(
        facts_of(dossier)
        for dossier in people_of(filled).values()
        if dossier.subject.phone[0] == "1"
    )
    assert there == here


def test_a_cancelled_import_keeps_nothing(new_uow):
    def stop(_done, _total, note):
        if note.startswith("计算"):
            raise Cancelled("已取消")

    reading = reading_of(ROOT / "tests/data/ledgers/ledger-a.xlsx", new_uow)
    with pytest.raises(Cancelled):
        import_ledger(reading, uow=new_uow(), today=TODAY, **(LAW | {"progress": stop}))
    assert people_of(new_uow) == {}
    report = import_ledger(reading, uow=new_uow(), today=TODAY, **LAW)
    assert report.counts["新增人员"] == len(people_of(new_uow)) == 59


def test_one_reading_imported_twice_brings_everybody_once(new_uow):
    reading = reading_of(ROOT / "tests/data/ledgers/ledger-b.xlsx", new_uow)
    for expected in (59, 0):
        report = import_ledger(reading, uow=new_uow(), today=TODAY, **LAW)
        assert report.counts["新增人员"] == expected
    assert len(people_of(new_uow)) == 59


def test_visits_are_counted_from_the_registration_forms(filled, tmp_path):
    with filled() as uow:
        for visited in ("2026年5月8日", "2026年9月1日", ""):
            uow.repository(RegistrationForm).put(RegistrationForm(subject_id=1, visited_on=visited))
        uow.commit()
    rows = exported(tmp_path / "a.xlsx", filled)
    assert (rows[0]["visit_count"], rows[0]["visited_on"]) == ("2", "2026-09-01")
    assert not any(row["visit_count"] for row in rows[3:])
    reading = reading_of(tmp_path / "a.xlsx", filled)
    assert any("回访次数" in note for note in reading.notes)


def test_what_a_ledger_says_of_earlier_visits_is_kept_with_new_people_and_given_back(
    filled, new_uow, tmp_path
):
    said = {
        "visit_count": "2",
        "visited_on": "2026-05-08",
        "visit_means": "电话",
        "outcome": "（一）肯定鼓励",
        "fed_back_on": "2026-05-20",
        "filed_on": "2026-06-01",
    }
    with filled() as uow:
        [subject] = uow.repository(Subject).where(id=1)
        subject.earlier_visits = dict(said)
        uow.repository(Subject).put(subject)
        uow.commit()
    rows = exported(tmp_path / "a.xlsx", filled)
    assert {key: rows[0][key] for key in said} == said
    # Whoever is in the roster keeps the program's own records; the ledger does not count twice.
    import_ledger(reading_of(tmp_path / "a.xlsx", filled), uow=filled(), today=TODAY, **LAW)
    assert {key: exported(tmp_path / "b.xlsx", filled)[0][key] for key in said} == said
    # In an office that did not know them they are all there is.
    import_ledger(reading_of(tmp_path / "a.xlsx", new_uow), uow=new_uow(), today=TODAY, **LAW)
    assert {key: exported(tmp_path / "c.xlsx", new_uow)[0][key] for key in said} == said
