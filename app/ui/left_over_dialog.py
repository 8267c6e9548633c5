"""What a crash left of typing anywhere: whose, what, when; looked at, opened where it goes on, given up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.draft import Draft
from app.domain.fields import FieldKind, form_fields
from app.domain.subject import Case, Event, Sanction, Subject
from app.services.ports import UserError
from app.ui import theme
from app.ui.allowed import edits
from app.ui.dialog import Dialog
from app.ui.message_bar import confirm
from app.ui.records import typed
from app.ui.records.sides import BASE_HEAD, Line, question_of
from app.ui.records.typed import PERSON_DRAFT, name_of, when


class LeftOverDialog(Dialog):
    """Everything typed in dialogs that was not saved: whose, what, when; looked at and given up here."""

    def __init__(self, open_: Callable[[Draft], object], parent: QWidget | None = None) -> None:
        """``open_`` leads to where a draft goes on."""
        super().__init__(
            "没有保存的内容",
            parent,
            lead="程序中断前填写而没有保存的内容。“打开”到原来的地方接着填写；不需要的在这里放弃。",
            icon_name="edit",
            width=760,
        )
        self._open = open_
        self._lines = QVBoxLayout()
        self.body.addLayout(self._lines)
        self.body.addStretch(1)
        self.offer("关闭(&C)", self.accept, role="primary", default=True)
        self._shown: list[QWidget] = []
        self._show()

    def _show(self) -> None:
        for line in self._shown:
            line.hide()
            line.deleteLater()
        drafts = typed.left_over()
        self._shown = [self._line(one) for one in drafts]
        if not drafts:
            self._shown = [theme.label("没有留存的内容。", "muted")]
        for line in self._shown:
            self._lines.addWidget(line)
        self.fit()

    def _line(self, draft: Draft) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        theme.margins(row, 0, theme.SMALL)
        row.addWidget(theme.label(f"{when(draft)}　{name_of(draft)}", wrap=True), 1)
        go = theme.button("打开", lambda: self._go(draft))
        go.setAccessibleName(f"打开“{name_of(draft)}”")
        look = theme.button("查看…", lambda: self._look(draft), role="link")
        look.setAccessibleName(f"查看“{name_of(draft)}”")
        away = theme.button("放弃…", lambda: self._give_up(draft), role="link")
        away.setAccessibleName(f"放弃“{name_of(draft)}”")
        row.addWidget(edits(go))
        row.addWidget(look)
        row.addWidget(away)
        return made

    def _go(self, draft: Draft) -> None:
        """Close this list and open the place where the draft goes on, once it is gone."""
        self.accept()
        parent, open_ = self.parentWidget(), self._open
        QTimer.singleShot(0, parent or self, lambda: open_(draft))

    def _look(self, draft: Draft) -> None:
        question = question_of(
            self,
            name_of(draft),
            f"{when(draft)}填写，没有保存。文字可以选中复制。",
            ("项目", "填写的内容", BASE_HEAD),
            _shown(draft),
        )
        question.answer_with("", "关闭(&C)", "primary", default=True)
        question.ask()

    def _give_up(self, draft: Draft) -> None:
        if not confirm(
            self,
            f"放弃“{name_of(draft)}”没有保存的内容？",
            "留存的填写内容将被删除，已保存的记录不变。",
            act="放弃这些内容(&D)",
            danger=True,
        ):
            return
        try:
            typed.give_up(draft)
        except UserError as error:
            self.say(error)
            return
        self._show()


def _shown(draft: Draft) -> list[Line]:
    """Return what was typed and what stood there before; of a person what is filled."""
    if draft.kind != PERSON_DRAFT:
        return [tuple(line) for line in draft.content.get("shown", ())]
    parts: list[tuple[str, dict[str, Any], type]] = [
        ("", draft.content.get("subject", {}), Subject)
    ]
    for part in draft.content.get("parts", ()):
        kind = _PARTS.get(part.get("type"))
        if kind is not None:
            parts.append((f"{_TITLES[kind]}：", part, kind))
    return [
        (f"{title}{spec.label}", _words(values.get(name)), "")
        for title, values, kind in parts
        for name, spec in form_fields(kind).items()
        if spec.kind not in (FieldKind.REFERENCE, FieldKind.DATA) and values.get(name)
    ]


def _words(value: object) -> str:
    return "是" if value is True else str(value or "")


_TITLES: dict[type, str] = {Case: "案件", Sanction: "处分", Event: "状态事项"}
_PARTS = {kind.__name__: kind for kind in _TITLES}


def place_of(draft: Draft) -> tuple[tuple[str, int | None], int | None] | None:
    """Return the link and the person under which a dialog's record is found; ``None``: there is none."""
    entity, links = draft.content.get("entity"), draft.content.get("links", {})
    subject_id = links.get("subject_id")
    if entity in ("ResultUse", "Request") and draft.target_id is not None:
        return (entity, draft.target_id), subject_id
    for name, kind in _LINKS:
        if (id_ := links.get(name)) is not None:
            asked = (
                entity == "Request" and name == "visit_id"
            )  # during a visit, not about its result
            return ("Visit" if asked else kind, id_), subject_id
    return (("Subject", subject_id), subject_id) if subject_id is not None else None


_LINKS = (
    ("outcome_id", "Outcome"),
    ("visit_id", "ResultOf"),
    ("ending_id", "Ending"),
    ("list_id", "VisitingList"),
    ("plan_id", "Plan"),
)


def go_on(draft: Draft, window: Any) -> None:
    """Open what ``draft`` belongs to: there it is offered, or stands already."""
    entity = draft.content.get("entity")
    if draft.kind == PERSON_DRAFT:
        window.show_tab("roster").resume(draft)
    elif entity in ("Settings", "Staff"):
        (window.office.settings if entity == "Settings" else window.office.staff)()
    elif (place := place_of(draft)) is None:
        window.messages.show_info(
            f"请照原来的做法再打开“{draft.content.get('dialog', draft.title)}”，当时填写的内容会填回"
        )
    else:
        (kind, _id), subject_id = place
        if kind == "Subject":
            window.open_person(subject_id)
        else:
            window.open_link(*place)
