"""Doubtful cells, one by one: what stands there, what is asked, and what should stand there."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.ledger import Question
from app.domain.ledger_answers import choices, place_of
from app.services.ledger import LedgerReading, Said
from app.ui import theme
from app.ui.calm_combo_box import CalmComboBox
from app.ui.ledger.questions import listing, question_columns
from app.ui.table_model import ROW_ROLE

_SIDE = 300


class AnswersPage(QWidget):
    """Lists the questions; an answer is read at once as if it stood in the cell."""

    said = Signal(object)  # Said: what was said so far, with this answer

    def __init__(
        self, reading: LedgerReading, parent: QWidget | None = None, *, at: int = 0
    ) -> None:
        super().__init__(parent)
        self._reading = reading
        self._question: Question | None = None
        several = any(question.sheet for question in reading.questions)
        self.list = listing(question_columns(several=several), reading.questions, "疑问")
        self.list.selectionModel().currentRowChanged.connect(lambda *_which: self._show())
        self._where = theme.label("", "heading", wrap=True)
        self._message = theme.label("", wrap=True)
        self._answer = CalmComboBox()
        self._answer.setEditable(True)
        self._answer.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._answer.setAccessibleName("这一格应为")
        line = self._answer.lineEdit()
        assert line is not None
        line.returnPressed.connect(self._say_answer)
        line.setPlaceholderText("请选择，或填写这一格的内容")
        self._put = theme.button("按此读入(&A)", self._say_answer, role="primary")
        self._fine = theme.button("确认无误(&Y)", self._accept, tip="照预览中的样子导入，不再提示")
        self._back = theme.button("撤回全部回答(&T)", self._take_back, role="link")
        self._back.setVisible(bool(reading.said.answers or reading.said.accepted))
        self._lay_out()
        position = min(at, len(reading.questions) - 1)
        self.list.selectRow(max(0, position))
        self._show()

    def position(self) -> int:
        """Return which question is chosen: the next reading goes on there."""
        return max(0, self.list.currentIndex().row())

    def focus_answer(self) -> None:
        """Put the cursor where the next answer is typed; Enter must not press the import instead."""
        if self._answer.isVisibleTo(self) and self._answer.isEnabled():
            self._answer.setFocus(Qt.FocusReason.OtherFocusReason)
            if (line := self._answer.lineEdit()) is not None:
                line.selectAll()
        else:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        side = theme.Card()
        side.setFixedWidth(_SIDE)
        side.body.addWidget(self._where)
        side.body.addWidget(self._message)
        side.body.addWidget(self._answer)
        acts = QHBoxLayout()
        acts.setSpacing(theme.SMALL)
        acts.addWidget(self._put)
        acts.addWidget(self._fine)
        acts.addStretch(1)
        side.body.addLayout(acts)
        side.body.addWidget(self._back, 0, Qt.AlignmentFlag.AlignLeft)
        side.body.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(theme.MEDIUM)
        row.addWidget(self.list, 1)
        row.addWidget(side)
        column = QVBoxLayout(self)
        theme.margins(column, 0, theme.TINY)
        column.setContentsMargins(0, theme.SMALL, 0, 0)
        column.addLayout(row, 1)

    def _show(self) -> None:
        index = self.list.currentIndex()
        self._question = index.data(ROW_ROLE) if index.isValid() else None
        question = self._question
        place = place_of(question, self._reading.rows) if question is not None else None
        for widget in (self._answer, self._put, self._fine):
            widget.setEnabled(question is not None)
        self._answer.setVisible(place is not None)
        self._put.setVisible(place is not None)
        if question is None:
            self._where.setText("没有疑问" if not self._reading.questions else "请选择一处疑问")
            self._message.setText("")
            return
        where = f"第{question.row}行" if question.row else "整个文件"
        where = f"{question.sheet}　{where}" if question.sheet else where
        if question.column:
            where += f"　{question.column}列 {question.label}"
        elif question.lacking:
            where += f"　{question.label}（表中没有这一列）"
        self._where.setText(where)
        value = f"“{question.value}”　" if question.value else ""
        self._message.setText(f"{value}{question.message}")
        self._answer.clear()
        offered = choices(question, self._reading.rows, self._reading.workbook)
        self._answer.addItems(offered)
        self._answer.setCurrentIndex(-1)
        whole = not offered and not question.value.endswith("…")
        self._answer.setEditText(question.value if whole else "")

    def _say_answer(self) -> None:
        question = self._question
        place = place_of(question, self._reading.rows) if question is not None else None
        if place is None:
            return
        said: Said = self._reading.said
        answers = {**said.answers, place: self._answer.currentText().strip()}
        self.said.emit(replace(said, answers=answers))

    def _accept(self) -> None:
        if self._question is not None:
            said = self._reading.said
            self.said.emit(replace(said, accepted=said.accepted | {self._question}))

    def _take_back(self) -> None:
        self.said.emit(replace(self._reading.said, answers={}, accepted=frozenset()))
