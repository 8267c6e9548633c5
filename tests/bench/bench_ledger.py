"""Import and export of the ledger against the libraries alone, on the same 10 000 rows."""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from app.documents.workbook_reader import read_workbook
from app.documents.workbook_writer import write_ledger
from app.domain.ledger import COLUMNS
from app.domain.ledger_kinds import write_kind
from app.domain.rulebook import RuleBook, parse_rules
from app.domain.settings import Settings
from app.domain.subject import PARTY
from app.services.ledger import import_ledger, read_ledger
from app.services.ledger_export import export_ledger
from app.services.practice import practice_people
from app.storage.keys import Argon2Cost
from app.storage.office import create_office
from tests.bench.table import Row

TODAY = date(2026, 11, 23)
ROWS = 10_000
RUNS = 5
RULES_FOLDER = Path(__file__).parents[2] / "resources" / "rules"
TITLES = (
    "序号 姓名 性别 出生年月 文化程度 参加工作时间 入党时间 工作单位及职务 家庭住址 联系电话 受处分原因 "
    "党纪处分种类 党纪处分时间 政务处分种类 政务处分时间 状态事项 备注"
).split()


def rules() -> RuleBook:
    """Return the rules as shipped."""
    return parse_rules({p.name: p.read_text("utf-8") for p in RULES_FOLDER.glob("*.toml")})


def quiet(*_progress: object) -> None:
    """Report nothing."""


def make_ledger(target: Path, rows: int) -> None:
    """Write an office's ledger of ``rows`` rows, a person each."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(target))
    sheet = book.add_worksheet("台账")
    sheet.write_row(0, 0, ["受处分人员台账"])
    sheet.write_row(1, 0, TITLES)
    for number, person in enumerate(practice_people(rows, 1, today=TODAY), 1):
        subject = person.subject
        sides: dict[str, Any] = {}
        for sanction in person.sanctions:
            side = "党纪" if sanction.regime == PARTY else "政务"
            sides.setdefault(side, (write_kind(sanction), str(sanction.decided_on.isoformat())))
        cells = [
            number,
            subject.name,
            subject.sex,
            f"{subject.born_on.year}.{subject.born_on.month:02d}",
            subject.education,
            str(subject.work_since),
            str(subject.party_since) if subject.party_since else "无",
            subject.workplace,
            subject.address,
            int(subject.phone),
            person.cases[0].facts,
            *sides.get("党纪", ("", "")),
            *sides.get("政务", ("", "")),
        ]
        sheet.write_row(number + 1, 0, cells)
    book.close()


def medians(works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median milliseconds of each work, the works taking turns."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(RUNS):
        for name, work in works.items():
            gc.collect()
            start = time.perf_counter()
            work()
            taken[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(times) for name, times in taken.items()}


def measure() -> Iterator[Row]:
    """Yield the figures."""
    import openpyxl
    import xlsxwriter

    book = rules()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        ledger = folder / "ledger.xlsx"
        make_ledger(ledger, ROWS)
        offices: list[Any] = []

        def take_over() -> None:
            store, _code = create_office(
                folder / f"office{len(offices)}", "周明", "晨雾里的灯塔 Oak-7", cost=Argon2Cost(64, 1, 1)
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
            f"import of {ROWS} rows: read, understood, checked, stored, audited",
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
