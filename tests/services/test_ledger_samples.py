"""The two ledgers that offices really keep come in as they are meant, field by field."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.documents.workbook_reader import read_workbook
from app.documents.workbook_writer import write_ledger
from app.domain.ledger_kinds import write_kind
from app.domain.rulebook import RuleBook, parse_rules
from app.domain.settings import Settings
from app.domain.standing import Standing
from app.domain.subject import PARTY, Case, Event, Sanction, Subject
from app.services.dossiers import load_dossiers
from app.services.ledger import LedgerReading, read_ledger
from app.services.ledger_export import export_ledger
from app.services.ledger_import import import_ledger

ROOT = Path(__file__).parents[2]
LEDGERS = ROOT / "tests" / "data" / "ledgers"
TODAY = date(2026, 11, 23)
RULES: RuleBook = parse_rules(
    {p.name: p.read_text("utf-8") for p in sorted((ROOT / "resources" / "rules").glob("*.toml"))}
)
EXPECTED = {"ledger-a": (73, 59, 91, 7), "ledger-b": (66, 59, 89, 6)}
"""Per sample: rows, people, sanctions, questions."""
BEFORE_JOINING = ("ledger-b", 14)  # 处分 2022-02-20, 入党 2023-01


def quiet(*_progress: object) -> None:
    pass


def reading_of(path: Path, new_uow: Any) -> LedgerReading:
    return read_ledger(
        path,
        read_cells=read_workbook,
        uow=new_uow(),
        rules=RULES,
        settings=Settings(),
        today=TODAY,
        progress=quiet,
    )


def import_of(reading: LedgerReading, new_uow: Any) -> Any:
    return import_ledger(
        reading, uow=new_uow(), rules=RULES, settings=Settings(), today=TODAY, progress=quiet
    )


def truth_of(name: str) -> list[dict[str, Any]]:
    truth: list[dict[str, Any]] = json.loads((LEDGERS / f"{name}.truth.json").read_text("utf-8"))
    return truth


def stored(new_uow: Any) -> Any:
    with new_uow() as uow:
        return load_dossiers(uow)


def wanted(truth: dict[str, Any]) -> tuple[Any, ...]:
    """Return what the store must hold of one row of truth; what is doubtful is left open."""
    party_on = truth["party_on"]
    if truth["impossible"]:
        party_on = None
    if truth["no_day"]:
        party_on = party_on[:7]
    return (
        truth["name"],
        None if truth["ambiguous_birth"] else truth["born"],
        truth["tel"],
        (truth["party"], party_on),
        (truth["admin"], truth["admin_on"]),
        truth["event"],
    )


def rows_stored(new_uow: Any) -> Counter[tuple[Any, ...]]:
    """Return the stored cases in the words of the truth, one per ledger row."""
    rows: Counter[tuple[Any, ...]] = Counter()
    for dossier in stored(new_uow).values():
        events = [f"{event.on.isoformat()} {event.kind}" for event in dossier.events]
        for case in dossier.cases:
            own = [s for s in dossier.sanctions if s.case_id == case.id]
            sides = []
            for is_party in (True, False):
                side = [s for s in own if (s.regime == PARTY) == is_party]
                assert len(side) <= 1
                on = side[0].decided_on if side else None
                sides.append((write_kind(side[0]) if side else "", on.isoformat() if on else None))
            born = dossier.subject.born_on
            rows[
                dossier.subject.name,
                born.isoformat() if born else None,
                dossier.subject.phone,
                *sides,
                "；".join(events),
            ] += 1
    return rows


@pytest.mark.parametrize("name", EXPECTED)
def test_every_row_of_the_sample_is_stored_as_its_truth_says(name, new_uow):
    report = import_of(reading_of(LEDGERS / f"{name}.xlsx", new_uow), new_uow)
    truth = truth_of(name)
    assert rows_stored(new_uow) == Counter(wanted(row) for row in truth if not row["repeated"])
    _rows, people, sanctions, _questions = EXPECTED[name]
    assert report.counts["新增人员"] == people
    assert report.counts["新增处分"] == sanctions
    assert len(stored(new_uow)) == people


@pytest.mark.parametrize("name", EXPECTED)
def test_every_doubt_of_the_truth_is_asked_at_its_row_and_column(name, new_uow):
    reading = reading_of(LEDGERS / f"{name}.xlsx", new_uow)
    asked = {(question.row, question.label) for question in reading.questions}
    born, party_on, person = {
        "ledger-a": ("出生年月", "党纪处分时间", "姓名"),
        "ledger-b": ("出生日期", "党纪处分/时间", "名字"),
    }[name]
    for row in truth_of(name):
        assert ((row["row"], born) in asked) == row["ambiguous_birth"]
        doubtful = row["impossible"] or row["no_day"] or (name, row["row"]) == BEFORE_JOINING
        assert ((row["row"], party_on) in asked) == doubtful
        if row["repeated"]:
            assert (row["row"], person) in asked
    assert len(reading.questions) == EXPECTED[name][3], [q.sentence for q in reading.questions]
    assert len(reading.rows.rows) == EXPECTED[name][0]
    assert [skipped.reason for skipped in reading.skipped] == ["合计行", "说明行"]


@pytest.mark.parametrize("name", EXPECTED)
def test_everybody_has_a_standing_after_the_import(name, new_uow):
    import_of(reading_of(LEDGERS / f"{name}.xlsx", new_uow), new_uow)
    with new_uow() as uow:
        standings = uow.repository(Standing).where()
    assert {standing.subject_id for standing in standings} == set(stored(new_uow))
    assert all(standing.verdict for standing in standings)


@pytest.mark.parametrize("name", EXPECTED)
def test_reading_writes_nothing(name, new_uow):
    reading_of(LEDGERS / f"{name}.xlsx", new_uow)
    with new_uow() as uow:
        assert not any(uow.repository(kind).where() for kind in (Subject, Case, Sanction, Event))


@pytest.mark.parametrize("name", EXPECTED)
def test_importing_the_same_ledger_again_changes_nothing(name, new_uow):
    import_of(reading_of(LEDGERS / f"{name}.xlsx", new_uow), new_uow)
    before = rows_stored(new_uow)
    again = reading_of(LEDGERS / f"{name}.xlsx", new_uow)
    assert again.counts["新增人员"] == again.counts["补充人员"] == again.counts["新增处分"] == 0
    report = import_of(again, new_uow)
    assert report.counts["新增人员"] == report.counts["新增处分"] == 0
    assert rows_stored(new_uow) == before


def export_of(target: Path, new_uow: Any, as_of: date = TODAY) -> int:
    return export_ledger(
        target,
        write_rows=write_ledger,
        uow=new_uow(),
        rules=RULES,
        settings=Settings(),
        as_of=as_of,
        purpose="测试",
        progress=quiet,
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_our_own_export_comes_back_without_new_people_and_without_questions(
    name, new_uow, tmp_path
):
    import_of(reading_of(LEDGERS / f"{name}.xlsx", new_uow), new_uow)
    before = rows_stored(new_uow)
    target = tmp_path / "export.xlsx"
    rows = export_of(target, new_uow)
    assert rows == sum(before.values())
    again = reading_of(target, new_uow)
    assert [question.sentence for question in again.questions] == []
    import_of(again, new_uow)
    assert rows_stored(new_uow) == before
