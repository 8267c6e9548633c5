"""What opens a backup: the password of an account, or the recovery code."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QWidget

from app.ui import theme
from app.ui.field_editor import EnterMoves
from app.ui.password_line import PasswordLine


class FileAndSecret(QWidget):
    """Two rows: the backup file, and what opens it."""

    def __init__(
        self, browse: Callable[[], object], parent: QWidget | None = None, *, by_code: bool = False
    ) -> None:
        """``by_code``: the data are not on this PC, and only the recovery code opens the file."""
        super().__init__(parent)
        self.path = QLineEdit()
        self.path.setAccessibleName("备份文件")
        EnterMoves(self.path)
        opens = "恢复码" if by_code else "口令或恢复码"
        self.secret = PasswordLine(opens)
        if by_code:
            self.secret.line.setPlaceholderText("照恢复码那一页抄写8组字符，大小写和空格不限")
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        chooser = theme.button("浏览(&W)…", browse)
        row.addWidget(chooser)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(theme.MEDIUM)
        form.addRow("备份文件", row)
        form.addRow(opens, self.secret)
        # Enter leads from the file to what opens it, not to the button between them.
        QWidget.setTabOrder(self.path, self.secret.line)
        QWidget.setTabOrder(self.secret.line, chooser)
