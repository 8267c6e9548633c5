"""The sheet with the recovery code: printed or kept as PDF once, then locked away."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QGridLayout, QWidget

from app.services.outside import write_verified
from app.services.ports import UserError
from app.ui import theme
from app.ui.printout import pdf_of

_ADVICE = (
    (
        "忘记口令",
        "在登录窗口点“忘记口令”，输入上面八组字符（大小写、空格不限），设新口令；随后按提示换发恢复码。",
    ),
    (
        "换到新电脑（约15分钟）：需要本页和备份U盘",
        "1. 旧电脑还能用的，先点“备份 → 备份”存到U盘，勾选“附件也装进这一个文件，便于带走”。",
        "2. 在新电脑上装好本程序，打开后选“从备份恢复”。",
        "3. “备份文件”选U盘里以 huifang- 开头、日期最近的一个，“恢复码”输入上面八组字符，点“核验”。",
        "4. 看清备份时间和人数，点“恢复到这台电脑”。",
        "5. 用原来的姓名和口令登录；口令忘了的，点“忘记口令”。",
        "6. 登录后在“备份 → 备份位置”重新设置备份位置，做一次备份。",
    ),
    (
        "保管",
        "任何人持本恢复码和数据或备份，即可读取全部记录：请装入信封密封，与电脑、备份盘分开保管。",
        "程序不保存恢复码；遗失而口令还在的，登录后在“管理 → 换发恢复码”换新的。恢复码和全部口令都遗失，"
        "没有任何人能打开记录。",
        "换发以前做的备份，换电脑时仍要用那时的恢复码：换发后请先另做一份备份，再销毁原来的一页。",
    ),
)
"""What is to be done with the code, by heading: whoever needs it has only this page."""


def groups_of(code: str) -> list[str]:
    """Return the groups of a recovery code as it is printed."""
    return [group for group in code.replace(" ", "-").split("-") if group]


def same_group(typed: str, group: str) -> bool:
    """Whether ``typed`` means ``group``: case and width ignored, O read as 0, I and L as 1."""
    return _plain(typed) == _plain(group)


def _plain(text: str) -> str:
    half = unicodedata.normalize("NFKC", text).upper().replace("-", "")
    return "".join(half.split()).translate(str.maketrans("OIL", "011"))


class CodeGrid(QWidget):
    """The code on screen: numbered groups. Not selectable, so not copied by habit."""

    def __init__(self, code: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.SMALL)
        for place, group in enumerate(groups_of(code)):
            number = theme.label(f"第{place + 1}组", "small")
            number.setAlignment(Qt.AlignmentFlag.AlignCenter)
            words = theme.label(group, "code")
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            words.setAccessibleName(f"第{place + 1}组 {' '.join(group)}")
            row, column = divmod(place, 4)
            grid.addWidget(number, 2 * row, column)
            grid.addWidget(words, 2 * row + 1, column)


def draw(device: QPagedPaintDevice, code: str, account: str, folder: Path, day: date) -> None:
    """Draw the sheet on ``device``, an A4 page. Raises ``UserError`` if it cannot be begun."""
    painter = QPainter()
    if not painter.begin(device):
        raise UserError("无法写入恢复码页，请检查打印机或所选位置后再试")
    try:
        millimetre = painter.device().logicalDpiX() / 25.4
        family = theme.screen_family()

        def write(
            top: float, high: float, text: str, size: float, flags: int, *, bold: bool = False
        ) -> float:
            """Write below ``top``; return how high the text became, in millimetres as all here."""
            font = QFont(family)
            font.setPointSizeF(size)
            font.setBold(bold)
            painter.setFont(font)
            box = QRectF(0, top * millimetre, 170 * millimetre, high * millimetre)
            drawn: QRectF = painter.boundingRect(box, flags, text)
            painter.drawText(box, flags, text)
            return drawn.height() / millimetre

        centre = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        left = int(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        )
        write(0, 14, "回访关爱　恢复码", 22, centre, bold=True)
        write(
            18, 8, f"账户：{account}　　制发日期：{day.year}年{day.month}月{day.day}日", 11, centre
        )
        write(26, 8, f"数据文件夹：{folder}", 9, centre)
        _draw_groups(painter, millimetre, code)
        top = 94.0
        for heading, *sentences in _ADVICE:
            write(top, 7, heading, 11, left, bold=True)
            top += 7
            for sentence in sentences:
                high = write(top, 20, sentence, 10, left)
                top += high + 1.5
            top += 3
        write(top + 2, 8, "保管人（签名）：________________　　密封日期：____年__月__日", 11, left)
    finally:
        painter.end()


def _draw_groups(painter: QPainter, millimetre: float, code: str) -> None:
    font = QFont("DejaVu Sans Mono")
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPointSizeF(20)
    font.setBold(True)
    small = QFont(theme.screen_family())
    small.setPointSizeF(8)
    painter.setPen(QPen(Qt.GlobalColor.black, 0.3 * millimetre))
    for place, group in enumerate(groups_of(code)):
        row, column = divmod(place, 4)
        box = QRectF(
            column * 42.5 * millimetre,
            (40 + row * 26) * millimetre,
            40 * millimetre,
            20 * millimetre,
        )
        painter.drawRect(box)
        painter.setFont(small)
        label = QRectF(box.left(), box.top() + millimetre, box.width(), 5 * millimetre)
        painter.drawText(label, Qt.AlignmentFlag.AlignHCenter, f"第{place + 1}组")
        painter.setFont(font)
        painter.drawText(box.adjusted(0, 5 * millimetre, 0, 0), Qt.AlignmentFlag.AlignCenter, group)


def _page() -> QPageLayout:
    size = QPageSize(QPageSize.PageSizeId.A4)
    return QPageLayout(
        size,
        QPageLayout.Orientation.Portrait,
        QMarginsF(20, 25, 20, 20),
        QPageLayout.Unit.Millimeter,
    )


def write_pdf(target: Path, code: str, account: str, folder: Path, day: date) -> None:
    """Write the sheet as a PDF file. Raises ``UserError`` if the file cannot be written."""
    data = pdf_of(
        "回访关爱 恢复码", _page(), lambda writer: draw(writer, code, account, folder, day)
    )
    try:
        write_verified(target, data)
    except OSError as error:
        raise UserError(f"无法写入“{target}”，请换一个位置") from error


def print_sheet(parent: QWidget, code: str, account: str, folder: Path, day: date) -> bool:
    """Ask for a printer and print the sheet; return whether it was sent."""
    from PySide6.QtPrintSupport import QPrinter

    from app.ui.printout import choose_printer

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(_page())
    printer.setDocName("恢复码")
    if not choose_printer(printer, "打印恢复码", parent):
        return False
    draw(printer, code, account, folder, day)
    return True
