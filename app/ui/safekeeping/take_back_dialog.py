"""Taking a restore back: which of the kept records, and the password that opens them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QFormLayout, QWidget

from app.services.entrance import Entrance
from app.ui import theme
from app.ui.calm_combo_box import CalmComboBox
from app.ui.dialog import Dialog
from app.ui.jobs import JobRunner
from app.ui.password_line import PasswordLine
from app.ui.safekeeping.consent_dialog import Order, ask_consent


class TakeBackDialog(Dialog):
    """Leaves an ``order``: the kept folder and the secret; the records are closed first."""

    def __init__(
        self,
        entrance: Entrance,
        folder: Path,
        formers: Sequence[Path],
        jobs: JobRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "撤回恢复",
            parent,
            lead="把恢复之前另存的记录放回原处。现有的记录同样另存一份，需要时可以再换回来。",
            icon_name="restore",
            width=560,
        )
        self._entrance, self._folder, self._jobs = entrance, folder, jobs
        self._formers = list(formers)
        self.order: Order | None = None
        self.which = CalmComboBox()
        self.which.setAccessibleName("恢复之前的记录")
        self.which.addItems([former_words(one) for one in self._formers])
        self.secret = PasswordLine("口令或恢复码", moves=False)
        form = QFormLayout()
        form.setSpacing(theme.SMALL)
        form.addRow(theme.label("放回哪一份"), self.which)
        form.addRow(theme.label("口令或恢复码"), self.secret)
        self.body.addLayout(form)
        self.offer("取消(&C)", self.reject)
        self.offer("放回并撤回恢复(&U)", self._on_act, role="danger", default=True)
        self.secret.line.setFocus()

    def _on_act(self) -> None:
        if not self.secret.text():
            self.say("请输入口令或恢复码")
            return
        order = Order(self._formers[self.which.currentIndex()], self.secret.text())
        ask_consent(
            self,
            self._entrance,
            self._folder,
            order,
            self._jobs,
            question=f"现有记录将换回{former_words(order.file)}；现有记录另存为安全副本。"
            "程序先关闭当前记录，完成后请重新登录。",
            act="放回并撤回恢复(&B)",
            then=self._on_agreed,
        )

    def _on_agreed(self, order: Order) -> None:
        self.order = order
        self.accept()


def former_words(former: Path) -> str:
    """Return when the records in a kept folder were replaced."""
    try:
        at = datetime.strptime(former.name[:22], "former-%Y%m%d-%H%M%S")
    except ValueError:
        return former.name
    return f"{at:%Y-%m-%d %H:%M} 恢复之前的记录"
