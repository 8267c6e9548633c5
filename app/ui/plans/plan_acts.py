"""What can be done with a plan in each state: through the gates, each act named on its button."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QGridLayout

from app.domain.attachment import APPROVAL_SCAN
from app.domain.fields import FieldKind, FieldSpec, display
from app.domain.plan import CLOSED, Plan, PlanPerson
from app.domain.signature import Signature
from app.domain.visit import CALLED_OFF, DONE, Visit
from app.services.parts import id_of
from app.services.ports import UserError
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.fields import DayField, LongTextField, TextField, caption
from app.ui.message_bar import ask_reason
from app.ui.plans.signature_dialog import SignatureDialog
from app.ui.records.gate_dialog import Outcome, through_gates
from app.ui.records.typed import keep_words

if TYPE_CHECKING:
    from app.ui.plans.plan_page import PlanPage


class PlanActs:
    """The steps from draft to closed, as a user takes them on ``page``."""

    def __init__(self, page: PlanPage) -> None:
        self.page = page

    # ------------------------------------------------------------ approval

    def submit(self) -> None:
        """Put the plan before the approver."""
        page = self.page
        head = page.head
        page.through(
            "报审",
            lambda given: page.plans.submit_plan(head.id, exemptions=given, seen=head.revision),
            "方案已报审，内容不再改动；批准后即可开展回访",
        )

    def withdraw(self) -> None:
        """Take it back to be changed."""
        reason = ask_reason(
            self.page, "撤回方案", "撤回后方案回到草稿，可以修改后重新报审。", act="撤回(&W)"
        )
        if reason is not None:
            plan_id = self.page.head.id or 0
            self.page.attempt(
                lambda: self.page.plans.withdraw_plan(plan_id, reason), "方案已撤回，可以修改"
            )

    def approve(self) -> None:
        """Record the approver's signature."""
        page, head = self.page, self.page.head
        result: list[Outcome] = []

        def sign(signature: Signature) -> bool:
            outcome = through_gates(
                dialog,
                "批准",
                lambda given: page.plans.approve_plan(
                    head.id, signature, exemptions=given, seen=head.revision
                ),
            )
            if outcome.changes is None and outcome.go_to in ("signer", "on", "means", "scan", ""):
                return False
            result.append(outcome)
            return True

        dialog = SignatureDialog(
            "登记审批结果：批准",
            "方案须经学校纪委主要负责人审核同意（办法第八条第二项）。",
            staff=page.plans.staff(),
            account=page.plans.account,
            today=page.plans.today(),
            sign=sign,
            attach=lambda file: page.use_cases.attachments.attach(
                Plan, head.id, file, APPROVAL_SCAN
            ),
            act="批准(&A)",
            parent=page,
        )
        dialog.exec()
        dialog.deleteLater()
        if result:
            page.run(result[0].changes, "方案已批准，可以开展回访", path=result[0].go_to)

    def reject(self) -> None:
        """Record that the approver sent it back."""
        dialog = _Opinion(self.page.plans.today(), self._principal(), self.page)
        if dialog.exec():
            opinion, who, on = dialog.values()
            plan_id = self.page.head.id
            self.page.attempt(
                lambda: self.page.plans.reject_plan(plan_id, opinion, who=who, on=on),
                "方案已退回修改，退回意见显示在方案上方",
            )
        dialog.deleteLater()

    def move(self) -> None:
        """Give an approved plan another day, with the reason."""
        page, head = self.page, self.page.head
        result: list[Outcome] = []

        def keep(on: date, until: date | None, time: str, reason: str) -> bool:
            outcome = through_gates(
                dialog,
                "改期",
                lambda given: page.plans.move_plan(
                    head.id, on, reason, until=until, time=time, exemptions=given
                ),
            )
            if outcome.changes is None and not outcome.go_to:
                return False
            result.append(outcome)
            return True

        dialog = _Move(head.on, head.until, head.time, keep, page)
        dialog.exec()
        dialog.deleteLater()
        if result:
            page.run(
                result[0].changes, "方案已改期，原定日期留存在流转记录中", path=result[0].go_to
            )

    def revise(self) -> None:
        """Start a new version of an approved plan."""
        what = ask_reason(
            self.page,
            "修改方案（新版本）",
            f"这份方案已{self.page.approved_words()}，内容不能直接改动。写明要改什么，建立新版本后"
            "修改并重新报审；新版本批准之前，原版本继续有效。",
            act="建立新版本(&U)",
        )
        if what is None:
            return
        page = self.page
        try:
            changes = page.plans.revise_plan(page.head.id or 0, what)
        except UserError as error:
            page.messages.show_error(error)
            return
        page.bus.publish(changes)
        plan_id = page.head.id
        new = [one.id for one in changes if one.entity.__name__ == "Plan" and one.id != plan_id]
        page.plan_requested.emit(max(new))

    # ------------------------------------------------------------ carrying out

    def begin_visit(self) -> None:
        """Start the visit to a person of the plan, or go on with the one that was started."""
        page = self.page
        visits = {one.subject_id: one for one in page.visits() if one.state != CALLED_OFF}
        people = page.whole.visited
        if page.head.state == CLOSED or all(one.subject_id in visits for one in people):
            people = [one for one in page.whole.people if one.subject_id in visits]
        done = {id_ for id_, one in visits.items() if one.state == DONE}
        people = sorted(people, key=lambda one: one.subject_id in done)  # the next one first
        subject_id = page.choose_subject("开展回访", people) if people else None
        if subject_id is None:
            return
        known = visits.get(subject_id)
        if known is not None:
            page.visit_requested.emit(known.id)
            return
        try:
            outcome = through_gates(
                page,
                "开展回访",
                lambda given: page.plans.begin_visit(subject_id, page.head.id, exemptions=given),
            )
        except UserError as error:
            page.messages.show_error(error)
            return
        if outcome.changes is not None:
            page.bus.publish(outcome.changes)
            page.visit_requested.emit(id_of(outcome.changes, Visit))

    def drop(self, person: PlanPerson) -> None:
        """Say that one person of an approved plan is not visited under it."""
        reason = ask_reason(
            self.page,
            f"{person.name}不再按本方案回访",
            "此人留在方案中，注明不再实施的原因；其他对象不受影响。",
            act="不再实施(&D)",
        )
        if reason is not None:
            ids = (self.page.head.id or 0, person.subject_id or 0)
            self.page.attempt(
                lambda: self.page.plans.drop_person(*ids, reason), f"{person.name}已注明不再实施"
            )

    def close(self) -> None:
        """Close the plan: every visit has its form."""
        plan_id = self.page.head.id
        self.page.through(
            "办结",
            lambda given: self.page.plans.close_plan(plan_id, exemptions=given),
            "方案已办结",
        )

    def cancel(self) -> None:
        """Give the plan up."""
        reason = ask_reason(
            self.page,
            "作废方案",
            "作废后不能恢复，方案和理由留存备查。",
            act="作废(&D)",
            danger=True,
        )
        if reason is not None and self.page.save_pending():
            plan_id = self.page.head.id or 0
            self.page.attempt(lambda: self.page.plans.cancel_plan(plan_id, reason), "方案已作废")

    def copy(self) -> None:
        """Start another plan from this one's wording."""
        page = self.page
        if not page.save_pending():
            return
        try:
            whole = page.plans.copy_plan(page.head.id or 0, ())
            changes = page.plans.save_plan(whole)
        except UserError as error:
            page.messages.show_error(error)
            return
        page.bus.publish(changes)
        page.plan_requested.emit(whole.plan.id or 0)
        page.messages.show_info("已复制为新方案：请核对日期、对象和成员的回避情况")

    def show_history(self) -> None:
        """Show every step the plan has taken."""
        dialog = _History(self.page.whole, self.page)
        dialog.exec()
        dialog.deleteLater()

    # ------------------------------------------------------------ inside

    def _principal(self) -> str:
        return next((one.name for one in self.page.plans.staff() if one.principal), "")


