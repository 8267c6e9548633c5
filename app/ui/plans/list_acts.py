"""What can be done with the list of a period: proposed, decided, talked over, signed."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.domain.attachment import APPROVAL_SCAN
from app.domain.signature import Signature
from app.domain.visiting_list import (
    DRAFTING,
    INCLUDED,
    Consultation,
    ListEntry,
    VisitingList,
    WholeList,
    in_order,
    take_decision,
    usual_question,
)
from app.services.ports import Changes, Progress, StaleData, UserError
from app.ui.attachments.owner_dialog import AttachmentsDialog
from app.ui.message_bar import ask_reason
from app.ui.plans.list_dialogs import ConsultationDialog, Consultations, DecisionDialog, NewList
from app.ui.plans.list_table import decision_counts
from app.ui.plans.signature_dialog import SignatureDialog
from app.ui.records.gate_dialog import through_gates
from app.ui.records.person_chooser import choose_people

if TYPE_CHECKING:
    from app.ui.plans.list_page import ListPage


class ListActs:
    """The acts on the list that ``page`` shows. Every decision is kept at once."""

    def __init__(self, page: ListPage) -> None:
        self._page = page

    # ------------------------------------------------------------ making lists

    def new_list(self) -> None:
        """Ask for the period and let the program propose."""
        try:
            known = self._page.plans.lists()
        except UserError as error:
            self._page.messages.show_error(error)
            return
        dialog = NewList(self._page.plans.today(), known, self._page)
        accepted, period, days = dialog.exec(), dialog.period, dialog.days
        dialog.deleteLater()
        if not accepted or days is None:
            return
        self._page.say("正在对照名册提名…")

        def job(progress: Progress) -> WholeList:
            return self._page.plans.propose_list(period, *days, progress=progress)

        self._page.jobs.run(job, self._on_proposed, self._page.messages.show_error)

    def _on_proposed(self, whole: WholeList) -> None:
        if not whole.entries:
            self._page.messages.show_warning(
                f"“{whole.head.title}”：名册中没有本期应回访的人。仍可建立名单后用“添加人员”列入。"
            )
        if self._keep(whole):
            self._page.open(whole.head.id)
            self._page.messages.show_info(
                f"已提出“{whole.head.title}”，{decision_counts(whole.entries)}。请逐人确定"
            )

    def discard(self) -> None:
        """Remove a list that was never signed."""
        whole = self._page.whole
        if whole is None:
            return
        reason = ask_reason(
            self._page, f"删除“{whole.head.title}”", "只能删除没有签批过、没有据以拟方案的名单。",
            act="删除名单(&D)", danger=True,
        )  # fmt: skip
        if reason is not None and self._do(
            lambda: self._page.plans.discard_list(whole.head.id or 0, reason), "名单已删除"
        ):
            self._page.whole = None
            self._page.refresh()

    # ------------------------------------------------------------ deciding

    def decide(self, decision: str) -> None:
        """Decide on the selected people, on several of them at once."""
        rows = self._page.chosen()
        if decision == INCLUDED and all(row.proposed for row in rows):
            ids = {row.subject_id for row in rows}

            def include(whole: WholeList) -> None:
                for entry in whole.entries:
                    if entry.subject_id in ids and entry.decision != INCLUDED:
                        entry.decision, entry.reason = INCLUDED, ""
                        entry.until, entry.approver = None, ""

            self._change(include)
        elif rows:
            self.decide_on(rows, decision)

    def decide_on(self, entries: Sequence[ListEntry], decision: str) -> None:
        """Ask for the decision on one person, or one decision for several."""
        whole = self._page.whole
        if whole is None:
            return
        if whole.head.state != DRAFTING:
            self._page.person_requested.emit(entries[0].subject_id or 0)
            return
        ids = {entry.subject_id for entry in entries}

        def save(mine: ListEntry) -> None:
            def put(kept: WholeList) -> None:
                for entry in kept.entries:
                    if entry.subject_id in ids:
                        take_decision(entry, mine, keep_empty=len(ids) == 1)

            self._change(put, refuse=True)

        dialog = DecisionDialog(entries, decision, save, self._page)
        dialog.exec()
        dialog.deleteLater()

    def add_people(self) -> None:
        """Put people on the list whom the program did not propose, each with a reason."""
        whole = self._page.whole
        if whole is None:
            return
        known = [entry.subject_id for entry in whole.entries if entry.subject_id]
        chosen = choose_people(
            self._page.use_cases,
            self._page,
            "添加人员",
            "添加(&A)",
            known,
            lead="程序没有提名而列入的，请逐人写明理由（如 其他需要回访关爱教育的人员、期满后补访）。",
        )
        for subject_id in chosen:
            self._add_one(subject_id)

    def _add_one(self, subject_id: int) -> None:
        assert self._page.whole is not None
        try:
            entry = self._page.plans.list_entry(subject_id, self._page.whole.head)
        except UserError as error:
            self._page.messages.show_error(error)
            return

        def save(mine: ListEntry) -> None:
            def put(whole: WholeList) -> None:
                whole.entries = in_order([*whole.entries, mine])

            self._change(put, refuse=True)

        if entry.proposed:
            save(entry)
            return
        dialog = DecisionDialog([entry], INCLUDED, save, self._page)
        dialog.exec()
        dialog.deleteLater()
        self._page.choose(subject_id)

    def take_away(self, entry: ListEntry) -> None:
        def drop(whole: WholeList) -> None:
            whole.entries = [one for one in whole.entries if one.subject_id != entry.subject_id]

        self._change(drop)

    # ------------------------------------------------------------ consulting and signing

    def consult(self, party: str = "", unit: str = "") -> None:
        """Show and record with whom the list was talked over."""
        if self._page.whole is None:
            return
        dialog = Consultations(
            lambda: self._page.whole or WholeList(VisitingList()),
            self._edit_talk,
            self._remove_talk,
            editable=self._page.whole.head.state == DRAFTING,
            parent=self._page,
        )
        dialog.exec()
        dialog.deleteLater()

    def _edit_talk(self, talk: Consultation) -> bool:
        assert self._page.whole is not None
        fresh = copy.copy(talk)
        if fresh.id is None:
            fresh.on, fresh.recorder = self._page.plans.today(), self._page.plans.account
            fresh.asked = usual_question(self._page.whole, talk.party, talk.unit)
        place = next(
            (n for n, one in enumerate(self._page.whole.consultations) if one is talk), None
        )

        def save(mine: Consultation) -> None:
            def put(whole: WholeList) -> None:
                if place is None:
                    whole.consultations.append(mine)
                else:
                    whole.consultations[place] = mine

            self._change(put, refuse=True)

        units = [entry.unit for entry in self._page.whole.entries if entry.unit]
        dialog = ConsultationDialog(fresh, list(dict.fromkeys(units)), save, self._page)
        done = bool(dialog.exec())
        dialog.deleteLater()
        return done

    def _remove_talk(self, talk: Consultation) -> bool:
        def drop(whole: WholeList) -> None:
            whole.consultations = [one for one in whole.consultations if one.id != talk.id]

        return self._change(drop)

    def sign(self) -> None:
        """Record the signature that fixes the list."""
        whole = self._page.whole
        if whole is None:
            return
        go_to: list[str] = []

        def sign(signature: Signature) -> bool:
            outcome = through_gates(
                dialog,
                "签批名单",
                lambda given: self._page.plans.sign_list(
                    whole.head.id, signature, exemptions=given, seen=whole.head.revision
                ),
            )
            if outcome.changes is not None:
                self._page.bus.publish(outcome.changes)
                return True
            if outcome.go_to in ("consultations", "staff") or outcome.go_to.startswith("entries"):
                go_to.append(outcome.go_to)
                dialog.reject()
            return False

        dialog = SignatureDialog(
            "登记名单签批结果",
            f"{whole.head.title}：{decision_counts(whole.entries)}。签批后名单固定，暂缓的人同时记入名册。",
            staff=self._page.plans.staff(),
            account=self._page.plans.account,
            today=self._page.plans.today(),
            sign=sign,
            attach=lambda file: self._page.use_cases.attachments.attach(
                VisitingList, whole.head.id, file, APPROVAL_SCAN
            ),
            act="签批(&A)",
            parent=self._page,
        )
        done = dialog.exec()
        dialog.deleteLater()
        if done:
            self._page.refresh()
            self._page.messages.show_info("名单已签批并固定，可以为列入的人员拟定方案")
        elif go_to and go_to[0] == "consultations":
            self.consult()
        elif go_to and go_to[0] == "staff":
            self._page.staff_requested.emit()
        elif go_to:
            entry = whole.entries[int(go_to[0].split(".")[1]) if "." in go_to[0] else 0]
            self._page.choose(entry.subject_id or 0)
            self.decide_on([entry], entry.decision)

    def show_papers(self, *, chosen: int | None = None) -> None:
        """Show what is attached to the list: the signed sheet, letters of the units."""
        whole = self._page.whole
        if whole is None:
            return
        dialog = AttachmentsDialog(
            VisitingList,
            whole.head.id or 0,
            whole.head.title,
            self._page.use_cases.attachments,
            self._page.jobs,
            self._page,
            kind=APPROVAL_SCAN,
        )
        if chosen is not None:
            dialog.panel.choose_paper(chosen)
        dialog.exec()
        changes = dialog.changes
        dialog.deleteLater()
        if changes:
            self._page.bus.publish(changes)

    def reopen(self) -> None:
        """Take the signature back."""
        whole = self._page.whole
        if whole is None:
            return
        reason = ask_reason(
            self._page,
            "撤回名单签批",
            "撤回后名单可以修改，须重新签批；签批时记入名册的“暂缓回访”一并撤回。",
            act="撤回签批(&W)",
        )
        if reason is not None:
            self._do(
                lambda: self._page.plans.reopen_list(whole.head.id or 0, reason), "名单的签批已撤回"
            )

    # ------------------------------------------------------------ inside

    def _change(self, change: Callable[[WholeList], None], *, refuse: bool = False) -> bool:
        """Change a fresh copy of the list and keep it; ``refuse`` passes a failure on."""
        assert self._page.whole is not None and self._page.whole.head.id is not None
        try:
            whole = self._page.plans.open_list(self._page.whole.head.id)
            if whole.head.revision != self._page.whole.head.revision:
                self._page.whole = whole
                self._page.show_whole()
                raise StaleData("名单已在别处修改，现已按最新内容显示，请核对后再操作")
            change(whole)
            changes = self._page.plans.save_list(whole)
        except UserError as error:
            if refuse:
                raise
            self._page.messages.show_error(error)
            return False
        self._page.whole = whole
        self._page.bus.publish(changes)
        self._page.show_whole()
        return True

    def _keep(self, whole: WholeList) -> bool:
        try:
            changes = self._page.plans.save_list(whole)
        except UserError as error:
            self._page.messages.show_error(error)
            return False
        self._page.whole = whole
        self._page.bus.publish(changes)
        return True

    def _do(self, act: Callable[[], Changes], said: str) -> bool:
        try:
            changes = act()
        except UserError as error:
            self._page.messages.show_error(error)
            return False
        self._page.bus.publish(changes)
        self._page.refresh()
        self._page.messages.show_info(said)
        return True
