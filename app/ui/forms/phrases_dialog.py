"""Managing ready sentences: by box, the office's and one's own, in an order."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.domain.fields import form_fields
from app.domain.form_life import box_names
from app.domain.phrase import Phrase
from app.domain.registration_form import RegistrationForm
from app.services.paper_acts import PaperActs
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.fields import CalmComboBox, LongTextField
from app.ui.message_bar import confirm
from app.ui.records.typed import keep_words

_PHRASE = Qt.ItemDataRole.UserRole
_OFFICE, _OWN = "单位常用语（全体可用）", "个人常用语（只有自己看见）"


class PhrasesDialog(Dialog):
    """Each act is kept at once; there is nothing to save at the end."""

    def __init__(self, acts: PaperActs, box: str, parent: QWidget | None = None) -> None:
        super().__init__(
            "常用语",
            parent,
            lead="填表时从“常用语”菜单选用，插在光标处。程序不会自己写入任何常用语。",
            icon_name="edit",
            width=720,
        )
        self._acts = acts
        self._boxes = box_names()
        specs = form_fields(RegistrationForm)
        self.box, self.whose = CalmComboBox(), CalmComboBox()
        self.box.setAccessibleName("栏目")
        self.box.addItems([specs[name].label for name in self._boxes])
        self.box.setCurrentIndex(self._boxes.index(box))
        self.whose.setAccessibleName("谁的常用语")
        self.whose.addItems([_OFFICE, _OWN])
        head = QHBoxLayout()
        head.addWidget(self.box, 1)
        head.addWidget(self.whose, 1)
        self.list = QListWidget()
        self.list.setAccessibleName("常用语")
        self.list.setWordWrap(True)
        self.list.setMinimumHeight(110)
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.text = LongTextField(form_fields(Phrase)["wording"])
        self._up = theme.button("上移(&U)", lambda: self.move_by(-1))
        self._down = theme.button("下移(&J)", lambda: self.move_by(1))
        self._remove = theme.button("删除(&D)", self.remove)
        side = QVBoxLayout()
        for one in (self._up, self._down, self._remove):
            side.addWidget(one)
        side.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self.list, 1)
        row.addLayout(side)
        self.body.addLayout(head)
        self.body.addLayout(row)
        self.body.addWidget(theme.label("内容", "muted"))
        self.body.addWidget(self.text)
        self.offer("关闭(&C)", self.reject)
        self._alter = self.offer("保存修改(&S)", self.alter)
        self._add = self.offer("新增一条(&A)", self.add, role="primary")
        for choice in (self.box, self.whose):
            choice.currentIndexChanged.connect(self._on_elsewhere)
        self.list.currentRowChanged.connect(lambda _row: self._on_chosen())
        self.read()
        self._kept = keep_words(self.text.control, self, "内容")
        if not self.list.count():
            self.text.setFocus()  # nothing to choose from: one comes to write
        self.fit()

    def say(self, news: Exception | str, role: str = "problem") -> None:
        """Make room for the sentence: nothing else may slip out of sight."""
        super().say(news, role)
        self.fit()

    def phrases(self) -> list[Phrase]:
        """Return what the list shows."""
        return [self.list.item(row).data(_PHRASE) for row in range(self.list.count())]

    def read(self, chosen: int | None = None) -> None:
        """Show the phrases of the chosen box and owner; mark the one of id ``chosen``."""
        name = self._boxes[self.box.currentIndex()]
        own = self.whose.currentText() == _OWN
        try:
            found = [
                one for one in self._acts.phrases() if one.box == name and bool(one.owner) is own
            ]
        except Exception as error:
            self.say(error)
            return
        self.list.clear()
        for phrase in found:
            item = QListWidgetItem(phrase.wording)
            item.setData(_PHRASE, phrase)
            self.list.addItem(item)
            if phrase.id == chosen:
                self.list.setCurrentItem(item)
        self._on_chosen()

    def _on_elsewhere(self, _index: int) -> None:
        """Show the other phrases; what is typed and not kept yet stays to be added there."""
        typed = "" if self._current() is not None else self.text.typed()
        self.say("")
        self.read()
        self.text.show_value(typed)

    def _current(self) -> Phrase | None:
        item = self.list.currentItem()
        found: Phrase | None = item.data(_PHRASE) if item is not None else None
        return found

    def _on_chosen(self) -> None:
        phrase, row = self._current(), self.list.currentRow()
        self.text.show_value(phrase.wording if phrase is not None else "")
        for one in (self._alter, self._remove):
            one.setEnabled(phrase is not None)
        self._up.setEnabled(phrase is not None and row > 0)
        self._down.setEnabled(phrase is not None and row < self.list.count() - 1)

    def add(self) -> None:
        """Keep what is typed as a new phrase."""
        name = self._boxes[self.box.currentIndex()]
        owner = "我" if self.whose.currentText() == _OWN else ""
        self.text.setFocus()  # where to write, if nothing is written yet
        self._keep(Phrase(box=name, wording=self.text.typed(), owner=owner), "已新增")

    def alter(self) -> None:
        """Keep what is typed in place of the chosen phrase."""
        if (phrase := self._current()) is not None:
            before, phrase.wording = phrase.wording, self.text.typed()
            if not self._keep(phrase, "已修改"):
                phrase.wording = before

    def remove(self) -> None:
        """Take the chosen phrase away, after asking."""
        phrase = self._current()
        if phrase is None or not confirm(
            self, "删除常用语", phrase.wording, act="删除这一条", danger=True
        ):
            return
        try:
            self._acts.remove_phrase(phrase)
        except Exception as error:
            self.say(error)
            return
        self.read()
        self.say("已删除", "good")

    def move_by(self, step: int) -> None:
        """Move the chosen phrase up or down."""
        row, phrases = self.list.currentRow(), self.phrases()
        if not 0 <= row + step < len(phrases):
            return
        phrases[row], phrases[row + step] = phrases[row + step], phrases[row]
        try:
            self._acts.order_phrases([one.id or 0 for one in phrases])
        except Exception as error:
            self.say(error)
            return
        self.read(phrases[row + step].id)

    def _keep(self, phrase: Phrase, said: str) -> bool:
        try:
            self._acts.keep_phrase(phrase)
        except Exception as error:
            self.say(error)
            return False
        self.read(phrase.id)
        self._kept.drop()
        self.say(said, "good")
        return True
