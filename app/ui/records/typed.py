"""What is typed in dialogs of one entity is kept within seconds, and offered where it was typed.

The windows of persons, plans, visits and forms keep their text by themselves; this is for all others.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget
from shiboken6 import isValid

from app.domain.draft import Draft
from app.domain.fields import FieldKind, display, form_fields, text
from app.services.journal import plain_values, typed
from app.services.ports import UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.allowed import why_not
from app.ui.records.autosave import Autosave
from app.ui.records.sides import BASE_HEAD, Line, differing, question_of
from app.ui.veil import VeiledDialog

DIALOG_DRAFT = "窗口"
"""What drafts of these dialogs are called."""
PERSON_DRAFT = "人员"
"""What drafts of the window of persons are called; it keeps them by itself."""


@dataclass(slots=True)
class _Session:
    use_cases: UseCases | None = None


_session = _Session()
_open: WeakSet[Typed] = WeakSet()


def sign_in(use_cases: UseCases | None) -> None:
    """Keep what is typed from now on among the drafts of who signed in; ``None``: nobody did."""
    _session.use_cases = use_cases


def sign_out(use_cases: UseCases) -> None:
    """Keep nothing more among the drafts of who leaves, unless somebody else came in meanwhile."""
    if _session.use_cases is use_cases:
        _session.use_cases = None


def keep_all() -> None:
    """Put what is typed in open dialogs in safety now: the program is about to lock."""
    for one in _still_open():
        one.autosave.save_now()


def _still_open() -> list[Typed]:
    return [one for one in _open if isValid(one)]  # a dialog torn away at the lock ends nothing


def left_over() -> list[Draft]:
    """Return what was typed in dialogs and neither saved nor given up, the newest first."""
    if _session.use_cases is None:
        return []
    shown = {one.draft.id for one in _still_open()}
    found = _session.use_cases.drafts()
    return [
        one for one in found if one.kind in (DIALOG_DRAFT, PERSON_DRAFT) and one.id not in shown
    ]


def give_up(draft: Draft) -> None:
    """Take away what was left over. Raises ``UserError``."""
    if _session.use_cases is not None:
        _session.use_cases.drop_draft(draft)


def notice() -> str:
    """Return what is to be told at the start of what a crash left; ``""``: nothing, or not this person's."""
    if why_not() or not (drafts := left_over()):
        return ""
    others = f"等{len(drafts)}处" if len(drafts) > 1 else ""
    return (
        f"“{name_of(drafts[0])}”（{when(drafts[0])}）{others}填写的内容没有保存，已替您留存："
        "从“编辑 → 没有保存的内容”打开或查看"
    )


