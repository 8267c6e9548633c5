"""Import and export of the ledger against the libraries alone, on the same 10 000 rows."""

from __future__ import annotations

import gc
import statistics
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from app.documents.workbook_reader import read_workbook
from app.documents.workbook_writer import write_ledger
from app.domain.ledger import COLUMNS
from app.domain.ledger_writing import ledger_rows
from app.domain.rulebook import RuleBook, parse_rules
from app.domain.settings import Settings
from app.domain.subject import Dossier
from app.domain.verdict import assess
from app.services.ledger import read_ledger
from app.services.ledger_export import export_ledger
from app.services.ledger_import import import_ledger
from app.services.practice import practice_people
from app.storage.keys import Argon2Cost
from app.storage.office import create_office
from tests.bench.table import Row, now

TODAY = date(2026, 11, 23)
PEOPLE = 9_600  # make a little over 10 000 rows
RUNS = 5
RULES_FOLDER = Path(__file__).parents[2] / "resources" / "rules"


def rules() -> RuleBook:
    """Return the rules as shipped."""
    return parse_rules({p.name: p.read_text("utf-8") for p in RULES_FOLDER.glob("*.toml")})


def quiet(*_progress: object) -> None:
    """Report nothing."""


def make_ledger(target: Path, people: int, book: RuleBook) -> int:
    """Write a ledger of all thirty columns; return its rows."""
    ids = count(1)

    def rows() -> Iterator[list[str]]:
        for person in practice_people(people, 1, today=TODAY):
            for part in (*person.cases, *person.sanctions):
                part.id = next(ids)
            for index, case in (person.case_of or {}).items():
                person.sanctions[index].case_id = person.cases[case].id
            for index, sanction in (person.sanction_of or {}).items():
                person.events[index].sanction_id = person.sanctions[sanction].id
            parts = (tuple(person.cases), tuple(person.sanctions), tuple(person.events))
            dossier = Dossier(person.subject, *parts)
            result = assess(dossier, as_of=TODAY, rules=book, settings=Settings())
            yield from ledger_rows(dossier, result)

    return write_ledger(target, rows(), as_of=TODAY)


def medians(works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median milliseconds of each work, the works taking turns."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(RUNS):
        for name, work in works.items():
            gc.collect()
            start = now()
            work()
            taken[name].append((now() - start) * 1000)
    return {name: statistics.median(times) for name, times in taken.items()}


def measure() -> Iterator[Row]:
    """Yield the figures."""
    import openpyxl
    import xlsxwriter

    book = rules()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        ledger = folder / "ledger.xlsx"
        rows = make_ledger(ledger, PEOPLE, book)
        offices: list[Any] = []

        def take_over() -> None:
            store, _code = create_office(
                folder / f"office{len(offices)}",
                "周明",
                "晨雾里的灯塔 Oak-7",
                cost=Argon2Cost(64, 1, 1),
            )
            offices.append(store)
            reading = read_ledger(
                ledger,
                read_cells=read_workbook,
                uow=store.unit_of_work(),
                rules=book,
                settings=Settings(),
                today=TODAY,
                progress=quiet,
            )
            import_ledger(
                reading,
                uow=store.unit_of_work(),
                rules=book,
                settings=Settings(),
                today=TODAY,
                progress=quiet,
            )

        def openpyxl_alone() -> None:
            for row in openpyxl.load_workbook(ledger).active.iter_rows(values_only=True):
                assert row

        def give_back() -> None:
            export_ledger(
                folder / "out.xlsx",
                write_rows=write_ledger,
                uow=offices[0].unit_of_work(),
                rules=book,
                settings=Settings(),
                as_of=TODAY,
                purpose="bench",
                progress=quiet,
            )

        def xlsxwriter_alone() -> None:
            alone = xlsxwriter.Workbook(str(folder / "alone.xlsx"))
            sheet = alone.add_worksheet()
            style = alone.add_format({"border": 1, "font_name": "宋体"})
            sheet.write_row(0, 0, [column.title for column in COLUMNS], style)
            for number, row in enumerate(exported, 1):
                sheet.write_row(number, 0, row, style)
            alone.close()

        took = medians({"import": take_over, "openpyxl": openpyxl_alone})
        yield Row(
            f"import of {rows} rows of thirty columns: read, understood, checked, stored, audited",
            took["import"],
            took["openpyxl"],
            against="openpyxl only reading the file",
            target="≤ 0.5 ×",
        )
        give_back()
        exported = [
            list(row)
            for row in openpyxl.load_workbook(folder / "out.xlsx").active.iter_rows(
                min_row=2, values_only=True
            )
        ]
        took = medians({"export": give_back, "alone": xlsxwriter_alone})
        yield Row(
            f"export of {len(exported)} rows, computed and styled",
            took["export"],
            took["alone"],
            against="XlsxWriter alone, same cells",
            target="≤ 1.3 ×",
        )
        for store in offices:
            store.close()