class _Opinion(Dialog):
    """Why a plan is sent back, by whom and when."""

    def __init__(self, today: date, who: str, parent: Any) -> None:
        super().__init__(
            "登记审批结果：退回",
            parent,
            lead="退回意见将显示在方案上方，承办人修改后可重新报审。",
            icon_name="edit",
        )
        self._opinion = LongTextField(
            FieldSpec(FieldKind.LONG_TEXT, "退回意见", required=True, max_length=2_000)
        )
        self._who = TextField(FieldSpec(FieldKind.TEXT, "签批人", max_length=40))
        self._who.show_value(who)
        self._on = DayField(FieldSpec(FieldKind.DAY, "退回日期", required=True))
        self._on.show_value(today)
        _grid(self, (self._opinion, self._who, self._on))
        self.offer("取消(&C)", self.reject)
        self.offer("退回修改(&J)", self._on_press, role="primary", default=True)
        self._opinion.edited.connect(lambda _text: self.fit())  # its count takes a line
        keep_words(self._opinion.control, self, "退回意见", parent.title())
        self._opinion.setFocus()

    def values(self) -> tuple[str, str, Any]:
        """Return opinion, who and day."""
        return self._opinion.value().strip(), self._who.value().strip(), self._on.value()

    def _on_press(self) -> None:
        if not self._opinion.value().strip():
            self.say("退回方案须写明意见，请填写后再退回")
            self._opinion.setFocus()
        elif self._on.settle():
            self.accept()