class Typed(QObject):
    """The draft of one open dialog: kept after a pause, dropped when saved or given up."""

    def __init__(self, title: str, entity: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._entity = entity
        self._base = plain_values(entity)
        self.draft = Draft(kind=DIALOG_DRAFT, target_id=entity.id, title=_named(title, entity))
        self._place: dict[str, Any] = {
            "dialog": title,
            "entity": type(entity).__name__,
            "links": {
                name: getattr(entity, name)
                for name, spec in form_fields(entity).items()
                if spec.kind is FieldKind.REFERENCE
            },
        }
        self.autosave = Autosave(self._keep, self)
        _open.add(self)

    def found(self) -> Draft | None:
        """Return what was left of the same dialog for the same record, the newest."""
        try:
            drafts = left_over()
        except UserError:  # locked meanwhile, or the disk refuses: the dialog itself will say so
            return None
        for one in drafts:
            kept = one.content
            if one.target_id == self.draft.target_id and all(
                kept.get(name) == value for name, value in self._place.items()
            ):
                return one
        return None

    def take(self, draft: Draft) -> None:
        """Go on with what was left: its values into the entity; what it was measured against too."""
        self.draft = draft
        self._base = draft.content.get("base", self._base)
        for name, value in values_of(draft, self._entity):
            setattr(self._entity, name, value)
        self.autosave.touch()

    def drop(self, draft: Draft | None = None) -> None:
        """Take the draft away: its text was saved, or given up."""
        if draft is None:
            self.autosave.forget()
        if _session.use_cases is not None:
            with suppress(UserError):  # else offered once more, and given up then
                _session.use_cases.drop_draft(draft or self.draft)

    def end(self) -> None:
        """The dialog is closed: nothing is kept any more, what was kept stays."""
        self.autosave.forget()
        _open.discard(self)

    def _keep(self) -> None:
        if _session.use_cases is None:
            return
        self.draft.title = _named(self._place["dialog"], self._entity)
        self.draft.content = {
            **self._place,
            "base": self._base,
            "values": (values := plain_values(self._entity)),
            "shown": [
                (spec.label, display(getattr(self._entity, name)), str(self._base.get(name) or ""))
                for name, spec in form_fields(self._entity).items()
                if spec.kind is not FieldKind.REFERENCE and values[name] != self._base.get(name)
            ],
        }
        _session.use_cases.keep_draft(self.draft)


def _named(title: str, entity: Any) -> str:
    name = str(getattr(entity, "name", "") or "")
    subject_id = getattr(entity, "subject_id", None)
    if not name and subject_id is not None and _session.use_cases is not None:
        with suppress(UserError):
            name = "".join(row.name for row in _session.use_cases.roster.rows([subject_id]))
    return (title if not name or name in title else f"{title}：{name}")[:120]


@dataclass(eq=False, kw_only=True)
class Words:
    """A text that belongs to no record: why something is done, what was thought of it."""

    id: int | None = None
    words: str = text("内容")


def keep_words(
    control: QLineEdit | QPlainTextEdit, dialog: VeiledDialog, what: str, about: str = ""
) -> Typed:
    """Keep what is typed into ``control`` of a dialog that is no record's, until that is closed.

    What a crash left of the same dialog ``about`` the same is put back. ``what`` is typed: 理由.
    """
    title = f"{dialog.windowTitle().rstrip('？')}{f'（{about}）' if about else ''}：{what}"
    entity = Words()
    kept = Typed(title, entity, dialog)
    if (draft := kept.found()) is not None:
        kept.take(draft)
        show = control.setText if isinstance(control, QLineEdit) else control.setPlainText
        show(entity.words)

    def on_typed() -> None:
        read = control.text if isinstance(control, QLineEdit) else control.toPlainText
        entity.words = read()
        kept.autosave.touch()

    def on_closed() -> None:
        kept.end()
        if not dialog.given_up:
            kept.drop()

    control.textChanged.connect(on_typed)
    dialog.finished.connect(on_closed)
    return kept


def values_of(draft: Draft, entity: Any) -> Iterator[tuple[str, Any]]:
    """Yield what the draft says of each field; a field that another version knew is passed over."""
    kept = draft.content.get("values", {})
    for name, spec in form_fields(entity).items():
        if name in kept and spec.kind is not FieldKind.REFERENCE:
            yield name, typed(spec.kind, kept[name])


def compared(draft: Draft, entity: Any) -> list[Line]:
    """Return what the draft says otherwise than ``entity`` does now, and what stood there before."""
    mine, base = copy.copy(entity), copy.copy(entity)
    for name, value in values_of(draft, entity):
        setattr(mine, name, value)
    for name, spec in form_fields(entity).items():
        if name in draft.content.get("base", {}) and spec.kind is not FieldKind.REFERENCE:
            setattr(base, name, typed(spec.kind, draft.content["base"][name]))
    return differing([mine], [entity], [base])


class Offer(QWidget):
    """The line on top of a dialog that offers what was typed there before."""

    taken = Signal()
    dropped = Signal()

    def __init__(self, draft: Draft, entity: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft, self._entity = draft, entity
        row = QHBoxLayout(self)
        theme.margins(row, 0, theme.SMALL)
        mark = QLabel()
        mark.setPixmap(theme.picture("warning", 18))
        row.addWidget(mark)
        moved = draft.content.get("base") != plain_values(entity)
        since = "，此后记录又有改动" if moved and entity.id is not None else ""
        words = f"{when(draft)}在这里填写的内容没有保存，已替您留存{since}。"
        row.addWidget(theme.label(words, wrap=True), 1)
        row.addWidget(theme.button("恢复(&H)", self.taken.emit))
        row.addWidget(theme.button("比较(&B)…", self._compare, role="link"))
        row.addWidget(theme.button("放弃(&Q)", self.dropped.emit, role="link"))

    def _compare(self) -> None:
        question = question_of(
            self.window(),
            "留存的内容与现在的记录",
            f"{self._draft.title}，{when(self._draft)}填写。只列出不同的项目。",
            ("项目", "留存的内容", "现在的记录", BASE_HEAD),
            compared(self._draft, self._entity),
        )
        question.answer_with("", "关闭(&C)", "secondary")
        question.answer_with("take", "恢复留存的内容(&H)", "primary", default=True)
        if question.ask() == "take":
            self.taken.emit()


def name_of(draft: Draft) -> str:
    """Return what it is and whose, in words."""
    if draft.kind != PERSON_DRAFT:
        return draft.title
    what = "新增人员" if draft.target_id is None else "修改人员"
    return what if draft.title == what else f"{what}：{draft.title}"


def when(draft: Draft) -> str:
    """Return when it was typed last, in words."""
    return f"{draft.saved_at:%m月%d日 %H:%M}" if draft.saved_at else "上次"


def show_left_over(window: QWidget) -> None:
    """Open the list of what was not saved over the main window, whichever tab is in front."""
    from app.ui.left_over_dialog import LeftOverDialog, go_on

    LeftOverDialog(lambda draft: go_on(draft, window), window).exec()
