"""The papers of a record or a person: attached by button or by dropping files, looked at, exported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.domain.attachment import OTHER, OWNERS, Attachment, size_text
from app.domain.subject import Subject
from app.services.attachment_acts import AttachmentActs
from app.services.attachments import HeldPaper
from app.services.ports import Changes
from app.ui import theme
from app.ui.allowed import edits, why_not
from app.ui.dialog import choose_scans
from app.ui.jobs import JobRunner
from app.ui.message_bar import News, ask_reason

_MOST_ROWS = 6
_LAID_OUT_MS = 50
_ATTACHMENT = Qt.ItemDataRole.UserRole


class AttachmentPanel(QWidget):
    """Shows what hangs on one record, or everything about a person."""

    changed = Signal(object)  # Changes

    def __init__(
        self,
        acts: AttachmentActs,
        jobs: JobRunner,
        parent: QWidget | None = None,
        *,
        kind: str = OTHER,
    ) -> None:
        super().__init__(parent)
        self._acts, self._jobs, self._kind = acts, jobs, kind
        self._owner: tuple[type, int] | None = None
        self._of_person = False
        self._removed: int | None = None
        self.setAcceptDrops(not why_not())
        self.list = QListWidget()
        self.list.setAccessibleName("附件")
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._on_menu)
        self.list.itemActivated.connect(lambda _item: self.view())
        self.list.currentRowChanged.connect(lambda _row: self._show_acts())
        self._empty = theme.label("还没有附件。点“附入”，或把文件拖到这里。", "muted", wrap=True)
        self._news = News()
        self._news.hide()
        self._undo = edits(_reads(theme.button("放回", self._put_back, role="link")))
        self._undo.hide()
        self.add = edits(
            _reads(theme.button("附入(&Y)…", self.choose, tip="选择文件，或把文件拖到这里"))
        )
        self._view = _reads(theme.button("查看", self.view, role="link"))
        self._more = _reads(theme.button("更多…", self._on_more, role="link"))
        acts_row = QHBoxLayout()
        acts_row.setSpacing(theme.SMALL)
        for button in (self.add, self._view, self._more):
            acts_row.addWidget(button)
        acts_row.addStretch(1)
        news = QHBoxLayout()
        news.addWidget(self._news, 1)
        news.addWidget(self._undo, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        theme.margins(column, 0, theme.SMALL)
        column.addWidget(self._empty)
        column.addWidget(self.list)
        column.addLayout(news)
        column.addLayout(acts_row)
        self._show_papers(())

    # ------------------------------------------------------------ what is shown

    def show_owner(self, owner: type, id_: int | None) -> None:
        """Show the papers of a record; one that is not kept yet can have none."""
        self._owner, self._of_person = ((owner, id_) if id_ is not None else None), False
        self._forget_news()
        self.refresh()

    def show_person(self, subject_id: int) -> None:
        """Show every paper about a person; new ones hang on the person."""
        if self._owner != (Subject, subject_id):
            self._forget_news()
        self._owner, self._of_person = (Subject, subject_id), True
        self.refresh()

    def refresh(self) -> None:
        """Read the list afresh."""
        self.add.setEnabled(self._owner is not None)
        if self._owner is None:
            self._show_papers(())
            return
        owner, id_ = self._owner
        papers = (
            self._acts.of_person(id_)
            if self._of_person
            else [HeldPaper(one, "") for one in self._acts.of(owner, id_)]
        )
        self._show_papers(papers)

    @property
    def chosen(self) -> Attachment | None:
        """The paper that is selected."""
        item = self.list.currentItem()
        paper: Attachment | None = item.data(_ATTACHMENT) if item is not None else None
        return paper

    def choose_paper(self, attachment_id: int) -> bool:
        """Choose a paper and bring it into sight; return whether it hangs here."""
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item.data(_ATTACHMENT).id == attachment_id:
                self.list.setCurrentItem(item)
                # Just opened, the page around gets its height only now.
                QTimer.singleShot(_LAID_OUT_MS, self, self._bring)
                return True
        return False

    def _bring(self) -> None:
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.list.scrollToItem(self.list.currentItem())
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is not None:
            around.ensureWidgetVisible(self, 0, theme.MEDIUM)

    def _show_papers(self, papers: Sequence[HeldPaper]) -> None:
        before = self.chosen.id if self.chosen else None
        self.list.clear()
        for held in papers:
            item = QListWidgetItem(paper_lines(held))
            item.setToolTip(
                "\n".join(
                    part
                    for part in (paper_lines(held), held.attachment.file_name, held.attachment.note)
                    if part
                )
            )
            item.setData(_ATTACHMENT, held.attachment)
            self.list.addItem(item)
            if held.attachment.id == before:
                self.list.setCurrentItem(item)
        if self.list.currentRow() < 0 and papers:
            self.list.setCurrentRow(0)
        self.list.setVisible(bool(papers))
        self._empty.setVisible(not papers)
        self._show_acts()
        self._fit()
        QTimer.singleShot(0, self, self._fit)  # how lines wrap is known once the list has its width

    def _fit(self) -> None:
        rows = range(min(_MOST_ROWS, self.list.count()))
        high = sum(self.list.sizeHintForRow(row) for row in rows) + 2 * self.list.frameWidth() + 4
        self.list.setFixedHeight(max(40, high))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit)

    def _show_acts(self) -> None:
        for button in (self._view, self._more):
            button.setVisible(self.chosen is not None)

    # ------------------------------------------------------------ attaching

    def choose(self) -> None:
        """Let the user choose files to attach."""
        kinds = (
            "扫描件和文档 (*.pdf *.jpg *.jpeg *.png *.tif *.tiff *.doc *.docx *.xls *.xlsx *.txt)"
            ";;所有文件 (*)"
        )
        if files := choose_scans(self, "选择要附入的文件", kinds, many=True):
            self.attach(files)

    def attach(self, files: Sequence[Path]) -> None:
        """Ask what these files are and attach them."""
        from app.ui.attachments.attach_dialog import AttachDialog

        if self._owner is None:
            self._news.say("请先保存这份记录，再附入文件")
            return
        owner, id_ = self._owner
        dialog = AttachDialog(
            files, partial(self._acts.attach, owner, id_), self._jobs, self, kind=self._kind
        )
        dialog.exec()
        attached, changes = dialog.attached, dialog.changes
        dialog.deleteLater()
        if attached:
            self._forget_news()
            self._tell(changes)
            self._news.say(f"已附入{attached}件，加密保存", "good")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._owner is not None and _files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.attach(_files(event))

    # ------------------------------------------------------------ one paper

    def view(self) -> None:
        """Show the selected paper inside the program."""
        from app.ui.attachments.viewer import view_attachment

        if (paper := self.chosen) is not None:
            self._try(lambda: view_attachment(paper, self._acts, self, export=self.export))

    def export(self) -> None:
        """Write the selected paper as a plain file, for a purpose."""
        from app.ui.attachments.paper_dialogs import ExportDialog

        if (paper := self.chosen) is None:
            return
        dialog = ExportDialog(paper, partial(self._acts.export, paper.id or 0), self)
        if dialog.exec():
            self._news.say(f"已导出到“{dialog.written}”，并登记在打印和导出登记簿", "good")
        dialog.deleteLater()

    def edit(self) -> None:
        """Change type, title and note of the selected paper."""
        from app.ui.attachments.paper_dialogs import PaperDialog

        if (paper := self.chosen) is None:
            return
        dialog = PaperDialog(paper, self._acts.save, self)
        if dialog.exec():
            self._tell(dialog.changes)
        dialog.deleteLater()

    def remove(self) -> None:
        """Take the selected paper away, for a reason; it can be put back."""
        if (paper := self.chosen) is None:
            return
        reason = ask_reason(
            self.window(),
            "删除附件",
            f"“{paper.title}”将从这份记录中删除；30天内可以放回，之后清除文件。",
            act="删除附件(&D)",
            danger=True,
        )
        if reason is None:
            return
        try:
            changes = self._acts.remove(paper.id or 0, reason)
        except Exception as error:
            self._news.say(error)
            return
        self._removed = paper.id
        self._tell(changes)
        self._news.say(f"“{paper.title}”已删除", "muted")
        self._undo.show()

    def _put_back(self) -> None:
        if self._removed is not None:
            id_, self._removed = self._removed, None
            self._forget_news()
            self._try(lambda: self._tell(self._acts.put_back(id_)))

    def _on_menu(self, at: QPoint) -> None:
        if self.list.itemAt(at) is not None:
            self._menu().popup(self.list.viewport().mapToGlobal(at))

    def _on_more(self) -> None:
        self._menu().popup(self._more.mapToGlobal(QPoint(0, self._more.height())))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("查看(&V)", self.view)
        menu.addAction("导出(&X)…", self.export)
        edits(menu.addAction("修改类型和标题(&E)…", self.edit))
        edits(menu.addAction("删除(&D)…", self.remove))
        return menu

    # ------------------------------------------------------------ news

    def _tell(self, changes: Changes) -> None:
        self.refresh()
        self.changed.emit(changes)

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Exception as error:
            self._news.say(error)

    def _forget_news(self) -> None:
        self._news.say("")
        self._undo.hide()

    def sizeHint(self) -> QSize:
        """Return a size that fits the narrow pane of a person as well."""
        return QSize(240, super().sizeHint().height())


def paper_lines(held: HeldPaper) -> str:
    """Return how a list shows a paper: its title, and below it what it is."""
    paper = held.attachment
    title = paper.title if len(paper.title) <= 60 else f"{paper.title[:58]}…"
    pages = f"{paper.pages}页" if paper.pages else size_text(paper.size)
    added = f"{paper.added_at:%Y-%m-%d}" if paper.added_at else ""
    parts = (
        paper.kind,
        f"{paper.media} {pages}".strip(),
        held.where if held.where != OWNERS["Subject"] else "",
        added,
    )
    return f"{title}\n{'  '.join(part for part in parts if part)}"


def _files(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _reads(widget: QPushButton) -> QPushButton:
    widget.setProperty("reads", True)  # stays alive where the record itself is frozen
    return widget
