"""Printing: the real pages, what to mind before, and a printer that is never allowed to scale."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.character_name import name_of
from app.services.outside import write_verified
from app.services.ports import Cancelled, UserError
from app.ui import theme
from app.ui.fields import CalmComboBox
from app.ui.forms.pdf_pages import Fit, PdfBytes, PdfPages
from app.ui.forms.print_run import PrintRun
from app.ui.forms.printing import (
    Offset,
    PrintingFailed,
    WrongPageRange,
    keep_offset,
    read_offset,
    read_pages,
)
from app.ui.forms.still_spin import MillimetreSpin, StillSpin
from app.ui.jobs import JobHandle, ProgressPanel
from app.ui.veil import VeiledDialog

TO_FILE = "打印到文件（PDF）"
NO_DUPLEX = "这台打印机不能自动双面打印；要双面，可先印单数页，翻过来再印双数页。"
_DUPLEX = (
    ("单面", QPrinter.DuplexMode.DuplexNone),
    ("双面（沿长边翻转）", QPrinter.DuplexMode.DuplexLongSide),
    ("双面（沿短边翻转）", QPrinter.DuplexMode.DuplexShortSide),
)
_MOST_OFFSET = 10.0  # mm


def printer_names() -> list[str]:
    """Return the printers of this PC, the usual one first."""
    names: list[str] = list(QPrinterInfo.availablePrinterNames())
    usual = QPrinterInfo.defaultPrinterName()
    return sorted(names, key=lambda name: name != usual)


def can_duplex(printer: str) -> bool:
    """Return whether ``printer`` turns sheets by itself; Qt silently prints one side if it cannot."""
    info = QPrinterInfo.printerInfo(printer)
    return info.isNull() or QPrinter.DuplexMode.DuplexLongSide in info.supportedDuplexModes()


class PrintDialog(VeiledDialog):
    """Shows the pages of ``pdf`` as they will come out, and prints them at 100 %."""

    def __init__(
        self,
        pdf: bytes,
        *,
        warnings: Sequence[str] | None,  # None: nothing of this paper was checked
        incomplete: bool,
        file_name: str,
        settings: QSettings,
        record: Callable[[str, int], object],
        before: Callable[[], object] | None = None,  # raises ``UserError`` to refuse
        note: str = "",
        calibration: Callable[[], bytes] | None = None,
        parent: QWidget | None = None,
        printers: Callable[[], Sequence[str]] = printer_names,
        new_printer: Callable[[str], QPrinter] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("打印登记表")
        self._settings, self._record, self._before = settings, record, before
        self._calibration = calibration
        self._new_printer = new_printer or named_printer
        self._file_name = file_name
        self._pdf = PdfBytes(pdf, self)
        self._running: JobHandle | None = None
        self.said = ""
        self._pages = PdfPages()
        self._pages.show_pdf(self._pdf)
        self._pages.set_fit(Fit.PAGE)
        self._number = theme.label("", "muted")
        self._printer = CalmComboBox()
        self._printer.addItems([*printers(), TO_FILE])
        self._copies = StillSpin()
        self._copies.setRange(1, 99)
        self._duplex, self._wanted_duplex = CalmComboBox(), 0
        for text, mode in _DUPLEX:
            self._duplex.addItem(text, mode)
        self._range = QLineEdit()
        self._range.setPlaceholderText(f"全部（共{self._pdf.pages}页），或如 1-2")
        self._right = _offset_box("向右移（负数向左）")
        self._down = _offset_box("向下移（负数向上）")
        self._problem = theme.label("", "problem", wrap=True)
        self._problem.hide()
        self._press = theme.button(
            "仍然打印(&P)" if incomplete else "打印(&P)", self._on_print, role="primary"
        )
        self._press.setDefault(True)
        self._lay_out(warnings, note)
        self._recall()
        self._connect()

    def _connect(self) -> None:
        self._pages.page_changed.connect(self._show_number)
        self._printer.currentTextChanged.connect(self._on_printer)
        for key in ("Ctrl+Return", "Ctrl+P"):
            QShortcut(QKeySequence(key), self, self._on_print)
        self._show_number(0)
        screen = self.screen().availableGeometry()
        self.resize(min(1040, screen.width() - 40), min(theme.DIALOG_HEIGHT, screen.height() - 60))

    def _options(self) -> QFormLayout:
        options = QFormLayout()
        options.setContentsMargins(0, 0, 0, 0)
        options.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        options.setHorizontalSpacing(theme.MEDIUM)
        options.setVerticalSpacing(theme.SMALL)
        options.addRow("打印机(&M)", self._printer)
        options.addRow("份数(&C)", self._copies)
        options.addRow("单双面(&D)", self._duplex)
        options.addRow("页码范围(&R)", self._range)
        shift = QHBoxLayout()
        shift.addWidget(self._right)
        shift.addWidget(self._down)
        options.addRow("位置微调", shift)
        if self._calibration is not None:
            options.addRow(
                "",
                theme.button(
                    "打印校准页(&J)",
                    self.calibrate,
                    role="link",
                    tip="打印带毫米尺的一页，量出这台打印机偏了多少，填入位置微调",
                ),
            )
        options.addRow("缩放", theme.label("100%（锁定，与纸面一致）", "muted"))
        return options

    def _lay_out(self, warnings: Sequence[str] | None, note: str) -> None:
        side = QVBoxLayout()
        side.setSpacing(theme.SMALL)
        self._choose = QWidget()
        self._choose.setLayout(self._options())
        side.addWidget(self._choose)
        side.addWidget(theme.rule())
        if warnings:
            side.addWidget(theme.label(f"打印前请留意（{len(warnings)}项）", "heading"))
            listed = QListWidget()
            listed.setWordWrap(True)
            listed.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            listed.setAccessibleName("打印前检查")
            listed.addItems([f"• {warning}" for warning in warnings])
            listed.setSelectionMode(QListWidget.SelectionMode.NoSelection)
            side.addWidget(listed, 1)
        elif warnings is None:
            side.addWidget(theme.label("请翻看左侧各页，核对后打印。", "muted", wrap=True))
            side.addStretch(1)
        else:
            side.addWidget(theme.label("✓ 检查通过：各项均已填写，字形齐全。", "good", wrap=True))
            side.addStretch(1)
        if note:
            side.addWidget(theme.label(note, "muted", wrap=True))
        self._progress = ProgressPanel()
        side.addWidget(self._progress)
        side.addWidget(self._problem)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(theme.button("取消(&X)", self.reject))
        buttons.addWidget(self._press)
        side.addLayout(buttons)
        panel = QWidget()
        panel.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        panel.setFixedWidth(340)
        row = QHBoxLayout(self)
        theme.margins(row, theme.LARGE)
        row.addLayout(self._paper(), 1)
        row.addWidget(panel)

    def _paper(self) -> QVBoxLayout:
        left = QVBoxLayout()
        left.setSpacing(theme.TINY)
        left.addWidget(self._pages, 1)
        below = QHBoxLayout()
        self._back = theme.button("上一页(&U)", lambda: self._turn(-1))
        self._on = theme.button("下一页(&N)", lambda: self._turn(1))
        below.addWidget(self._back)
        below.addStretch(1)
        below.addWidget(self._number)
        below.addStretch(1)
        below.addWidget(self._on)
        left.addLayout(below)
        return left

    # ------------------------------------------------------------ what was chosen before

    def _recall(self) -> None:
        last = str(self._settings.value("printing/printer", ""))
        if last and self._printer.findText(last) >= 0:
            self._printer.setCurrentText(last)
        duplex = int(str(self._settings.value("printing/duplex", 0)) or 0)
        self._duplex.setCurrentIndex(duplex if 0 <= duplex < len(_DUPLEX) else 0)
        self._on_printer(self._printer.currentText())

    def _on_printer(self, name: str) -> None:
        offset = read_offset(self._settings, name)
        self._right.set_millimetres(offset.right)
        self._down.set_millimetres(offset.down)
        real = name != TO_FILE
        for widget in (self._copies, self._right, self._down):
            widget.setEnabled(real)
        if self._duplex.isEnabled():
            self._wanted_duplex = self._duplex.currentIndex()  # kept for a printer that can
        two_sided = real and can_duplex(name)
        self._duplex.setEnabled(two_sided)
        self._duplex.setCurrentIndex(self._wanted_duplex if two_sided else 0)
        self._duplex.setToolTip("" if two_sided or not real else NO_DUPLEX)
        self._problem.hide()
        if real and not two_sided:
            self._say(NO_DUPLEX, "muted")

    def _keep_choices(self) -> None:
        name = self._printer.currentText()
        if self._duplex.isEnabled():
            self._wanted_duplex = self._duplex.currentIndex()
        self._settings.setValue("printing/printer", name)
        self._settings.setValue("printing/duplex", self._wanted_duplex)
        if name != TO_FILE:
            keep_offset(self._settings, name, self._offset())

    def _offset(self) -> Offset:
        return Offset(self._right.millimetres, self._down.millimetres)

    # ------------------------------------------------------------ pages

    def _turn(self, step: int) -> None:
        self._pages.go_to(self._pages.page + step)

    def _show_number(self, page: int) -> None:
        self._number.setText(f"第 {page + 1} 页  共 {self._pdf.pages} 页")
        self._back.setEnabled(page > 0)
        self._on.setEnabled(page < self._pdf.pages - 1)

    # ------------------------------------------------------------ printing

    def _on_print(self) -> None:
        if self._running is not None:
            return  # its keys are still heard
        try:
            pages = read_pages(self._range.text(), self._pdf.pages)
        except WrongPageRange as error:
            self._say(str(error))
            self._range.setFocus()
            return
        name = self._printer.currentText()
        try:
            if name != TO_FILE:
                printer = self._set_up(name)
                self._run(printer, pages, partial(self._on_printed, name, pages))
            else:
                self._to_file(pages)
        except (UserError, OSError) as error:
            self._say(_sentence(error))

    def _on_printed(self, target: str, pages: Sequence[int]) -> None:
        """Remember the choices, record, and leave."""
        self._keep_choices()
        copies = self._copies.value() if self._printer.currentText() != TO_FILE else 1
        self._record(target, copies)
        times = f"，{copies}份" if copies > 1 else ""
        self.said = f"已打印到“{target}”，共{len(pages)}页{times}"
        self.accept()

    def calibrate(self) -> None:
        """Print the page with rulers on the chosen printer, moved as the form would be."""
        assert self._calibration is not None
        name = self._printer.currentText()
        if name == TO_FILE:
            self._say("请先选择一台打印机，再打印校准页")
            return
        self._run(
            self._new_printer(name),
            [0],
            lambda: self._say(
                "校准页已打印：按页上的说明量两个距离，把差数填入“位置微调”。", "good"
            ),
            PdfBytes(self._calibration(), self),
        )

    def _prepare(self) -> None:
        """Do what must be done before pages leave the program."""
        if self._before is not None:
            self._before()

    def _set_up(self, name: str) -> QPrinter:
        self._prepare()
        printer = self._new_printer(name)
        printer.setCopyCount(self._copies.value())
        printer.setDuplex(self._duplex.currentData())
        printer.setDocName("登记表")  # a queue is read by others: no name in it
        return printer

    def _to_file(self, pages: Sequence[int]) -> None:
        chosen, _kind = QFileDialog.getSaveFileName(
            self, "打印到文件", str(Path.home() / self._file_name), "PDF 文件 (*.pdf)"
        )
        if not chosen:
            return
        self._prepare()
        target = Path(chosen).with_suffix(".pdf")
        printed = partial(self._on_printed, "PDF 文件", pages)
        if list(pages) == list(range(self._pdf.pages)):
            write_verified(target, self._pdf.data)  # the very bytes: their text stays searchable
            printed()
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(target))
        self._run(printer, pages, printed)

    def _run(
        self,
        printer: QPrinter,
        pages: Sequence[int],
        succeeded: Callable[[], object],
        pdf: PdfBytes | None = None,
    ) -> None:
        """Print while the window lives; ``pdf`` is closed afterwards, without one it is the form."""
        handle = self._running = JobHandle(self)
        offset = Offset() if self._printer.currentText() == TO_FILE else self._offset()
        run = PrintRun(
            pdf or self._pdf, printer, pages, offset, stopped=lambda: handle.stopped, parent=self
        )

        def moved(done: float) -> None:
            note = "" if handle.stopped else f"第 {min(int(done) + 1, len(pages))} 页"
            handle.progressed.emit(round(done * 1_000), len(pages) * 1_000, note)

        def ended(error: Exception | None) -> None:
            self._running = None
            if pdf is not None:
                pdf.close()
            self._choose.setEnabled(True)
            self._press.setEnabled(True)
            handle.finished.emit()
            handle.deleteLater()
            if error is None:
                succeeded()
            elif isinstance(error, Cancelled):
                self._say("已取消，没有打印", "warning")
            else:
                self._say(_sentence(error))

        run.moved.connect(moved)
        run.ended.connect(ended)
        self._problem.hide()
        self._choose.setEnabled(False)
        self._press.setEnabled(False)
        self._progress.watch(handle, "正在送往打印机…")
        run.start()

    def reject(self) -> None:
        """Esc, 取消 and the cross: first stop what is being printed, then leave."""
        if self._running is not None:
            self._running.cancel()
        else:
            super().reject()

    def _say(self, sentence: str, role: str = "problem") -> None:
        theme.set_role(self._problem, role)
        self._problem.setText(sentence)
        self._problem.show()


def named_printer(name: str) -> QPrinter:
    """Return the printer called ``name``, at its finest resolution."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPrinterName(name)
    return printer


def warnings_before_printing(problems: Sequence[str], missing: Mapping[str, str]) -> list[str]:
    """Return what to mind: missing entries first, then characters that no font has."""
    found = list(problems)
    for character, where in missing.items():
        found.append(f"{where}中有字体没有的字{name_of(character)}，将印作“〓”")
    return found


def _sentence(error: Exception) -> str:
    if isinstance(error, PrintingFailed | UserError):
        return str(error)
    return "文件没有写成：可能磁盘已满、没有写入权限，或文件正被其他程序打开。请换个位置再试"


def _offset_box(tip: str) -> MillimetreSpin:
    box = MillimetreSpin(_MOST_OFFSET)
    box.setSuffix(" mm")
    box.setPrefix("右 " if "右" in tip else "下 ")
    box.setToolTip(tip)
    box.setAccessibleName(tip)
    return box
