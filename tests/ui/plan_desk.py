"""A clerk's desk for the tab of plans: real services over a real encrypted file, with staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget

from app.bootstrap.join import join
from app.domain.gates import NO_SCAN, Exemption
from app.domain.partial_date import PartialDate
from app.domain.plan import NO_RECUSAL, SIGNED_SCAN, WholePlan
from app.domain.signature import Signature
from app.domain.staff import Staff
from app.domain.subject import PARTY, Case, Sanction, Subject
from app.services.people import PersonEdit
from app.services.plan_drafting import new_member
from app.services.use_cases import UseCases
from app.storage.store import Store
from app.ui.changes import ChangeBus
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from app.ui.plans.tab import PlansTab
from tests.documents.test_attachment_kinds import a_pdf

PRINCIPAL = "王书记"


@dataclass
class Desk:
    """What a test needs at hand; ``news`` is the window's message bar."""

    use_cases: UseCases
    window: QWidget
    bus: ChangeBus
    jobs: JobRunner
    news: MessageBar
    tab: PlansTab
    people: dict[str, int] = field(default_factory=dict)

    @property
    def plans(self) -> Any:
        return self.use_cases.plans

    def ready(self, *names: str, **changed: Any) -> WholePlan:
        """Return a kept plan for these people in which nothing is missing."""
        whole: WholePlan = self.plans.draw_up_plan([self.people[name] for name in names])
        staff = self.plans.staff()
        complete(whole, [one for one in staff if not one.principal])
        for name, value in changed.items():
            setattr(whole.plan, name, value)
        self.plans.save_plan(whole)
        return whole

    def approved(self, *names: str, **changed: Any) -> int:
        """Return the id of an approved plan for these people."""
        plan_id = self.ready(*names, **changed).plan.id
        assert plan_id is not None
        self.plans.submit_plan(plan_id)
        self.plans.approve_plan(plan_id, self.signature(), exemptions=(NO_SHEET,))
        return plan_id

    def signature(self, **changed: Any) -> Signature:
        values = {
            "signer": PRINCIPAL,
            "on": self.plans.today(),
            "means": SIGNED_SCAN,
            "scan": "审批单-03.pdf",
            "opinion": "同意。",
        }
        return Signature(**(values | changed))


NO_SHEET = Exemption(gate=NO_SCAN.title, reason="原件已归卷")
"""Why the signed sheet is not attached: these desks have no papers."""


def a_scan(folder: Path) -> Path:
    """Return a scanned page that somebody signed."""
    file = folder / "审批单.pdf"
    file.write_bytes(a_pdf(1))
    return file


def complete(whole: WholePlan, staff: list[Staff]) -> None:
    """Fill in what only the work group can know."""
    whole.members[:] = [
        new_member(staff[0], leader=True, part="主谈"),
        new_member(staff[1], part="记录"),
    ]
    for member in whole.members:
        member.recusal = NO_RECUSAL
    for person in whole.people:
        person.character, person.state_of_mind = "沉稳内向", "认识到错误，顾虑前途"
    whole.plan.time, whole.plan.emergency = "上午9:00", "李主任 0534-8985001"
    whole.plan.place = whole.plan.place or "行政楼305会议室"


def staff_of(use_cases: UseCases) -> None:
    """Enter three members of staff and the principal."""
    for one in (
        Staff(name="赵一鸣", department="案件管理室", post="主任", unit="纪委办公室"),
        Staff(name="钱二丽", department="纪检监察室", post="科员", unit="纪委办公室"),
        Staff(name="孙三强", department="综合处", post="科员", unit="文学院"),
        Staff(name=PRINCIPAL, department="学校纪委领导", post="纪委书记", principal=True),
    ):
        use_cases.plans.save_staff(one)


def add_person(
    use_cases: UseCases, person: Subject, day: PartialDate, kind: str = "严重警告"
) -> int:
    """Put a person with one party sanction on the roster."""
    edit = PersonEdit(
        person,
        [Case(facts="违规收受礼金。")],
        [Sanction(regime=PARTY, kind=kind, decided_on=day)],
        case_of={0: 0},
    )
    changes = use_cases.save_person(edit)
    return next(change.id for change in changes if change.entity is Subject)


def make_desk(store: Store, a_person: Any) -> Desk:
    """Return a desk in an office of four people under sanction and one whose period is over."""
    use_cases = join(store)
    staff_of(use_cases)
    window = QWidget()
    bus, news, jobs = ChangeBus(window), MessageBar(window), JobRunner(window)
    tab = PlansTab(use_cases, bus, jobs, news, window)
    tab.resize(1093, 500)
    desk = Desk(use_cases, window, bus, jobs, news, tab)
    for name, unit, day, kind in (
        ("单小芳", "化学与材料学院", PartialDate(2026, 3, 10), "严重警告"),
        ("曾国强", "文学院", PartialDate(2025, 12, 20), "警告"),
        ("张思", "图书馆", PartialDate(2026, 6, 1), "警告"),
        ("李梅", "图书馆", PartialDate(2026, 1, 15), "严重警告"),
        ("旧某", "后勤处", PartialDate(2023, 1, 15), "警告"),
    ):
        person = a_person(name=name, unit=unit, workplace=f"{unit}讲师")
        desk.people[name] = add_person(use_cases, person, day, kind)
    return desk


def press(root: QWidget, text: str) -> None:
    """Press the visible button whose text begins so."""
    QApplication.processEvents()  # buttons added just now are shown with the next turn
    found = [
        one
        for one in root.findChildren(QPushButton)
        if one.isVisibleTo(root) and one.text().split("(&")[0].startswith(text)
    ]
    assert found, f"{text}: {[one.text() for one in root.findChildren(QPushButton)]}"
    assert found[0].isEnabled(), f"{text} is grey"
    found[0].click()


_NOT_KNOWN = object()
PATIENCE_MS = 30_000


class Dialogs:
    """Answers the modal dialogs that come up, each with the next function given."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []

    def expect(self, *answers: Any) -> None:
        """Let the next dialogs be handled by ``answers``, which must close them."""
        self._next(list(answers))

    def _next(self, answers: list[Any], tries: int = 0, before: Any = _NOT_KNOWN) -> None:
        if not answers:
            return
        if before is _NOT_KNOWN:
            before = QApplication.activeModalWidget()

        def look() -> None:
            dialog = QApplication.activeModalWidget()
            if dialog is None or dialog is before or not isinstance(dialog, QDialog):
                if tries < 300:
                    self._next(answers, tries + 1, before)
                else:
                    self.errors.append(AssertionError("no dialog came up"))
                return
            answer, *rest = answers
            self._next(rest)
            try:
                answer(dialog)
            except BaseException as error:  # raised in Qt's loop: kept for the test to see
                self.errors.append(error)
                QDialog.reject(dialog)
            else:
                QTimer.singleShot(PATIENCE_MS, dialog, lambda: self._left_open(dialog))

        QTimer.singleShot(10, look)

    def _left_open(self, dialog: QDialog) -> None:
        """End a dialog that its answer did not close: the test would wait for ever."""
        if dialog.isVisible():
            said = " / ".join(one.text() for one in dialog.findChildren(QLabel) if one.isVisible())
            self.errors.append(AssertionError(f"the answer left a dialog open: {said}"))
            QDialog.reject(dialog)

    def check(self) -> None:
        """Raise what went wrong in a dialog."""
        if self.errors:
            raise self.errors[0]