class _Move(Dialog):
    """Another day, and why."""

    def __init__(
        self, on: date | None, until: date | None, time: str, keep: Any, parent: Any
    ) -> None:
        super().__init__(
            "方案改期",
            parent,
            lead=f"方案已经批准，原定{display(on)}。改期须写明理由，原定日期留存备查。",
            icon_name="calendar",
        )
        self._keep = keep
        self._on = DayField(FieldSpec(FieldKind.DAY, "回访日期", required=True))
        self._until = DayField(FieldSpec(FieldKind.DAY, "结束日期"))
        self._time = TextField(FieldSpec(FieldKind.TEXT, "时间", max_length=60))
        self._why = TextField(FieldSpec(FieldKind.TEXT, "理由", required=True, max_length=300))
        for editor, value in ((self._on, on), (self._until, until), (self._time, time)):
            editor.show_value(value)
        _grid(self, (self._on, self._until, self._time, self._why))
        keep_words(self._why.control, self, "理由", parent.title())
        self.offer("取消(&C)", self.reject)
        self.offer("改期(&D)", self._on_press, role="primary", default=True)

    def _on_press(self) -> None:
        if not (self._on.settle() and self._until.settle()):
            return
        on, until = self._on.value(), self._until.value()
        if not isinstance(on, date):
            self.say("请填写新的回访日期")
            return
        last = until if isinstance(until, date) else None
        try:
            if self._keep(on, last, self._time.value(), self._why.value()):
                self.accept()
        except UserError as error:
            self.say(error)


class _History(Dialog):
    """Every step of a plan, the first one first."""

    def __init__(self, whole: Any, parent: Any) -> None:
        super().__init__("流转记录", parent, lead=whole.plan.title, icon_name="clock", width=680)
        card = theme.Card()
        for step in whole.steps:
            line = "　".join(
                part
                for part in (display(step.on), step.act, step.who, step.means, step.scan)
                if part
            )
            card.body.addWidget(theme.label(line, wrap=True))
            details = step.details.items() if step.details else ()
            moved = [f"{name}由{v[0] or '空'}改为{v[1] or '空'}" for name, v in details if _pair(v)]
            for words in filter(None, (step.opinion, "；".join(moved))):
                card.body.addWidget(theme.label(words, "muted", wrap=True))
        if not whole.steps:
            card.body.addWidget(theme.label("尚未报审，没有流转记录。", "muted"))
        self.body.addWidget(card)
        self.offer("关闭(&C)", self.accept, role="primary", default=True)


def _pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2


def _grid(dialog: Dialog, editors: Any) -> None:
    card = theme.Card()
    grid = QGridLayout()
    grid.setColumnStretch(1, 1)
    for row, editor in enumerate(editors):
        grid.addWidget(caption(editor.spec, editor), row, 0)
        grid.addWidget(editor, row, 1)
    card.body.addLayout(grid)
    dialog.body.addWidget(card)
