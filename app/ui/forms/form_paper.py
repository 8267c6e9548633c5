"""What is chosen for one form beyond typing: 缩至一页, and copying from the person's former form."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.domain.form_filling import Offer
from app.domain.form_life import box_names
from app.services.paper_acts import PaperActs
from app.services.ports import UserError
from app.ui.forms.form_editor import FormEditor
from app.ui.forms.offers_dialog import OffersDialog
from app.ui.message_bar import MessageBar

_NEVER_COPIED = ("reported_on", "visited_on")  # another visit, another day
_LEAD = (
    "下列各栏与这个人的上一份登记表不同。勾选的改用上一份的文字，可以撤销；"
    "照抄的内容请务必按这次回访的情况改写。"
)


class FormPaper(QObject):
    """Puts what was chosen into the form as one step that can be undone."""

    refused = Signal()  # 缩至一页 is not possible

    def __init__(
        self, editor: FormEditor, acts: PaperActs, messages: MessageBar, window: QWidget
    ) -> None:
        super().__init__(window)
        self._editor, self._acts = editor, acts
        self._messages, self._window = messages, window

    def choose_one_page(self, wanted: bool) -> None:
        """Set the form on one page, saying at which size; or say that it does not fit."""
        form = self._editor.snapshot()
        if form is None or form.one_page is wanted:
            return
        if not wanted:
            self._editor.put("不缩至一页", {"one_page": False})
            self._messages.show_info("已恢复正常字号，按内容分页")
            return
        try:
            size = self._acts.one_page_size(form)
        except UserError as error:
            self._messages.show_error(error)
            self.refused.emit()
            return
        if size is None:
            self._messages.show_warning(
                "内容太多：缩到最小字号 10.5 磅也放不进一页，没有缩小。请精简文字，或按两页打印"
            )
            self.refused.emit()
            return
        self._editor.put("缩至一页", {"one_page": True})
        self._messages.show_info(f"可以排在一页，正文字号 {size:g} 磅")

    def copy_previous(self) -> None:
        """Offer the texts of the person's former form, box by box."""
        form = self._editor.snapshot()
        if form is None:
            return
        try:
            former = self._acts.previous_form(form)
        except UserError as error:
            self._messages.show_error(error)
            return
        if former is None:
            self._messages.show_info("这个人没有更早的登记表")
            return
        source = f"上一份登记表（回访 {former.visited_on or '时间未填'}）"
        found = [
            Offer(name, getattr(form, name), getattr(former, name), source)
            for name in box_names()
            if name not in _NEVER_COPIED and getattr(former, name) not in ("", getattr(form, name))
        ]
        if not found:
            self._messages.show_info("各栏与上一份登记表相同，没有可照抄的内容")
            return
        dialog = OffersDialog(
            found, self._window, title="照抄上一份", lead=_LEAD, whose="上一份的内容"
        )
        if dialog.exec() and (taken := dialog.taken()):
            self._editor.put("照抄上一份", {offer.field: offer.new for offer in taken})
        dialog.deleteLater()
