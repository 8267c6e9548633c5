"""签批: who decided, when, with which opinion, and what proves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFormLayout, QHBoxLayout, QRadioButton, QWidget

from app.domain.fields import FieldKind, FieldSpec
from app.domain.plan import OWN_ACCOUNT, SIGNED_SCAN
from app.domain.signature import Signature
from app.domain.staff import Staff
from app.services.ports import UserError
from app.ui import theme
from app.ui.dialog import Dialog, choose_scans
from app.ui.fields import ChoiceField, DayField, LongTextField, TextField, caption
from app.ui.records.typed import keep_words

_SIGNER = FieldSpec(FieldKind.CHOICE, "签批人", required=True, max_length=40, free=True)
_ON = FieldSpec(FieldKind.DAY, "签批日期", required=True)
_OPINION = FieldSpec(FieldKind.LONG_TEXT, "签批意见", max_length=2_000)
_SCAN = FieldSpec(
    FieldKind.TEXT,
    "签批扫描件",
    max_length=200,
    help="选择扫描好的文件；暂时没有扫描的，写明原件存放处（如 案卷2026-12 第3页），并说明理由",
)


class SignatureDialog(Dialog):
    """Records that a list or a plan was approved; closes once ``sign`` has kept it."""

    def __init__(
        self,
        title: str,
        what: str,
        *,
        staff: Sequence[Staff],
        account: str,
        today: date,
        sign: Callable[[Signature], bool],
        act: str,
        attach: Callable[[Path], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent, lead=what, icon_name="edit", width=620)
        self._sign, self._attach = sign, attach
        self._file: Path | None = None
        principals = [one for one in staff if one.principal and one.active]
        mine = next((one for one in principals if one.account and one.account == account), None)
        self.signer = ChoiceField(
            FieldSpec(
                _SIGNER.kind,
                _SIGNER.label,
                required=True,
                free=True,
                max_length=40,
                choices=tuple(one.name for one in principals),
            )
        )
        self.signer.show_value((mine or principals[0]).name if principals else "")
        self.on = DayField(_ON)
        self.on.show_value(today)
        self.opinion = LongTextField(_OPINION, fewest=2, most=5)
        self.opinion.show_value("同意。")
        keep_words(self.opinion.control, self, "审批意见", what[:40])
        self.scan = TextField(_SCAN)
        self.scan.edited.connect(self._forget_file)
        self.by_account = QRadioButton(f"{OWN_ACCOUNT}：当前登录的“{account}”就是签批人本人")
        self.by_scan = QRadioButton(f"{SIGNED_SCAN}：审批单已签字，附入扫描件")
        (self.by_account if mine else self.by_scan).setChecked(True)
        self.by_account.toggled.connect(self._show_scan)
        card = theme.Card()
        rows = QFormLayout()
        for editor in (self.signer, self.on, self.opinion):
            rows.addRow(caption(editor.spec, editor), editor)
        rows.addRow(theme.label("签批方式 *"), self.by_account)
        rows.addRow(theme.label(""), self.by_scan)
        self._scan_row = QWidget()
        line = QHBoxLayout(self._scan_row)
        theme.margins(line, 0, theme.SMALL)
        line.addWidget(self.scan, 1)
        line.addWidget(theme.button("选择文件(&F)…", self._choose))
        self._scan_caption = caption(_SCAN, self.scan)
        rows.addRow(self._scan_caption, self._scan_row)
        card.body.addLayout(rows)
        self.body.addWidget(card)
        if not principals:
            self.body.addWidget(
                theme.label(
                    "△ 工作人员名单中还没有“学校纪委主要负责人”，请在“管理—工作人员”中登记，"
                    "以便程序核对签批人。",
                    "warning",
                    wrap=True,
                )
            )
        self.offer("取消(&C)", self.reject)
        self.press = self.offer(act, self._on_sign, role="primary", default=True)
        self._show_scan()

    def signature(self) -> Signature:
        """Return what is typed."""
        on = self.on.value()
        return Signature(
            signer=self.signer.value().strip(),
            on=on if isinstance(on, date) else None,
            means=OWN_ACCOUNT if self.by_account.isChecked() else SIGNED_SCAN,
            scan="" if self.by_account.isChecked() else self.scan.value().strip(),
            opinion=self.opinion.value().strip(),
        )

    def _on_sign(self) -> None:
        if not self.on.settle():
            self.on.setFocus()
            return
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            if self.by_scan.isChecked() and self._file is not None and self._attach is not None:
                self._attach(self._file)  # before the gate: it asks for the signed sheet
                self._file = None  # hangs there now, whatever the gate says
        except UserError as error:
            self.say(error)
            return
        finally:
            QApplication.restoreOverrideCursor()
        try:
            if self._sign(self.signature()):
                self.accept()
        except UserError as error:
            self.say(error)

    def _show_scan(self) -> None:
        shown = self.by_scan.isChecked()
        self._scan_row.setVisible(shown)
        self._scan_caption.setVisible(shown)

    def _choose(self) -> None:
        kinds = "扫描件 (*.pdf *.jpg *.jpeg *.png *.tif *.tiff)"
        for file in choose_scans(self, "选择已签字的审批单扫描件", kinds):
            self.take(file)

    def take(self, file: Path) -> None:
        """Name the scanned sheet that is attached once the signature is recorded."""
        self._file = file
        self.scan.show_value(file.name[:200])
        self.say("扫描件将加密附入这份记录" if self._attach else "", "muted")

    def _forget_file(self, _text: str) -> None:
        self._file = None  # what is typed by hand says where the paper is
