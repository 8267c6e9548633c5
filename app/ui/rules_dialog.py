"""关于规则: what is in force and where it was taken from; what a new rule file would move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.jobs import JobRunner
from app.ui.theme import Card

MOST_SHOWN = 200  # people moved; more are counted


class RulesDialog(Dialog):
    """Which version of which rule is in force today; a proposed one is adopted here, or not."""

    def __init__(
        self,
        rules: Any,
        parent: QWidget | None = None,
        *,
        notice: str = "",
        moves: Callable[[], Sequence[Any]] | None = None,
        adopt: Callable[[], int] | None = None,
        jobs: JobRunner | None = None,
        today: date | None = None,
    ) -> None:
        super().__init__(
            "关于规则",
            parent,
            lead="期限按作出处分决定之日施行的版本计算；规则更新不改变已经记录的结果。",
            icon_name="law",
            width=680,
        )
        self._moves, self._adopt, self._jobs = moves, adopt, jobs
        self.adopted = False
        if notice:
            self._proposal = Card("本单位的规则文件")
            self._proposal.body.addWidget(theme.label(f"△ {notice}", "warning", wrap=True))
            self.body.addWidget(self._proposal)
        in_force = rules.in_force(today or date.today()) if rules is not None else ()
        for version in in_force:
            self.body.addWidget(_rule_card(version))
        if not in_force:
            self.body.addWidget(
                theme.label("没有读到规则文件，请重新安装程序。", "problem", wrap=True)
            )
        self._adopt_button = self.offer("采用新规则(&A)", self._begin_adopting, left=True)
        self._adopt_button.hide()
        self.offer("关闭(&C)", self.reject, role="primary", default=True)
        if notice and moves is not None and jobs is not None:
            QTimer.singleShot(0, self, self._begin_comparing)

    def _begin_comparing(self) -> None:
        assert self._jobs is not None and self._moves is not None
        moves = self._moves
        handle = self._jobs.run(lambda _progress: moves(), self._on_compared, self.say)
        self.be_busy(handle, "正在比较新旧规则…")

    def _on_compared(self, moved: Sequence[Any]) -> None:
        told = (
            f"采用后有 {len(moved)} 人的认定或期限会变："
            if moved
            else "采用后没有人的认定或期限会变。"
        )
        self._proposal.body.addWidget(theme.label(told, wrap=True))
        for one in moved[:MOST_SHOWN]:
            line = f"{one.name}：{'；'.join(one.moves)}"
            self._proposal.body.addWidget(theme.label(line, "small", wrap=True))
        if len(moved) > MOST_SHOWN:
            rest = f"……另有 {len(moved) - MOST_SHOWN} 人"
            self._proposal.body.addWidget(theme.label(rest, "small"))
        self._adopt_button.show()

    def _begin_adopting(self) -> None:
        assert self._jobs is not None and self._adopt is not None
        adopt = self._adopt
        handle = self._jobs.run(lambda _progress: adopt(), self._on_adopted, self.say)
        self.be_busy(handle, "正在按新规则重新计算…")

    def _on_adopted(self, _count: int) -> None:
        self.adopted = True
        self.accept()


def _rule_card(rule: Any) -> Card:
    from app.domain.rulebook import CERTAINTY_WORDS

    card = Card(rule.name)
    since = f"自{rule.since.year}年{rule.since.month}月{rule.since.day}日起适用"
    card.body.addWidget(theme.label(since))
    source = f"来源：{rule.source}（{CERTAINTY_WORDS[rule.certainty]}）"
    card.body.addWidget(theme.label(source, "small", wrap=True))
    if rule.doubt:
        card.body.addWidget(theme.label(f"△ {rule.doubt}", "warning", wrap=True))
    return card
