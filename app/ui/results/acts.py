"""What is entered after a visit, each in one dialog: acts, feedback, letters and replies, who asked."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.attachment import LETTER, OTHER, RECEIPT, UNIT_REPLY
from app.domain.fields import Problem
from app.domain.filing import FilingPaper
from app.domain.outcome import (
    TALK,
    TELL_PERSON,
    TELL_UNIT,
    TO_PERSON,
    TO_UNIT,
    URGE,
    URGE_TALK,
    Feedback,
    OutcomeAct,
    ResultUse,
    UnitReminder,
    WholeOutcome,
    act_problems,
    act_state,
    feedback_problems,
    reminder_problems,
    use_problems,
)
from app.services.ports import Changes, UserError
from app.services.use_cases import UseCases
from app.ui.changes import ChangeBus
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar, ask_reason
from app.ui.records.entity_dialog import EntityDialog
from app.ui.roster.entity_form import Place

Done = Callable[[], object]


class ResultActs:
    """The dialogs, over ``window``; ``done`` is called after something was kept."""

    def __init__(
        self,
        use_cases: UseCases,
        bus: ChangeBus,
        jobs: JobRunner,
        messages: MessageBar,
        window: QWidget,
        done: Done,
    ) -> None:
        self._use_cases, self._results = use_cases, use_cases.results
        self._bus, self._jobs, self._messages = bus, jobs, messages
        self._window, self._done = window, done

    # ---- acts

    def add_act(self, whole: WholeOutcome) -> None:
        """Add something to be done that article 9 does not name."""
        act = OutcomeAct(outcome_id=whole.outcome.id, due_on=self._results.today())
        self._run(
            "增加办理事项",
            act,
            (Place("kind"), Place("due_on"), Place("owner")),
            self._results.save_act,
            lambda one: act_problems(one, today=self._results.today()),
            "事项已增加",
            act="增加(&S)",
        )

    def work_on(self, whole: WholeOutcome, act: OutcomeAct) -> None:
        """Do what the act asks for: enter feedback, draw up the letter, or say what was done."""
        settled = act_state(act, whole) is not None or bool(act.waived.strip())
        if act.kind in (TELL_PERSON, TELL_UNIT) and not settled:
            self.feed_back(whole, TO_PERSON if act.kind == TELL_PERSON else TO_UNIT, act)
        elif act.kind in (URGE, URGE_TALK) and not settled:
            drafted = [one for one in whole.reminders if one.kind == act.kind and not one.sent_on]
            if drafted:
                self.change_letter(whole, drafted[0])
            else:
                self.new_letter(whole, act.kind)
        else:
            self.edit_act(act)

    def edit_act(self, act: OutcomeAct) -> None:
        """Change an act: its term, who does it, what came of it, or why it is let go."""
        by_record = act.kind in (TELL_PERSON, TELL_UNIT, URGE, URGE_TALK)
        places = [Place("due_on"), Place("owner")]
        if not by_record:
            places += [Place("done_on"), Place("done_by")]
            if act.kind == TALK:
                places.append(Place("place"))
            places.append(Place("note", wide=True))
            if act.kind == TALK:
                places.append(Place("attitude", wide=True))
        places.append(Place("waived", wide=True))
        lead = "以反馈记录或函件登记为准，这里只改时限、承办人，或写明不再办理的理由。"
        self._run(
            f"办理事项：{act.kind}",
            copy.copy(act),
            places,
            self._results.save_act,
            lambda one: act_problems(one, today=self._results.today()),
            "已登记",
            lead=lead
            if by_record
            else "办结的填写办结日期、办理人和办理情况；不再办理的写明理由。",
        )

    # ---- feedback

    def feed_back(self, whole: WholeOutcome, audience: str, act: OutcomeAct | None = None) -> None:
        """Enter that somebody was told the result."""
        feedback = self._results.new_feedback(whole, audience)
        self._edit_feedback(whole, feedback, f"向{audience}反馈", act)

    def change_feedback(self, whole: WholeOutcome, feedback: Feedback) -> None:
        """Correct what was entered, add the receipt or an opinion."""
        self._edit_feedback(whole, copy.copy(feedback), "反馈记录", None)

    def _edit_feedback(
        self, whole: WholeOutcome, feedback: Feedback, title: str, act: OutcomeAct | None
    ) -> None:
        places = [
            Place("means"),
            Place("on"),
            Place("by"),
            Place("receiver"),
            Place("content", wide=True),
            Place("receipt_on"),
            Place("response", wide=True),
        ]
        more: list[tuple[str, Callable[[], object]]] = []
        if feedback.id is not None:
            id_ = feedback.id
            more.append(("撤销记录(&R)…", lambda: self._remove_feedback(id_)))
        elif act is not None:
            more.append(("改期或不再办理(&R)…", lambda: self.edit_act(act)))
        self._run(
            title,
            feedback,
            places,
            self._results.record_feedback,
            lambda one: feedback_problems(one, whole.visit, today=self._results.today()),
            "反馈已登记",
            act="登记反馈(&S)",
            lead="回访结果以适当形式向回访对象及其所在单位党组织反馈（办法第九条）。没有记录不算已反馈。",
            more=more,
        )

    def _remove_feedback(self, id_: int) -> None:
        self._with_reason(
            "撤销反馈记录", "记录内容留存在日志中。", "撤销(&R)", self._results.remove_feedback, id_
        )

    # ---- letters

    def new_letter(self, whole: WholeOutcome, kind: str) -> None:
        """Draw up a letter to the unit."""
        self._edit_letter(whole, self._results.new_letter(whole, kind))

    def change_letter(self, whole: WholeOutcome, letter: UnitReminder) -> None:
        """Go on with a letter: send it, or enter the reply."""
        self._edit_letter(whole, copy.copy(letter))

    def _edit_letter(self, whole: WholeOutcome, letter: UnitReminder) -> None:
        sent = letter.sent_on is not None and letter.id is not None
        words = (
            Place("recipient"),
            Place("reply_by"),
            Place("problem", wide=True),
            Place("demand", wide=True),
        )
        sending = (Place("sent_on"), Place("sent_how"))
        reply = (Place("replied_on"), Place("reply", wide=True))
        more: list[tuple[str, Callable[[], object]]] = []
        if letter.id is not None and not sent:
            id_ = letter.id
            more.append(("删除函稿(&R)…", lambda: self._remove_letter(id_)))
        lead = "先拟稿并打印，送达后填写发出日期。"
        if sent:
            lead = f"{letter.recipient}：{letter.problem}"
        self._run(
            f"登记回复：{letter.kind}" if sent else f"督促提醒函：{letter.kind}",
            letter,
            (*reply, Place("reply_by"), *sending) if sent else (*words, *sending),
            self._results.save_letter,
            lambda one: reminder_problems(one, whole.visit, today=self._results.today()),
            "函件已保存",
            lead=lead,
            more=more,
        )

    def _remove_letter(self, id_: int) -> None:
        self._with_reason(
            "删除函稿", "只能删除没有发出的函稿。", "删除(&R)", self._results.remove_letter, id_
        )

    # ---- who asked

    def ask(self, subject_id: int, name: str) -> None:
        """Enter that somebody asked for a person's result; the reply is drafted of facts."""
        try:
            use = self._results.new_use(subject_id)
        except UserError as error:
            self._messages.show_error(error)
            return
        self._edit_use(use, f"登记结果使用：{name}")

    def change_use(self, use_id: int) -> None:
        """Answer, or correct what was entered."""
        try:
            use = self._results.open_use(use_id)
        except UserError as error:
            self._messages.show_error(error)
            return
        self._edit_use(use, "结果使用情况")

    def _edit_use(self, use: ResultUse, title: str) -> None:
        self._run(
            title,
            use,
            (
                Place("kind"),
                Place("asked_on"),
                Place("asked_by"),
                Place("asker"),
                Place("purpose", wide=True),
                Place("document_no"),
                Place("due_on"),
                Place("reply", wide=True),
                Place("replied_on"),
                Place("replied_by"),
            ),
            self._results.save_use,
            lambda one: use_problems(one, today=self._results.today()),
            "已登记",
            lead="回访结果只作参考依据（办法第九条）：答复只写事实，是否采用由询问单位按规定决定。",
        )

    # ---- papers and the volume

    def papers(self, record: Any) -> None:
        """Show what hangs on a feedback or letter: receipt, reply."""
        from app.ui.attachments.owner_dialog import AttachmentsDialog

        kind = RECEIPT if isinstance(record, Feedback) else LETTER
        if isinstance(record, UnitReminder) and record.sent_on is not None:
            kind = UNIT_REPLY
        what = "送达回执、往来函件等扫描件" if record is not None else OTHER
        dialog = AttachmentsDialog(
            type(record),
            record.id or 0,
            what,
            self._use_cases.attachments,
            self._jobs,
            self._window,
            kind=kind,
        )
        dialog.exec()
        changes = dialog.changes
        dialog.deleteLater()
        if changes:
            self._bus.publish(changes)

    def edit_paper(self, paper: FilingPaper, *, counted: bool = False) -> FilingPaper | None:
        """Return the paper as edited; ``None`` if it was given up.

        The pages of a paper that is ``counted`` by its scan are not typed.
        """
        dialog = EntityDialog(
            "卷内文件",
            paper,
            (
                Place("title", wide=True),
                Place("sort"),
                *(() if counted else (Place("pages"),)),
                Place("author"),
                Place("number"),
                Place("on"),
                Place("note", wide=True),
            ),
            lambda one: one,
            act="确定(&S)",
            check=_titled,
            parent=self._window,
        )
        done = dialog.exec()
        dialog.deleteLater()
        return paper if done else None

    # ---- inside

    def _run(
        self,
        title: str,
        entity: Any,
        places: Sequence[Place],
        save: Callable[[Any], object],
        check: Callable[[Any], Sequence[Problem]],
        said: str,
        *,
        act: str = "保存(&S)",
        lead: str = "",
        more: Sequence[tuple[str, Callable[[], object]]] = (),
    ) -> None:
        dialog = EntityDialog(
            title,
            entity,
            places,
            save,
            act=act,
            lead=lead,
            check=check,
            caption_width=120,
            width=720,
            parent=self._window,
        )
        after: list[Callable[[], object]] = []
        for text, other in more:

            def instead(other: Callable[[], object] = other) -> None:
                after.append(other)
                dialog.done(0)

            dialog.offer(text, instead, left=True)
        done = dialog.exec()
        changes: Any = dialog.result_of_save
        dialog.deleteLater()
        if done:
            self._bus.publish(changes or frozenset())
            self._messages.show_info(said)
            self._done()
        for other in after:
            other()

    def _with_reason(
        self, title: str, text: str, act: str, do: Callable[[int, str], Changes], id_: int
    ) -> None:
        reason = ask_reason(self._window, title, text, act=act)
        if reason is None:
            return
        try:
            self._bus.publish(do(id_, reason))
        except UserError as error:
            self._messages.show_error(error)
            return
        self._done()


def _titled(paper: FilingPaper) -> list[Problem]:
    return [] if paper.title.strip() else [Problem("title", "题名：请填写")]
