"""What windows may do with the account: figures, the ledger, the papers of a year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # names only: the sign-in window must not wait for the whole domain
    from app.domain.report_period import ReportPeriod
    from app.domain.revisit_report import Report
    from app.services.ports import Changes, Progress


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of the account: what it is called, and the endings of the files it comes as."""

    name: str
    title: str
    endings: tuple[str, ...]
    act: str = ""  # what the log calls it, where that is not its title

    @property
    def logged(self) -> str:
        """What stands in the log after 打印 or 导出."""
        return self.act or self.title


REPORT = Paper("report", "回访关爱工作统计", ("pdf", "docx", "xlsx"))
LEDGER = Paper("ledger", "受处分人员回访台账", ("pdf", "xlsx"), "台账")
YEAR_PLAN = Paper("year_plan", "年度回访关爱工作计划", ("docx", "pdf"))
YEAR_SUMMARY = Paper("year_summary", "年度回访关爱工作总结", ("docx", "pdf"))
PAPERS = (REPORT, LEDGER, YEAR_PLAN, YEAR_SUMMARY)


@dataclass(frozen=True, slots=True)
class ReportUseCases:
    """Use cases with everything but the user's input filled in; see ``services.reports``."""

    today: Callable[[], date]
    read: Callable[[ReportPeriod, Progress], Report]
    guarded: Callable[[Report], Report]  # small numbers withheld
    draw_report: Callable[[Report, str], bytes]  # pdf or docx
    write_report: Callable[[Report, Path], None]  # the workbook
    draw_ledger: Callable[[date, Progress], bytes]  # as of a day: the PDF
    draw_year: Callable[..., bytes]  # (plan or summary, year, pdf or docx, progress, guard=)
    record: Callable[..., Changes]
    # (paper, act, target, copies, period=, as_of=, guarded=, reason=)
    years: Callable[[], Sequence[int]]  # that a plan or summary may be about
