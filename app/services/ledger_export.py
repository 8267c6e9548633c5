"""The ledger given back: exported with periods and verdicts, or marked with what is to be checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.domain.audit import Act
from app.domain.ledger import COLUMNS, MARKS_TITLE
from app.domain.ledger_writing import Revisits, ledger_rows
from app.domain.revisit_counts import Revisit
from app.domain.rulebook import RuleBook
from app.domain.settings import Settings
from app.domain.subject import Dossier
from app.domain.verdict import assess
from app.services.dossiers import load_dossiers
from app.services.ledger import LedgerReading
from app.services.ports import Progress, UnitOfWork, UserError
from app.services.revisits import revisits_by_person

NOTHING_EARLIER: Mapping[str, str] = MappingProxyType({})


class NoPurpose(UserError):
    """What leaves the office leaves it for a purpose that the log keeps."""

    exit_code = 2
    number = 213


class SameFile(UserError):
    """A copy was to be written over the office's own file."""

    exit_code = 2
    number = 214


def export_ledger(
    target: Path,
    *,
    write_rows: Callable[..., int],
    uow: UnitOfWork,
    rules: RuleBook,
    settings: Settings,
    as_of: date,
    purpose: str,
    progress: Progress,
    records: bool = False,
    ids: Sequence[int] | None = None,
    columns: Sequence[str] = (),
) -> int:
    """Write people to ``target`` with periods and verdicts as of a day; return the rows written.

    Everybody, or the people of ``ids`` in that order.

    ``write_rows(target, rows, as_of=…, records=…)`` is the spreadsheet; with ``records`` it can be
    corrected and read in again, each row knowing whose it is. The export is recorded with its
    ``purpose``; without people the file has its header only. ``columns`` are keys of the ledger's
    columns, none for all. Raises ``NoPurpose``.
    """
    if not purpose.strip():
        raise NoPurpose("导出须写明用途，请填写后再导出")
    with uow:
        dossiers = load_dossiers(uow, ids)
        if ids is not None:
            dossiers = {id_: dossiers[id_] for id_ in ids if id_ in dossiers}
        visits = revisits_by_person(uow, as_of)
        rows = _rows(dossiers, visits, rules, settings, as_of, progress)
        chosen: dict[str, Any] = {"columns": columns} if columns else {"records": records}
        details: dict[str, Any] = {
            "人数": len(dossiers),
            "行数": 0,
            "截至": as_of.isoformat(),
        }
        if columns:
            details["栏目"] = [column.title for column in COLUMNS if column.key in columns]
        # Recorded first: who may not export is refused before a file is there.
        uow.record(Act("导出台账", reason=purpose.strip(), details=details))
        details["行数"] = count = write_rows(target, rows, as_of=as_of, **chosen)
        uow.commit()
    progress(len(dossiers), len(dossiers), "导出台账")
    return count


def read_rows(
    *,
    uow: UnitOfWork,
    rules: RuleBook,
    settings: Settings,
    as_of: date,
    progress: Progress,
) -> Iterator[list[str]]:
    """Yield the rows of the ledger as of a day, for paper; the facts are read before the first."""
    with uow:
        dossiers = load_dossiers(uow)
        visits = revisits_by_person(uow, as_of)
    yield from _rows(dossiers, visits, rules, settings, as_of, progress)


def _rows(
    dossiers: Mapping[int, Dossier],
    visits: Mapping[int, Sequence[Revisit]],
    rules: RuleBook,
    settings: Settings,
    as_of: date,
    progress: Progress,
) -> Iterator[list[str]]:
    number = 0
    for done, (subject_id, dossier) in enumerate(dossiers.items()):
        if done % 200 == 0:
            progress(done, len(dossiers), "导出台账")
        result = assess(dossier, as_of=as_of, rules=rules, settings=settings)
        revisits = in_words(visits.get(subject_id, ()), dossier.subject.earlier_visits)
        for row in ledger_rows(dossier, result, revisits):
            number += 1
            row[0] = str(number)
            yield row


def in_words(visits: Sequence[Revisit], earlier: Mapping[str, str] = NOTHING_EARLIER) -> Revisits:
    """Return what the ledger says of a person's visits: how many, and all about the last.

    ``earlier`` is what the office's own ledger said of visits before this program: they count, and
    they are the last ones as long as the program knows of none.
    """
    before = int(earlier.get("visit_count") or 0)
    if not visits:
        return Revisits(
            count=before,
            last_on=earlier.get("visited_on", ""),
            means=earlier.get("visit_means", ""),
            outcome=earlier.get("outcome", ""),
            fed_back_on=earlier.get("fed_back_on", ""),
            filed_on=earlier.get("filed_on", ""),
        )
    last = visits[-1]
    return Revisits(
        count=before + len(visits),
        last_on=last.on.isoformat(),
        means=last.method,
        outcome=last.outcome,
        fed_back_on=last.fed_back_on.isoformat() if last.fed_back_on else "",
        filed_on=last.filed_on.isoformat() if last.filed_on else "",
    )


def write_report(
    reading: LedgerReading, target: Path, *, write_marked_copy: Callable[..., None]
) -> None:
    """Write a copy of the office's workbook to ``target`` with every question beside its row.

    The office's own file is not touched. Raises ``UserError`` when ``target`` is that file or
    cannot be written.
    """
    if target.resolve() == reading.file.resolve():
        raise SameFile("核对副本不能覆盖台账原件，请换一个文件名")
    marks: dict[str, dict[int, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    headers = {name: reader.header.first_row for name, reader in reading.rows.readers.items()}
    only = next(iter(headers))
    for name, row in headers.items():
        marks[name][row].append(("", MARKS_TITLE))
    for question in reading.questions:
        where = f"{question.column}列（{question.label}）：" if question.column else ""
        sheet = question.sheet or only
        row = question.row or headers[sheet]
        marks[sheet][row].append((question.column, f"{where}{question.message}"))
    plain = {sheet: dict(rows) for sheet, rows in marks.items()}
    write_marked_copy(reading.file, target, plain)
