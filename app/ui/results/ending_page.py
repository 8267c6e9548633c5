"""Restoring rights, or the end of a period: materials, steps with days, and the confirmation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.domain.ending import (
    CONFIRMED,
    MATERIAL,
    STEP,
    STOPPED,
    UNDER_WAY,
    Ending,
    EndingItem,
    WholeEnding,
)
from app.domain.fields import display
from app.services.ports import Changes
from app.ui import theme
from app.ui.message_bar import ask_reason
from app.ui.records.check_panel import Finding, findings
from app.ui.records.gate_dialog import exemption_line
from app.ui.records.parts_section import PartsSection
from app.ui.records.record_page import RecordPage
from app.ui.records.sheet import FieldsSection, Section, Sheet
from app.ui.records.typing import replace_parts
from app.ui.roster.entity_form import Place


class EndingPage(RecordPage):
    """The page of one 期满办理."""

    link_requested = Signal(object, object)  # (entity, id), subject id
    kind = "期满办理"
    done = "必填各项已填写。"
    whole: WholeEnding

    def head_of(self, whole: WholeEnding) -> Ending:
        """The record itself."""
        return whole.ending

    def read(self, id_: int) -> WholeEnding:
        """See ``services.endings``."""
        return self.results.open_ending(id_)

    def keep(self) -> Changes:
        """See ``services.endings``."""
        before = [item.due_on for item in self.whole.items]
        changes = self.results.save_ending(self.whole)
        for item, day in zip(self.whole.items, before, strict=True):
            if item.due_on != day:  # the report follows the day of the branch's meeting
                self.sheet.show_field(item, "due_on")
        return changes

    def editable(self) -> bool:
        """Until it was stopped: after the confirmation the last steps go on."""
        return self.whole.ending.state != STOPPED

    def title(self) -> str:
        """Whose, and what."""
        return f"{self.whole.name}：{self.whole.ending.kind}"

    def part_lists(self, whole: WholeEnding) -> Sequence[list[Any]]:
        """Materials and steps."""
        return (whole.items,)

    def make_sections(self) -> Sequence[Section]:
        """What is decided, then what is handed in and done."""
        sheet, whole = self.sheet, self.whole
        head: Section
        if self.head.state == CONFIRMED:
            head = _ConfirmedSection(sheet, whole)
        else:
            head = FieldsSection(
                "办理结果",
                sheet,
                "head",
                self.head,
                (
                    Place("result"),
                    Place("on"),
                    Place("organ"),
                    Place("document_no"),
                    Place("approver"),
                    Place("owner"),
                    Place("notified_on"),
                    Place("remarks", wide=True),
                ),
                caption_width=128,
            )
        return (
            _ItemsSection("材料清单", sheet, "materials", whole, MATERIAL),
            _ItemsSection("办理步骤", sheet, "steps", whole, STEP),
            head,
            self.attachments(Ending, "其他"),
        )

    def findings(self) -> tuple[Sequence[Finding], Any, Any]:
        """What bars the confirmation."""
        if self.head.state != UNDER_WAY:
            return (), (), ()
        problems, closed = self.results.check_ending(self.whole)
        return findings(problems, closed), problems, ()

    def standing(self) -> str:
        """Why it was stopped."""
        return f"已终止：{self.head.stopped}"

    def banner_lines(self) -> Sequence[str]:
        """Every exception, and what the working-day table lacks."""
        lacking = self.results.calendar_warning(self.whole)
        lines = [exemption_line(each) for each in self.whole.exemptions]
        return [*lines, f"{lacking}（管理—工作日表）"] if lacking else lines

    def show_acts(self) -> None:
        """The buttons of this state."""
        if self.head.state == UNDER_WAY:
            self.add_act("确认并更新期限(&T)", self.confirm, role="primary")
            self.add_more("终止办理…", self.stop)
        elif self.head.state == CONFIRMED:
            self.add_act("撤销确认(&W)…", self.take_back)
        self.add_papers()
        self.add_basis(self.head.subject_id)
        self.add_more("查看名册", self._to_roster, looks=True)

    def confirm(self) -> None:
        """Write the event that the periods read."""
        head = self.head
        self.through(
            "确认",
            lambda given: self.results.confirm_ending(
                head.id, exemptions=given, seen=head.revision
            ),
            "已确认，状态事项已写入名册，期限已重新计算",
        )

    def take_back(self) -> None:
        """Take the confirmation back."""
        reason = ask_reason(
            self,
            "撤销确认",
            "写入名册的状态事项将撤回，期限恢复为确认之前；理由留存在日志中。",
            act="撤销确认(&U)",
        )
        if reason is not None and self.save_pending():
            self.attempt(lambda: self.results.take_back_ending(self.head.id or 0, reason))

    def stop(self) -> None:
        """Stop without a result."""
        reason = ask_reason(
            self,
            "终止办理",
            "如本人被开除党籍、另有新的处分或者登记有误。名册中的处分和期限不变。",
            act="终止(&R)",
        )
        if reason is not None and self.save_pending():
            self.attempt(lambda: self.results.stop_ending(self.head.id or 0, reason))

    def _to_roster(self) -> None:
        if self.save_pending():
            subject_id = self.head.subject_id or 0
            self.link_requested.emit(("Subject", subject_id), subject_id)


class _ConfirmedSection(Section):
    """What was confirmed, as the roster has it now."""

    def __init__(self, sheet: Sheet, whole: WholeEnding) -> None:
        super().__init__("办理结果", sheet, "head")
        one = whole.ending
        if not any(event.id == one.event_id for event in whole.events):
            words = "△ 写入名册的状态事项已被删除，请核对名册，或撤销确认后重新办理。"
            self.body.addWidget(theme.label(words, "warning", wrap=True))
        number = f"，{one.document_no}" if one.document_no else ""
        approver = f"，批准人{one.approver}" if one.approver else ""
        told = f"，{display(one.notified_on)}告知本人" if one.notified_on else ""
        self.body.addWidget(
            theme.label(
                f"✓ {one.result}：{display(one.on)}，{one.organ}{number}{approver}{told}。"
                "日期、文号和批准人以名册的状态事项为准，期限由此计算。",
                "good",
                wrap=True,
            )
        )
        if one.remarks.strip():
            self.body.addWidget(theme.label(one.remarks, wrap=True))


class _ItemsSection(PartsSection):
    """Materials, or steps with their days; both lie in one list of the record."""

    def __init__(self, title: str, sheet: Sheet, path: str, whole: WholeEnding, sort: str) -> None:
        super().__init__(title, sheet, path, whole.items, "还没有列出。")
        self._sort = sort
        self._heads: list[tuple[EndingItem, int, QLabel]] = []
        one = whole.ending
        if sort == MATERIAL:
            last = f"，期满日{display(one.last_day)}" if one.last_day else ""
            words = f"所依据的处分：{one.sanction}{last}。清单可按本单位规定增减。"
            self.body.insertWidget(self.body.indexOf(self._rows), theme.label(words, "muted"))
        self.head.addWidget(theme.button(f"＋ 添加{sort}", partial(self._add, sort), role="link"))

    def rebuild(self) -> None:
        """One narrow card per line."""
        self.clear_layout(self._rows)
        self._heads = []
        number = 0
        for place, item in enumerate(self._parts):
            if item.sort != self._sort:
                continue
            number += 1
            made = QWidget()
            column = QVBoxLayout(made)
            theme.margins(column, 0, theme.TINY)
            head = self.row(item, _head(item, number))
            words = head.itemAt(0).widget()
            assert isinstance(words, QLabel)
            self._heads.append((item, number, words))
            column.addLayout(head)
            own = ("due_on", "done_on") if self._sort == STEP else ("done_on", "needed")
            places = [*map(Place, own), Place("note")]
            if not item.title or item.id is None:
                places.insert(0, Place("title", wide=True))
            form = self.sheet.add_form(f"items.{place}", item, places, columns=3, caption_width=64)
            column.addWidget(form)
            self._rows.addWidget(made)
            self.sheet.add_place(f"{self.path}.{place}", made)
        self.sheet.apply_frozen(self)

    def fill(self, path: str, part: Any, column: QVBoxLayout) -> None:
        """Done in ``rebuild``."""

    def show_field(self, entity: Any, name: str) -> None:
        """A line is ticked as soon as its day is typed."""
        for item, number, label in self._heads:
            if item is entity:
                label.setText(_head(item, number))

    def _add(self, sort: str) -> None:
        item = EndingItem(sort=sort)
        command = replace_parts(f"添加{sort}", self._parts, [*self._parts, item], self.rebuild)
        self.sheet.push(command)
        self.sheet.go_to(f"items.{len(self._parts) - 1}")


def _head(item: EndingItem, number: int) -> str:
    return f"{'✓' if item.done_on else '○'} {number}. {item.title or '（未命名）'}"
