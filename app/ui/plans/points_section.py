"""The talk points of a plan: whom to ask what, by the six items of article 7."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.fields import form_fields
from app.domain.plan import AUDIENCES, ITEMS, TalkPoint, WholePlan
from app.ui import theme
from app.ui.message_bar import Question
from app.ui.records.sheet import Section, Sheet
from app.ui.records.typing import replace_parts
from app.ui.roster.entity_form import LinkField, Place

_ITEM_WIDTH = 96
_TOP = Qt.AlignmentFlag.AlignTop


class PointsSection(Section):
    """Points below each other by audience; they can be proposed anew from what is known."""

    def __init__(
        self,
        sheet: Sheet,
        whole: WholePlan,
        propose: Callable[[], Sequence[TalkPoint]],
    ) -> None:
        super().__init__("谈话要点", sheet, "points")
        self._whole, self._propose = whole, propose
        self.head.addWidget(
            theme.button(
                "重新拟定…",
                self.propose_again,
                role="link",
                tip="按处分、单位、上次回访和未办结诉求",
            )
        )
        self.body.addWidget(
            theme.label(
                "办法第七条："
                + "；".join(f"{item}{words}" for item, words in ITEMS.items())
                + "。",
                "small",
                wrap=True,
            )
        )
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.TINY)
        self.body.addLayout(self._rows)

    def rebuild(self) -> None:
        """Show the points as they are now."""
        self.clear_layout(self._rows)
        for audience in AUDIENCES:
            head = QWidget()
            row = QHBoxLayout(head)
            row.setContentsMargins(0, theme.SMALL, 0, 0)
            row.addWidget(theme.label(f"对{audience}", "heading"))
            row.addStretch(1)
            row.addWidget(
                theme.button("＋ 添加要点", partial(self.add_point, audience), role="link")
            )
            self._rows.addWidget(head)
            for number, point in enumerate(self._whole.points):
                if point.audience == audience:
                    self._rows.addWidget(self._line(number, point))
        self.sheet.apply_frozen(self)

    def _line(self, number: int, point: TalkPoint) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        theme.margins(row, 0, theme.SMALL)
        several = len(self._whole.people) > 1
        names = [Place("item")]
        form = self.sheet.add_form(f"points.{number}", point, names, columns=1, caption_width=0)
        form.setFixedWidth(_ITEM_WIDTH)
        row.addWidget(form)
        words = self.sheet.add_form(
            f"points.{number}", point, [Place("words", wide=True)], columns=1, caption_width=0
        )
        row.addWidget(words, 1)
        if several:
            link = LinkField(form_fields(TalkPoint)["subject_id"])
            link.set_targets(
                [(one.subject_id, one.name) for one in self._whole.people if one.subject_id]
            )
            link.control.setItemText(0, "全体对象")
            link.show_value(point.subject_id)
            link.edited.connect(partial(self.sheet.typed, point, "subject_id"))
            link.setFixedWidth(104)
            row.addWidget(link)
        away = theme.button("移除", partial(self._remove, point), role="link")
        row.addWidget(away)
        for part in range(row.count()):
            row.setAlignment(row.itemAt(part).widget(), _TOP)
        self.sheet.add_place(f"points.{number}", made)
        return made

    def add_point(self, audience: str) -> None:
        """Add an empty point for an audience, to be written."""
        point = TalkPoint(audience=audience, item=next(iter(ITEMS)))
        self.replace("添加要点", [*self._whole.points, point])
        self.sheet.go_to(f"points.{len(self._whole.points) - 1}.words")

    def propose_again(self) -> None:
        """Offer the points that the templates propose now: in place of, or beside, what is there."""
        proposed = list(self._propose())
        known = {(one.audience, one.words.strip()) for one in self._whole.points}
        fresh = [one for one in proposed if (one.audience, one.words.strip()) not in known]
        question = Question(
            self,
            "重新拟定谈话要点",
            f"按现在的处分、单位、回访方式、上次回访和未办结诉求，共拟出 {len(proposed)} 条要点，"
            f"其中 {len(fresh)} 条与现有的不同。替换后可按 Ctrl+Z 撤销。",
            kind="info",
        )
        if fresh:
            question.offer("add", f"补入不同的 {len(fresh)} 条(&A)", role="primary", default=True)
        question.offer("replace", "全部替换(&R)")
        question.offer("", "不变(&N)", default=not fresh)
        match question.ask():
            case "add":
                self.replace("补入要点", [*self._whole.points, *fresh])
            case "replace":
                self.replace("重新拟定要点", proposed)

    def _remove(self, point: TalkPoint) -> None:
        self.replace("移除要点", [one for one in self._whole.points if one is not point])

    def replace(self, title: str, points: list[TalkPoint]) -> None:
        """Put these points in place of those there, by audience; it can be undone."""
        ordered = [one for audience in AUDIENCES for one in points if one.audience == audience]
        rest = [one for one in points if one.audience not in AUDIENCES]
        self.sheet.push(replace_parts(title, self._whole.points, [*ordered, *rest], self.rebuild))
