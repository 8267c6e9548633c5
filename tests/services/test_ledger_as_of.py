"""From ledger to ledger: the handbook's examples imported, and exported as of the days they ask about."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.documents.workbook_reader import read_workbook
from app.documents.workbook_writer import write_ledger
from app.domain.settings import Settings
from app.services.ledger import read_ledger
from app.services.ledger_export import export_ledger
from app.services.ledger_import import import_ledger
from tests.domain.test_vectors import FACTS, IN_OUR_WORDS
from tests.services.test_ledger_shapes import RULES, quiet

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "vectors.json").read_text("utf-8"))
NOT_IN_A_LEDGER = {"V67"}  # the day on the paper is not a column
LAW: dict[str, Any] = {"rules": RULES, "settings": Settings(), "today": date(2026, 11, 23)}
TITLES = ["姓名", "出生年月", "政治面貌", "人员类别", "工作单位及职务", "受处分原因"]
TITLES += ["党纪处分种类", "党纪处分时间", "政务处分种类", "政务处分时间", "状态事项"]


def name_of(number: str) -> str:
    return "例" + "".join("零一二三四五六七八九"[int(digit)] for digit in number[1:])


def rows_of(number: str, text: str) -> list[list[str]]:
    """Return the rows of one example: a row for each sanction, its events in the first."""
    about = re.match(r"〔(.+?)〕", text)
    person = about[1] if about else ""
    parts = text.removeprefix(f"〔{person}〕").split("；")
    rows, events = [], []
    for part in parts:
        if re.match(r"\d{4}", part):
            events.append(part.replace("延长留党察看 12", "延长留党察看一年"))
            continue
        kind, on, *stated = part.split(" ")
        kind += f"（{stated[0]}）" if stated else ""
        pair = [kind.replace("(无党内职务)", "（应撤销党内职务而无党内职务）"), on]
        pair = [*pair, "", ""] if kind.startswith("党内") else ["", "", *pair]
        rows.append([*pair, ""])
    rows[0][-1] = "；".join(events)
    member = "非中共党员" if person == "非中共党员" else ""
    kind_of_person = "" if member else person
    who = [name_of(number), f"19{number[1:]}-05", member, kind_of_person, "教务处", "事"]
    return [[*who, *row] for row in rows]


@pytest.fixture
def office(tmp_path, new_uow):
    book = openpyxl.Workbook()
    book.active.append(TITLES)
    for number, text in FACTS.items():
        if number not in NOT_IN_A_LEDGER:
            for row in rows_of(number, text):
                book.active.append(row)
    book.save(tmp_path / "例.xlsx")
    reading = read_ledger(
        tmp_path / "例.xlsx", read_cells=read_workbook, uow=new_uow(), progress=quiet, **LAW
    )
    import_ledger(reading, uow=new_uow(), progress=quiet, **LAW)

    def exported(as_of: date) -> dict[str, dict[str, str]]:
        target = tmp_path / f"{as_of}.xlsx"
        export_ledger(
            target, write_rows=write_ledger, uow=new_uow(), rules=RULES, settings=Settings(),
            as_of=as_of, purpose="核对", progress=quiet,
        )  # fmt: skip
        titles, *rows = openpyxl.load_workbook(target).active.iter_rows(values_only=True)
        found: dict[str, dict[str, str]] = {}
        for row in rows:
            found.setdefault(row[1], dict(zip(titles, row, strict=True)))
        return found

    return exported


def test_the_exported_verdicts_and_last_days_are_those_of_the_handbook(office):
    asked = {vector["X"] for vector in VECTORS}
    assert len(asked) >= 20
    for day in sorted(asked):
        ledger = office(date.fromisoformat(day))
        for vector in VECTORS:
            if vector["X"] != day or vector["id"] in NOT_IN_A_LEDGER:
                continue
            row = ledger[name_of(vector["id"])]
            assert row["对象认定"] == IN_OUR_WORDS[vector["verdict"]], (
                vector["id"],
                row["认定依据"],
            )
            assert row["影响期最后一日"] == (vector["lastP"] or None), vector["id"]
            assert row["认定依据"], vector["id"]
