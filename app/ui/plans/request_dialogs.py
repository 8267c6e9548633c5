"""诉求: registered, answered, told to the person, opened again; each in one dialog."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.fields import Problem, display
from app.domain.request import ANSWERED, OPEN, TOLD, TOLD_BY, Request, request_problems
from app.services.ports import Changes, UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.changes import ChangeBus
from app.ui.dialog import Dialog
from app.ui.message_bar import MessageBar, ask_reason
from app.ui.records.entity_dialog import EntityDialog
from app.ui.roster.entity_form import Place

DUE_DAYS = 30
"""What is proposed as the time for an answer: the office's habit, not the measures'."""

_ASKED = (
    Place("kind"),
    Place("raised_on"),
    Place("content", wide=True),
    Place("owner"),
    Place("due_on"),
    Place("remarks", wide=True),
)


class RequestActs:
    """What can be done with requests, over ``window``."""

    def __init__(
        self, use_cases: UseCases, bus: ChangeBus, messages: MessageBar, window: QWidget
    ) -> None:
        self._plans, self._bus = use_cases.plans, bus
        self._messages, self._window = messages, window

    def add(self, subject_id: int, visit_id: int | None, name: str) -> None:
        """Register what a person asks for."""
        today = self._plans.today()
        request = Request(
            subject_id=subject_id,
            visit_id=visit_id,
            raised_on=today,
            due_on=today + timedelta(days=DUE_DAYS),
        )
        self._edit(f"登记诉求：{name}" if name else "登记诉求", request, "登记(&S)")

    def change(self, request_id: int) -> None:
        """Change what was registered."""
        if (request := self._read(request_id)) is not None:
            self._edit("修改诉求", request, "保存(&S)")

    def answer(self, request_id: int) -> None:
        """Record what came of it."""
        request = self._read(request_id)
        if request is None:
            return
        mine = copy.copy(request)
        mine.answered_on = mine.answered_on or self._plans.today()

        def keep(one: Request) -> Changes:
            assert one.answered_on is not None
            return self._plans.answer_request(one.id or 0, one.answer, one.answered_on)

        def check(one: Request) -> list[Problem]:
            as_answered = copy.copy(one)
            as_answered.state = ANSWERED
            return [
                found
                for found in request_problems(as_answered)
                if found.field in ("answer", "answered_on")
            ]

        self._run(
            EntityDialog(
                "答复诉求",
                mine,
                (Place("answer", wide=True), Place("answered_on")),
                keep,
                act="登记答复(&S)",
                required=("answer", "answered_on"),
                lead=_words(request),
                check=check,
                parent=self._window,
            ),
            "答复已登记，请告知本人",
        )

    def tell(self, request_id: int) -> None:
        """Record that the person was told."""
        request = self._read(request_id)
        if request is None:
            return
        mine = copy.copy(request)
        mine.told_on, mine.told_how = self._plans.today(), TOLD_BY[0]
        mine.told_by = self._plans.account

        def keep(one: Request) -> Changes:
            changes: Changes = self._plans.tell_request(
                one.id or 0, one.told_on or date.max, one.told_how, one.told_by
            )
            return changes

        def check(one: Request) -> list[Problem]:
            as_told = copy.copy(one)
            as_told.state = TOLD
            return [found for found in request_problems(as_told) if found.field.startswith("told")]

        self._run(
            EntityDialog(
                "告知本人",
                mine,
                (Place("told_on"), Place("told_how"), Place("told_by")),
                keep,
                act="登记告知(&S)",
                required=("told_on", "told_how"),
                lead=f"{_words(request)}\n办理结果：{request.answer}",
                check=check,
                parent=self._window,
            ),
            "已登记告知本人，此项诉求办理完毕",
        )

    def reopen(self, request_id: int) -> None:
        """Open it again, with a reason."""
        reason = ask_reason(
            self._window,
            "重新办理诉求",
            "原办理结果留存在日志中，诉求回到“办理中”。",
            act="重新办理(&R)",
        )
        if reason is None:
            return
        try:
            self._bus.publish(self._plans.reopen_request(request_id, reason))
        except UserError as error:
            self._messages.show_error(error)

    def show(self, request_id: int) -> None:
        """Show everything about a request."""
        request = self._read(request_id)
        if request is None:
            return
        dialog = Dialog("诉求办理情况", self._window, lead=_words(request))
        card = theme.Card()
        for words in (
            f"{request.state}　承办：{request.owner}　时限：{display(request.due_on)}",
            f"办理结果：{request.answer}（{display(request.answered_on)}）"
            if request.answer
            else "",
            f"{display(request.told_on)}{request.told_how}告知本人，告知人{request.told_by}"
            if request.told_on
            else "",
            request.remarks,
        ):
            if words:
                card.body.addWidget(theme.label(words, wrap=True))
        dialog.body.addWidget(card)

        def again() -> None:
            dialog.accept()
            self.reopen(request_id)

        if request.state != OPEN:
            dialog.offer("重新办理(&R)…", again, left=True)
        dialog.offer("关闭(&C)", dialog.accept, role="primary", default=True)
        dialog.exec()
        dialog.deleteLater()

    def _edit(self, title: str, request: Request, act: str) -> None:
        dialog = EntityDialog(
            title,
            request,
            _ASKED,
            self._plans.save_request,
            act=act,
            lead="受处分人员提出的合理要求和工作、生活困难，要积极帮助解决（办法第八条第三项）。",
            check=request_problems,
            parent=self._window,
        )
        self._run(dialog, "诉求已登记")

    def _run(self, dialog: EntityDialog, said: str) -> None:
        done = dialog.exec()
        changes: Any = dialog.result_of_save
        dialog.deleteLater()
        if done:
            self._bus.publish(changes or frozenset())
            self._messages.show_info(said)

    def _read(self, request_id: int) -> Request | None:
        try:
            return self._plans.open_request(request_id)
        except UserError as error:
            self._messages.show_error(error)
            return None


def _words(request: Request) -> str:
    return f"{display(request.raised_on)}提出，{request.kind}：{' '.join(request.content.split())}"
