"""The cards of a result: what it is, what it demands, who was told, letters, and the volume."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.domain.fields import display
from app.domain.filing import (
    Expected,
    FilingPaper,
    WholeFiling,
    page_spans,
    page_total,
    paper_key,
)
from app.domain.outcome import (
    AUDIENCES,
    DECIDED,
    OUTCOMES,
    URGE,
    URGE_TALK,
    Feedback,
    OutcomeAct,
    UnitReminder,
    act_state,
)
from app.ui import theme
from app.ui.records.sheet import Section, Sheet
from app.ui.records.typing import replace_parts
from app.ui.roster.entity_form import Place

_TOP = Qt.AlignmentFlag.AlignTop


class RowsSection(Section):
    """Lines below each other, each with what can be done about it; subclasses fill them."""

    def __init__(self, title: str, sheet: Sheet, path: str) -> None:
        super().__init__(title, sheet, path)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(theme.TINY)
        self.body.addLayout(self.rows)

    def line(
        self,
        words: str,
        *acts: tuple[str, Callable[[], object]],
        role: str = "",
        reads: Sequence[str] = (),
    ) -> None:
        """Add a line of words with its acts at the right; ``reads``: which of them change no record."""
        made = QWidget()
        row = QHBoxLayout(made)
        theme.margins(row, 0, theme.SMALL)
        row.addWidget(theme.label(words, role, wrap=True), 1)
        for text, act in acts:
            button = theme.button(text, act, role="link")
            button.setAccessibleName(f"{text}：{words[:40]}")
            if text in reads:
                button.setProperty("reads", True)
            row.addWidget(button, 0, _TOP)
        self.rows.addWidget(made)

    def offer(self, text: str, act: Callable[[], object]) -> None:
        """Put a button into the head of the card."""
        self.head.addWidget(theme.button(text, act, role="link"))

    def rebuild(self) -> None:
        """Show the lines as they are now."""
        self.clear_layout(self.rows)
        self.fill()
        self.sheet.apply_frozen(self)

    def fill(self) -> None:
        """Add the lines."""
        raise NotImplementedError


class ResultSection(Section):
    """One of the three of article 9 with its words; read only once it is decided."""

    def __init__(self, sheet: Sheet, whole: WholeFiling) -> None:
        super().__init__("回访结果（办法第九条）", sheet, "result")
        self._outcome = whole.result.outcome
        self._article = theme.label("", "muted", wrap=True)
        if self._outcome.state == DECIDED:
            self._show_decided()
            return
        self.body.addWidget(
            sheet.add_form(
                "",
                self._outcome,
                (
                    Place("item"),
                    Place("serious"),
                    Place("decided_on"),
                    Place("decided_by"),
                ),
            )
        )
        self.body.addWidget(self._article)
        self.body.addWidget(
            sheet.add_form(
                "", self._outcome, (Place("grounds", wide=True), Place("remarks", wide=True))
            )
        )
        self._show_article()

    def show_field(self, entity: Any, name: str) -> None:
        """The words of the article follow the choice."""
        if entity is self._outcome and name == "item":
            self._show_article()

    def _show_article(self) -> None:
        words = OUTCOMES.get(self._outcome.item, "")
        self._article.setText(words or "请在三项中选定一项；选定后这里显示办法原文。")

    def _show_decided(self) -> None:
        one = self._outcome
        serious = "　△ 情节严重" if one.serious else ""
        for words, role in (
            (f"{one.item}{serious}　{display(one.decided_on)}，{one.decided_by}认定", "heading"),
            (OUTCOMES.get(one.item, ""), "muted"),
            (f"认定依据：\n{one.grounds}", ""),
            (f"备注：{one.remarks}" if one.remarks.strip() else "", ""),
        ):
            if words:
                self.body.addWidget(theme.label(words, role, wrap=True))


class ActsSection(RowsSection):
    """What the result demands, until when, and how far it is."""

    def __init__(
        self,
        sheet: Sheet,
        whole: WholeFiling,
        today: date,
        *,
        add: Callable[[], object],
        work_on: Callable[[OutcomeAct], object],
    ) -> None:
        super().__init__("办理事项", sheet, "acts")
        self._whole, self._today, self._work_on = whole.result, today, work_on
        if whole.result.outcome.state == DECIDED:
            self.offer("＋ 增加事项", add)

    def fill(self) -> None:
        """One line per act."""
        for act in self._whole.acts:
            done = act_state(act, self._whole)
            late = done is None and not act.waived and act.due_on and act.due_on < self._today
            if done is not None:
                words, role = f"✓ {act.kind}　{display(done)}办结", "good"
            elif act.waived.strip():
                words, role = f"— {act.kind}　不再办理：{act.waived}", "muted"
            else:
                mark, said = ("!", "已超期") if late else ("○", "未办结")
                owner = f"，{act.owner}" if act.owner.strip() else ""
                words = f"{mark} {act.kind}　时限{display(act.due_on)}{owner}，{said}"
                role = "problem" if late else ""
            self.line(words, ("办理…", partial(self._work_on, act)), role=role)
        if not self._whole.acts:
            self.line(
                "结果确定后，第九条要求的反馈、督促、教育提醒等事项会列在这里。", role="muted"
            )


class FeedbackSection(RowsSection):
    """Who was told the result, how and when. Without a line here nobody was."""

    def __init__(
        self,
        sheet: Sheet,
        whole: WholeFiling,
        *,
        add: Callable[[str], object],
        change: Callable[[Feedback], object],
        papers: Callable[[Any], object],
    ) -> None:
        super().__init__("反馈记录", sheet, "feedbacks")
        self._whole, self._change, self._papers = whole.result, change, papers
        if whole.result.outcome.state == DECIDED:
            for audience in AUDIENCES:
                self.offer(f"＋ 向{audience}反馈", partial(add, audience))

    def fill(self) -> None:
        """One line per feedback."""
        for one in self._whole.feedbacks:
            receipt = f"，{display(one.receipt_on)}签收" if one.receipt_on else ""
            words = (
                f"✓ {one.audience}（{one.receiver}）　{display(one.on)}{one.means}反馈，"
                f"反馈人{one.by}{receipt}"
            )
            if one.response.strip():
                words += f"\n对方意见：{one.response.strip()}"
            self.line(
                words,
                ("回执和附件…", partial(self._papers, one)),
                ("修改…", partial(self._change, one)),
                reads=["回执和附件…"],
            )
        if not self._whole.feedbacks:
            self.line(
                "还没有反馈记录。反馈函打印送达后请在这里登记；没有记录不算已反馈。", role="muted"
            )


class LettersSection(RowsSection):
    """Letters that urge the unit, and its replies."""

    def __init__(
        self,
        sheet: Sheet,
        whole: WholeFiling,
        today: date,
        *,
        add: Callable[[str], object],
        change: Callable[[UnitReminder], object],
        papers: Callable[[Any], object],
    ) -> None:
        super().__init__("督促提醒函", sheet, "reminders")
        self._whole, self._today = whole.result, today
        self._change, self._papers = change, papers
        if whole.result.outcome.state == DECIDED:
            self.offer("＋ 拟督促函", partial(add, URGE))
            self.offer("＋ 拟教育提醒函", partial(add, URGE_TALK))

    def fill(self) -> None:
        """One line per letter."""
        for one in self._whole.reminders:
            role = ""
            if one.sent_on is None:
                said = "○ 拟稿，尚未发出"
            elif one.replied_on is None:
                late = one.reply_by is not None and one.reply_by < self._today
                role = "problem" if late else ""
                said = (
                    f"{'!' if late else '○'} {display(one.sent_on)}发出，"
                    f"请于{display(one.reply_by)}前回复{'，已超期' if late else ''}"
                )
            else:
                said = f"✓ {display(one.sent_on)}发出，{display(one.replied_on)}回复：{one.reply}"
            act = "修改…" if one.replied_on or one.sent_on is None else "登记回复…"
            self.line(
                f"{one.kind}（{one.recipient}）　{said}",
                ("附件…", partial(self._papers, one)),
                (act, partial(self._change, one)),
                role=role,
                reads=["附件…"],
            )
        if not self._whole.reminders:
            self.line(
                "没有函件。第二、三项结果须督促所在单位党组织，请拟函并写明回复期限。", role="muted"
            )


class FilingSection(Section):
    """Number, custody and hands of the volume; above them what the file should hold."""

    def __init__(
        self, sheet: Sheet, whole: WholeFiling, open_link: Callable[[Expected], object]
    ) -> None:
        super().__init__("归档（办法第十条）", sheet, "filing_card")
        self._whole, self._open = whole, open_link
        self._lines = QVBoxLayout()
        self._lines.setSpacing(theme.TINY)
        self.body.addLayout(self._lines)
        self.body.addWidget(
            sheet.add_form(
                "filing",
                whole.entry,
                (
                    Place("title", wide=True),
                    Place("file_number"),
                    Place("custody"),
                    Place("fonds"),
                    Place("catalogue"),
                    Place("compiled_by"),
                    Place("compiled_on"),
                    Place("checked_by"),
                    Place("filed_on"),
                    Place("handed_by"),
                    Place("handed_to"),
                    Place("remarks", wide=True),
                ),
            )
        )

    def rebuild(self) -> None:
        """Say of each paper whether it is there, and listed; what is not leads to where it is made."""
        self.clear_layout(self._lines)
        listed = {paper.sort for paper in self._whole.papers}
        here = QWidget()
        grid = QGridLayout(here)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.LARGE)
        grid.setVerticalSpacing(2)
        for number, one in enumerate(self._whole.expected):
            row, column = divmod(number, 2)
            if one.there and one.sort in listed:
                words, role = f"✓ {one.sort}", "good"
            elif one.there:
                words, role = f"△ {one.sort}（未列入卷内目录）", "warning"
            else:
                words, role = f"× {one.sort}（{one.reason}）", "problem"
            cell = QHBoxLayout()
            cell.addWidget(theme.label(words, role))
            if not one.there:
                go = theme.button("去处理", partial(self._open, one), role="link")
                go.setProperty("reads", True)
                go.setAccessibleName(f"去处理：{one.sort}")
                cell.addWidget(go)
            cell.addStretch(1)
            grid.addLayout(cell, row, column)
        self._lines.addWidget(here)
        self.sheet.add_place("expected", here)


class PapersSection(RowsSection):
    """卷内目录: the papers in the order of the file; pages follow each other."""

    def __init__(
        self,
        sheet: Sheet,
        whole: WholeFiling,
        *,
        propose: Callable[[], Sequence[FilingPaper]],
        edit: Callable[..., FilingPaper | None],
        listed: Callable[[], object],
    ) -> None:
        """``listed`` is called when other papers are on the list."""
        super().__init__("卷内目录", sheet, "papers")
        self._papers, self._propose, self._edit = whole.papers, propose, edit
        self._known = whole.known
        self._listed = listed
        self._abouts: list[QLabel] = []
        self._total = theme.label("", "small")
        self.head.addWidget(self._total)
        self.offer("按办理情况列出", self.propose)
        self.offer("＋ 添加文件", self.add)

    def fill(self) -> None:
        """A line per paper with its pages."""
        self._abouts = []
        for number, paper in enumerate(self._papers):
            made = QWidget()
            row = QHBoxLayout(made)
            theme.margins(row, 0, theme.SMALL)
            words = QVBoxLayout()
            words.setSpacing(0)
            words.addWidget(theme.label(f"{number + 1}. {paper.title}", wrap=True))
            self._abouts.append(theme.label("", "small", wrap=True))
            words.addWidget(self._abouts[-1])
            row.addLayout(words, 1)
            row.addWidget(self._pages_of(number, paper), 0, _TOP)
            for text, name, act in (
                ("修改…", "修改", partial(self.change, number)),
                ("↑", "上移", partial(self.shift, number, -1)),
                ("↓", "下移", partial(self.shift, number, 1)),
                ("移除", "移除", partial(self.remove, number)),
            ):
                button = theme.button(text, act, role="link")
                button.setAccessibleName(f"{name}：{paper.title}")
                row.addWidget(button, 0, _TOP)
            self.rows.addWidget(made)
        if not self._papers:
            self.line("还没有列出卷内文件。点“按办理情况列出”，再补填页数。", role="muted")
        self._show_pages()
        self._listed()

    def _pages_of(self, number: int, paper: FilingPaper) -> QWidget:
        """Return where the pages are typed, or how many the scan has."""
        known = self._known.get(paper_key(paper))
        if known is not None and paper.pages == known:
            made: QWidget = theme.label(f"{known}页（按扫描件）", "muted")
            made.setContentsMargins(0, theme.SMALL, 0, 0)  # beside the fields of the others
            made.setToolTip("页数取自附件或签名的登记表，不必填写；更换扫描件后自动更新")
            self.sheet.add_place(f"papers.{number}.pages", made)
        else:
            made = self.sheet.add_form(
                f"papers.{number}", paper, (Place("pages"),), columns=1, caption_width=44
            )
        made.setFixedWidth(150)
        return made

    def show_field(self, entity: Any, name: str) -> None:
        """Pages typed move the pages of what follows; the line with the cursor stays."""
        if name == "pages" and any(entity is one for one in self._papers):
            self._show_pages()

    def propose(self) -> None:
        """List what the records show and the list lacks."""
        from app.services.filing_papers import add_missing_papers

        fresh = add_missing_papers(self._papers, self._propose())
        if len(fresh) > len(self._papers):
            self.sheet.push(replace_parts("列出卷内文件", self._papers, fresh, self.rebuild))

    def add(self) -> None:
        """Add a paper that no record shows."""
        made = self._edit(FilingPaper())
        if made is not None:
            self._replace([*self._papers, made], "添加卷内文件")

    def change(self, number: int) -> None:
        """Change title, author, number or day of a paper."""
        from dataclasses import replace

        paper = self._papers[number]
        made = self._edit(replace(paper), counted=paper_key(paper) in self._known)
        if made is not None:
            fresh = list(self._papers)
            fresh[number] = replace(made, id=None, revision=0)
            self._replace(fresh, "修改卷内文件")

    def shift(self, number: int, by: int) -> None:
        """Put a paper before or after its neighbour."""
        other = number + by
        if 0 <= other < len(self._papers):
            fresh = list(self._papers)
            fresh[number], fresh[other] = fresh[other], fresh[number]
            self._replace(fresh, "移动卷内文件")

    def remove(self, number: int) -> None:
        """Take a paper off the list; it can be undone."""
        kept = [one for place, one in enumerate(self._papers) if place != number]
        self._replace(kept, "移除卷内文件")

    def _replace(self, fresh: list[FilingPaper], title: str) -> None:
        self.sheet.push(replace_parts(title, self._papers, fresh, self.rebuild))

    def _show_pages(self) -> None:
        spans = page_spans(self._papers)
        for paper, span, label in zip(self._papers, spans, self._abouts, strict=True):
            pages = "" if span is None else f"第{'-'.join(map(str, dict.fromkeys(span)))}页"
            about = (paper.sort, paper.author, paper.number, str(paper.on or ""), pages)
            label.setText("　".join(part for part in about if part))
        total = page_total(self._papers)
        self._total.setText(f"{len(self._papers)}件 {total}页" if self._papers else "")
