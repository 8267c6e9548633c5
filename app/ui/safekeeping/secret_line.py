"""What opens a backup: the password of an account, or the recovery code."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QWidget

from app.ui import theme
from app.ui.field_editor import EnterMoves
from app.ui.password_line import PasswordLine


class FileAndSecret(QWidget):
    """Two rows: the backup file, and what opens it."""

    def __init__(self, browse: object, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = QLineEdit()
        self.path.setAccessibleName("备份文件")
        EnterMoves(self.path)
        self.secret = PasswordLine("口令或恢复码")
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(theme.button("浏览(&W)…", browse))  # type: ignore[arg-type]
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(theme.MEDIUM)
        form.addRow("备份文件", row)
        form.addRow("口令或恢复码", self.secret)
