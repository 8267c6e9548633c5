"""A closed gate: every obstacle in a sentence, the way to mend it, or a reason to pass it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.gates import Exemption, Key, Obstacle
from app.services.gatekeeping import GateClosed
from app.services.ports import Changes
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.field_editor import EnterMoves
from app.ui.records.typed import keep_words
from app.ui.theme import Card

_TOP = Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an act ended: done (``changes``), or the user goes to a field to mend something."""

    changes: Changes | None = None
    go_to: str = ""


def through_gates(
    parent: QWidget, act: str, do: Callable[[Sequence[Exemption]], Changes]
) -> Outcome:
    """Do something that gates may refuse; ask about each refusal until it is done or given up."""
    given: tuple[Exemption, ...] = ()
    while True:
        try:
            return Outcome(do(given))
        except GateClosed as closed:
            dialog = GateDialog(act, closed.obstacles, parent)
            accepted = dialog.exec()
            go_to, more = dialog.go_to, dialog.exemptions()
            dialog.deleteLater()
            if not accepted:
                return Outcome(go_to=go_to)
            given = (*given, *more)


class GateDialog(Dialog):
    """Says why ``act`` is refused as things stand, and what each obstacle asks for."""

    def __init__(
        self, act: str, obstacles: Sequence[Obstacle], parent: QWidget | None = None
    ) -> None:
        closed = [one for one in obstacles if one.gate.key is Key.NONE]
        lead = (
            "下列事项补齐后才能办理；点“去处理”转到该处。"
            if closed
            else "按规定一般不这样办理。确需办理的，请逐项写明理由；理由将长期留存并显示。"
        )
        super().__init__(f"还不能{act}", parent, lead=lead, icon_name="warning", width=660)
        self.go_to = ""
        self._keys: list[tuple[Sequence[Obstacle], QLineEdit, QLineEdit | None]] = []
        if closed:
            self.body.addWidget(self._closed_card(closed))
        passable: dict[str, list[Obstacle]] = {}
        for obstacle in obstacles:
            if obstacle.gate.key is not Key.NONE:
                passable.setdefault(obstacle.gate.title, []).append(obstacle)
        for alike in passable.values():
            self.body.addWidget(self._key_card(alike, asks=not closed))
        back = self.offer("返回(&B)", self.reject, default=bool(closed))
        if not closed:
            self._press = self.offer(
                f"写明理由，仍然{act}(&A)", self.accept, role="primary", default=True
            )
            self._press.setEnabled(False)
            for of_gate, *lines in self._keys:
                for line in filter(None, lines):
                    keep_words(line, self, line.accessibleName(), of_gate[0].message[:40])
            self._keys[0][1].setFocus()
            _, reason, approver = self._keys[-1]
            self.setTabOrder(approver or reason, self._press)  # Enter goes on, not back
            self.setTabOrder(self._press, back)

    def exemptions(self) -> tuple[Exemption, ...]:
        """Return what would open every gate, as typed."""
        return tuple(
            obstacle.exemption(reason.text().strip(), approver.text().strip() if approver else "")
            for alike, reason, approver in self._keys
            for obstacle in alike
        )

    def _closed_card(self, obstacles: Sequence[Obstacle]) -> QWidget:
        card = Card()
        for obstacle in obstacles:
            row = QGridLayout()
            row.setColumnStretch(0, 1)
            words = theme.label(f"× {obstacle.message}", wrap=True)
            row.addWidget(words, 0, 0)
            if obstacle.field:
                go = theme.button("去处理", partial(self._go, obstacle.field), role="link")
                go.setAccessibleName(f"去处理：{obstacle.message}")
                row.addWidget(go, 0, 1, _TOP)
            card.body.addLayout(row)
        return card

    def _key_card(self, alike: Sequence[Obstacle], *, asks: bool) -> QWidget:
        """One card per gate: whom it is about, and one reason for all of them."""
        gate = alike[0].gate
        card = Card(gate.title)
        card.head.addWidget(theme.label(alike[0].article or gate.article, "small"))
        if alike[0].field:
            go = theme.button("去处理", partial(self._go, alike[0].field), role="link")
            go.setAccessibleName(f"去处理：{gate.title}")
            card.head.addWidget(go)
        for obstacle in alike:
            card.body.addWidget(theme.label(f"△ {obstacle.message}", wrap=True))
        if asks:
            grid = QGridLayout()
            grid.setColumnStretch(1, 1)
            reason = self._line(grid, 0, "理由 *", f"{gate.title}的理由")
            approver = None
            if gate.key is Key.REASON_AND_APPROVER:
                approver = self._line(grid, 1, "批准人 *", f"{gate.title}的批准人")
            card.body.addLayout(grid)
            self._keys.append((alike, reason, approver))
        else:
            words = f"确需办理的，补齐上面各项后可{gate.key.value}。"
            card.body.addWidget(theme.label(words, "small"))
        return card

    def _line(self, grid: QGridLayout, row: int, caption: str, name: str) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(name)
        line.textChanged.connect(self._on_typed)
        EnterMoves(line)
        words = theme.label(caption)
        words.setBuddy(line)
        grid.addWidget(words, row, 0)
        grid.addWidget(line, row, 1)
        return line

    def _on_typed(self) -> None:
        lines = [line for _, *both in self._keys for line in both if line is not None]
        self._press.setEnabled(all(line.text().strip() for line in lines))

    def _go(self, field: str) -> None:
        self.go_to = field
        self.reject()


class Banner(Card):
    """What was let through with a reason: shown ever after, wherever the record is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setProperty("role", "inset")
        theme.margins(self.body, theme.SMALL, 2)
        self._lines = QVBoxLayout()
        theme.margins(self._lines, 0, 2)
        self.body.addLayout(self._lines)
        self.setAccessibleName("例外记录")
        self.hide()

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show these sentences; nothing is shown while there are none."""
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for line in lines:
            self._lines.addWidget(theme.label(f"△ {line}", "warning", wrap=True))
        self.setVisible(bool(lines))


def exemption_line(one: Exemption) -> str:
    """Return an exception as its banner says it."""
    by = f"，{one.approver}批准" if one.approver else ""
    on = f"（{one.on.year}年{one.on.month}月{one.on.day}日）" if one.on else ""
    return f"例外 · {one.gate}：{one.reason}{by}{on}"
