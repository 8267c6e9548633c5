"""Joins the account to an open office: figures, the ledger on paper, the papers of a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.documents.account import ledger_pages, report_letter, report_workbook, year_papers
from app.documents.letters import documents
from app.domain.report_period import ReportPeriod
from app.domain.revisit_report import Report
from app.domain.small_numbers import guarded, guarded_requests
from app.domain.year_facts import year_period
from app.services import ledger_export, reports
from app.services.ports import Progress
from app.services.report_use_cases import YEAR_PLAN, Paper, ReportUseCases

if TYPE_CHECKING:
    from app.bootstrap.office import Office


class Reports:
    """See ``services.reports``."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def use_cases(self) -> ReportUseCases:
        """Return what windows may do."""
        return ReportUseCases(
            today=self._office.today,
            read=self._read,
            guarded=guarded,
            draw_report=self._draw_report,
            write_report=self._write_report,
            draw_ledger=self._draw_ledger,
            draw_year=self._draw_year,
            record=lambda paper, act, target, copies, **more: reports.record_paper(
                paper.logged, act, target, copies, uow=self._office.store.unit_of_work(), **more
            ),
            years=self._years,
        )

    @property
    def _name(self) -> str:
        settings = self._office.settings()
        return settings.office_name or settings.reporting_unit

    def _read(self, period: ReportPeriod, progress: Progress) -> Report:
        return reports.read_report(
            period, progress, uow=self._office.store.unit_of_work(), law=self._office.law()
        )

    def _draw_report(self, report: Report, format_: str) -> bytes:
        letter = report_letter.letter(report, office=self._name)
        return documents.draw([letter], format_, options=self._office.paper(insist=True))

    def _write_report(self, report: Report, target: Path) -> None:
        report_workbook.write_report(target, report, office=self._name)

    def _draw_ledger(self, as_of: date, progress: Progress) -> bytes:
        office = self._office
        rows = ledger_export.read_rows(
            uow=office.store.unit_of_work(),
            rules=office.rules.book,
            settings=office.settings(),
            as_of=as_of,
            progress=progress,
        )
        return ledger_pages.draw_ledger(
            list(rows),
            as_of=as_of,
            office=self._name,
            options=office.paper(insist=True),
            progress=progress,
        )

    def _draw_year(
        self, paper: Paper, year: int, format_: str, progress: Progress, *, guard: bool = False
    ) -> bytes:
        office = self._office
        uow, law = office.store.unit_of_work, office.law()
        facts = reports.read_year(year, progress, uow=uow(), law=law)
        if paper == YEAR_PLAN:
            letter = year_papers.plan_letter(facts, office=self._name)
        else:
            period = year_period(year, law.today)
            report = reports.read_report(period, progress, uow=uow(), law=law)
            if guard:
                report, facts = guarded(report), guarded_requests(facts)
            letter = year_papers.summary_letter(report, facts, office=self._name)
        return documents.draw([letter], format_, options=office.paper(insist=True))

    def _years(self) -> Sequence[int]:
        year = self._office.today().year
        return (year + 1, year, year - 1, year - 2)
