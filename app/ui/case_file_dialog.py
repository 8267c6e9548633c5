"""一人一档: whose file, whole or without the people in it, for what, and whereto."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QCheckBox, QFormLayout, QRadioButton, QWidget

from app.domain.case_file import DrawnFile
from app.domain.rights import Right
from app.services.ports import Progress, UserError
from app.services.use_cases import UseCases
from app.ui import places, theme
from app.ui.dialog import Dialog, choose_target
from app.ui.fields import CalmComboBox
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from app.ui.second_person import second_person

PURPOSES = ("移交档案室", "报送上级纪委监委", "迎接检查", "本人核对", "研究分析")
_LEAD = "封面、卷内目录、基本情况、大事记、方案、记录、登记表、扫描件和备考表合成一个 PDF，每件一个书签。"
_WHOLE, _REDACTED = "完整档案(&W)", "去标识副本(&R)"
_REDACTED_HELP = (
    "姓名、单位、住址、电话、文号和证件号码换成固定代号（同一人在本单位各副本中代号相同），"
    "出生日期只留年份，扫描件和外来文件不收入。自由叙述中没有登记过的人名须人工通读后再提供。"
)


class CaseFileDialog(Dialog):
    """Draws the files beside the window; then writes or prints them, and enters that in the log."""

    def __init__(
        self,
        subject_ids: Sequence[int],
        who: str,
        use_cases: UseCases,
        jobs: JobRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("一人一档", parent, lead=_LEAD, icon_name="folder", width=620)
        self._ids, self._use_cases = tuple(subject_ids), use_cases
        self._jobs, self._messages = jobs, messages
        self.whole, self.redacted = QRadioButton(_WHOLE), QRadioButton(_REDACTED)
        self.whole.setChecked(True)
        self.duplex = QCheckBox("双面装订：封面、目录后补空白页，正文从正面起(&D)")
        self.purpose = CalmComboBox()
        self.purpose.setEditable(True)
        self.purpose.addItems(PURPOSES)
        self.purpose.setAccessibleName("用途")
        form = QFormLayout()
        form.setSpacing(theme.SMALL)
        form.addRow(theme.label("人员", "muted"), theme.label(who, wrap=True))
        form.addRow(theme.label("内容", "muted"), self.whole)
        form.addRow("", self.redacted)
        self._help = theme.label(_REDACTED_HELP, "small", wrap=True)
        self._help.hide()
        form.addRow("", self._help)
        form.addRow("", self.duplex)
        form.addRow(theme.label("用途", "muted"), self.purpose)
        self.body.addLayout(form)
        self.offer("取消(&C)", self.reject)
        self.offer("预览并打印(&P)…", self.print)
        self.offer("选择位置并导出(&E)…", self._choose, role="primary", default=True)
        self.redacted.toggled.connect(self._on_redacted)
        self.fit()

    def _on_redacted(self, on: bool) -> None:
        self._help.setVisible(on)
        self.fit()

    def _ready(self) -> bool:
        if not self.purpose.currentText().strip():
            self.say("请写明用途，如“移交档案室”；用途记入打印登记簿")
            self.purpose.setFocus()
            return False
        if len(self._ids) == 1:
            return True
        return second_person(self._use_cases.accounts, Right.BULK_EXPORT, self._jobs, self)

    def file_name(self) -> str:
        """Return a name for the file: what it is, never whose."""
        kind = "去标识副本" if self.redacted.isChecked() else ""
        many = f"{len(self._ids)}人" if len(self._ids) > 1 else ""
        return f"一人一档{many}{kind}.pdf"

    def _choose(self) -> None:
        if not self._ready():
            return
        place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        start = Path(place or Path.home()) / self.file_name()
        target = choose_target(self, "导出一人一档", start, "PDF 文件 (*.pdf)")
        if target is not None:
            self.write(target)

    def _draw(self, progress: Progress) -> DrawnFile:
        return self._use_cases.case_files.draw(
            self._ids,
            progress,
            redacted=self.redacted.isChecked(),
            duplex=self.duplex.isChecked(),
        )

    def write(self, target: Path) -> None:
        """Draw and write the files to ``target``, beside the window."""
        if target.suffix.lower() != ".pdf":
            target = target.with_name(f"{target.name}.pdf")

        enter = self._entering("导出", "PDF 文件", 1)

        def work(progress: Progress) -> DrawnFile:
            from app.services.outside import write_verified

            drawn = self._draw(progress)
            enter(pages=drawn.pages)  # refused before a file is there
            try:
                write_verified(target, drawn.pdf)
            except OSError as error:
                raise UserError(
                    f"没有写成“{target.name}”：可能磁盘已满、没有写入权限，"
                    "或者文件正被其他程序打开。请关闭它或换个位置再存"
                ) from error
            return drawn

        handle = self._jobs.run(work, partial(self._on_written, target), self.say)
        handle.cancelled.connect(lambda: self.say("已取消，没有写出文件", "warning"))
        self.be_busy(handle, "正在整理档案…")

    def _on_written(self, target: Path, drawn: DrawnFile) -> None:
        said = f"一人一档共{drawn.pages}页，已存为“{target.name}”，在文件夹“{target.parent}”中"
        if drawn.trouble:
            self._messages.show_warning(f"{said}。{'；'.join(drawn.trouble[:3])}，已在备考表注明")
        else:
            self._messages.show_info(said)
        self.accept()

    def print(self) -> None:
        """Show the pages as they will come out, and print them."""
        if not self._ready():
            return
        handle = self._jobs.run(self._draw, self._show_pages, self.say)
        handle.cancelled.connect(lambda: self.say("已取消", "warning"))
        self.be_busy(handle, "正在整理档案…")

    def _show_pages(self, drawn: DrawnFile) -> None:
        # Late: Qt's PDF module is needed by nobody who does not print.
        from app.ui.forms.print_dialog import PrintDialog

        dialog = PrintDialog(
            drawn.pdf,
            warnings=list(drawn.trouble) or None,
            incomplete=False,
            file_name=self.file_name(),
            settings=places.folder_memory(self._use_cases.who.folder),
            record=partial(self._record, drawn, "打印"),
            parent=self,
        )
        dialog.setWindowTitle("打印一人一档")
        if dialog.exec():
            self._messages.show_info(dialog.said)
            self.accept()
        dialog.deleteLater()

    def _entering(self, act: str, target: str, copies: int) -> Callable[..., object]:
        """Return what enters the files in the log, as the window says now what they are."""
        return partial(
            self._use_cases.case_files.record,
            self._ids,
            act,
            target,
            reason=self.purpose.currentText(),
            redacted=self.redacted.isChecked(),
            copies=copies,
        )

    def _record(self, drawn: DrawnFile, act: str, target: str, copies: int) -> None:
        try:
            self._entering(act, target, copies)(pages=drawn.pages)
        except UserError as error:
            self._messages.show_error(error)
