"""What is asked before a person is kept: namesakes, what moves, mine or theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.domain.fields import FieldKind, display, form_fields
from app.domain.partial_date import PartialDate
from app.domain.subject import Case, Dossier, Event, Sanction
from app.services.ports import RosterRow
from app.ui import theme
from app.ui.dialog import Dialog

MINE, THEIRS = "mine", "theirs"


class TableQuestion(Dialog):
    """A question about things side by side: heading, sentence, table, buttons that name acts."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        sentence: str,
        header: Sequence[str],
        lines: Sequence[Sequence[str]],
    ) -> None:
        super().__init__(title, parent, lead=sentence, icon_name="warning", width=720)
        self.answer = ""
        self.body.addWidget(_table(header, lines))
        self.body.addStretch(1)

    def answer_with(
        self, answer: str, text: str, role: theme.Role, *, default: bool = False
    ) -> None:
        """Add a button; pressing it closes the question with ``answer``."""
        made = self.offer(text, lambda: self._on_pressed(answer), role=role, default=default)
        if default:
            made.setFocus()

    def ask(self) -> str:
        """Return the answer of the button pressed, ``""`` for Esc or the window's cross."""
        self.fit()
        self.exec()
        answer = self.answer
        self.deleteLater()
        return answer

    def _on_pressed(self, answer: str) -> None:
        self.answer = answer
        self.accept()


def _table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> QWidget:
    card = theme.Card()
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.LARGE)
    grid.setVerticalSpacing(theme.SMALL)
    for column, words in enumerate(header):
        grid.addWidget(theme.label(words, "muted"), 0, column)
    for column in range(1, max(map(len, lines), default=1)):
        grid.setColumnStretch(column, 1)
    for row, line in enumerate(lines, 1):
        for column, words in enumerate(line):
            grid.addWidget(_cell(words), row, column, Qt.AlignmentFlag.AlignTop)
    card.body.addLayout(grid)
    card.body.addStretch(1)
    return card


def _cell(words: str) -> QLabel:
    made = theme.label(words or "—", wrap=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


# ---------------------------------------------------------------- namesakes


def ask_namesakes(parent: QWidget, dossier: Dossier, same: Sequence[RosterRow]) -> bool:
    """Show people of one name side by side; return whether this is another person."""
    mine, shown = dossier.subject, same[:3]
    known = ["名册中已有"] if len(same) == 1 else [f"名册中第{n}位" for n in range(1, 4)]
    header = ("", "正在保存", *known[: len(shown)])
    lines = [
        ("姓名", mine.name, *(row.name for row in shown)),
        ("出生年月", display(mine.born_on), *(_born(row) for row in shown)),
        ("工作单位及职务", mine.workplace or mine.unit, *(r.workplace or r.unit for r in shown)),
        ("性别", mine.sex, *(row.sex for row in shown)),
        ("处分", "；".join(s.kind for s in dossier.sanctions), *(_kinds(row) for row in shown)),
    ]
    more = f"（另有{len(same) - 3}位同名，未列出）" if len(same) > 3 else ""
    question = TableQuestion(
        parent,
        f"名册中已有“{mine.name}”",
        f"请核对是否同一人。同一人的又一处分，应在原有人员下添加处分，不另立一人。{more}",
        header,
        lines,
    )
    question.answer_with("", "返回修改(&B)", "primary", default=True)
    question.answer_with("save", "不是同一人，仍然保存(&S)", "secondary")
    return question.ask() == "save"


def _born(row: RosterRow) -> str:
    return display(PartialDate.parse(row.born_on)) if row.born_on else ""


def _kinds(row: RosterRow) -> str:
    return "；".join(kinds for kinds in (row.party_kinds, row.admin_kinds) if kinds)


# ---------------------------------------------------------------- what moves


def ask_moves(parent: QWidget, moves: Sequence[str]) -> bool:
    """Show what a changed fact moves; return whether it is to be kept."""
    question = TableQuestion(
        parent,
        "这次修改将改变以下结果",
        "保存后，名册、提醒和以后打印的表格按新结果计算；已经存下的登记表不变。",
        (),
        [("●", move) for move in moves],
    )
    question.answer_with("", "返回修改(&B)", "secondary")
    question.answer_with("save", "按新结果保存(&S)", "primary", default=True)
    return question.ask() == "save"


# ---------------------------------------------------------------- mine or theirs


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two people saved differently."""

    what: str
    mine: str
    theirs: str
    base: str


def differences(mine: Dossier, theirs: Dossier, base: Dossier) -> Iterator[Difference]:
    """Yield what differs between ``mine`` and ``theirs``, part by part."""
    their_parts, base_parts = _parts(theirs), _parts(base)
    mine_parts = _parts(mine)
    for key in dict.fromkeys((*mine_parts, *their_parts)):
        left, right = mine_parts.get(key), their_parts.get(key)
        if left is None or right is None:
            yield Difference(
                _title(left or right),
                _summary(left) if left else "（无此项）",
                _summary(right) if right else "（无此项）",
                _summary(base_parts[key]) if key in base_parts else "（无此项）",
            )
            continue
        for name, spec in form_fields(left).items():
            if spec.kind is FieldKind.REFERENCE:
                continue
            mine_shown, theirs_shown = (display(getattr(one, name)) for one in (left, right))
            if mine_shown != theirs_shown:
                former = base_parts.get(key)
                before = display(getattr(former, name)) if former is not None else ""
                yield Difference(f"{_title(left)}{spec.label}", mine_shown, theirs_shown, before)


def _parts(dossier: Dossier) -> dict[tuple[type, int | None], Any]:
    parts: list[Any] = [dossier.subject, *dossier.cases, *dossier.sanctions, *dossier.events]
    return {(type(part), part.id): part for part in parts}


def _title(part: Any) -> str:
    match part:
        case Case():
            return "案件："
        case Sanction():
            return f"{part.regime}{part.kind}："
        case Event():
            return f"{part.kind}："
        case _:
            return ""


def _summary(part: Any) -> str:
    match part:
        case Case():
            return part.facts[:40] or "（空）"
        case Sanction():
            return f"{part.kind} {display(part.decided_on)}"
        case Event():
            return f"{display(part.on)} {part.kind}"
        case _:
            return str(part.name)


def ask_mine_or_theirs(parent: QWidget, mine: Dossier, theirs: Dossier, base: Dossier) -> str:
    """Show both versions side by side; return ``MINE``, ``THEIRS`` or ``""`` to go on typing."""
    found = list(differences(mine, theirs, base))
    question = TableQuestion(
        parent,
        "这名人员在您编辑期间已由他人保存",
        "您填写的内容还没有保存。选“以我填写的为准”，您改过的项目以您的为准，没有改过的保持他人保存的内容。",
        ("项目", "我填写的", "他人已保存的", "编辑前"),
        [(one.what, one.mine, one.theirs, one.base) for one in found],
    )
    question.answer_with("", "返回继续编辑(&B)", "secondary")
    question.answer_with(THEIRS, "放弃我的，读取已保存的(&R)", "secondary")
    question.answer_with(MINE, "以我填写的为准(&O)", "primary", default=True)
    return question.ask()
