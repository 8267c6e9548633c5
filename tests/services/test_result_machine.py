"""Results and filing under random steps, legal and not, held against a model of a few lines.

What the model forbids is refused and changes nothing; what it allows leaves result, form and
volume agreeing with each other.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.domain.filing import FILED, FilingEntry, FilingPaper
from app.domain.form_life import FormVersion
from app.domain.outcome import (
    AUDIENCES,
    BY_RECORD,
    DECIDED,
    OUTCOMES,
    Feedback,
    Outcome,
    OutcomeAct,
    UnitReminder,
    demanded,
    is_settled,
    whole_fed_back_on,
)
from app.domain.registration_form import FILED as FORM_FILED
from app.domain.registration_form import SIGNED, RegistrationForm
from app.domain.result_stage import STAGES
from app.services.feedback import new_feedback, record_feedback, remove_feedback
from app.services.filing import (
    file_visit,
    open_filing,
    propose_papers,
    save_filing,
    unfile_visit,
)
from app.services.filing_papers import add_missing_papers
from app.services.form_life import revise_form
from app.services.gatekeeping import GateClosed
from app.services.ports import UserError
from app.services.result_rows import result_rows
from app.services.results import (
    decide_outcome,
    open_result,
    reopen_outcome,
    result_of_visit,
    save_act,
    save_result,
)
from app.storage.keys import Argon2Cost
from app.storage.office import create_office
from tests.services.plan_world import TODAY, make_world

STEPS = 25
RUNS = 100 if os.environ.get("HUIFANG_HEAVY") else 6
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a disk would only be waited for

words = st.sampled_from(["有理由", "有理由", "  "])
TABLES = (Outcome, OutcomeAct, Feedback, UnitReminder, FilingEntry, FilingPaper, RegistrationForm)


class ResultMachine(RuleBasedStateMachine):
    """Drives the services on the real file; ``decided`` and ``filed`` are the model."""

    @initialize()
    def open_office(self):
        self.folder = Path(tempfile.mkdtemp(prefix="result-machine-", dir=IN_MEMORY))
        self.store, _ = create_office(
            self.folder / "office",
            "周明",
            "晨雾里的灯塔 Oak-7",
            cost=Argon2Cost(64, 1, 1),
            clock=lambda: datetime(2026, 11, 23, 9, 0),
        )
        world = self.world = make_world(self.store.unit_of_work)
        subject_id = world.person()
        self.visit_id = world.visited(subject_id, world.approved(subject_id))
        form = RegistrationForm(subject_id=subject_id, state=SIGNED, attitude="好", proposal="好")
        [self.form_id] = world.put(form)
        from app.services.visits import link_form

        world.put(FormVersion(form_id=self.form_id, number=1, state=SIGNED, pages=2))
        link_form(self.visit_id, self.form_id, uow=self.uow())
        self.id, _ = result_of_visit(self.visit_id, uow=self.uow(), law=world.law)
        self.decided = self.filed = self.complete = False
        self.item = ""

    def teardown(self):
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    def uow(self):
        return self.store.unit_of_work()

    def attempt(self, allowed, act):
        """Run ``act``; it must pass exactly when ``allowed``, and a refusal must change nothing."""
        before = None if allowed else self.picture()
        try:
            act()
        except UserError as refused:
            assert not allowed, f"refused although allowed: {refused}"
            assert str(refused).strip()
            assert self.picture() == before
            return False
        assert allowed, "passed although not allowed"
        return True

    def picture(self):
        with self.uow() as uow:
            return [
                (entity.__name__, vars(one))
                for entity in TABLES
                for one in uow.repository(entity).where()
            ]

    # ---- steps

    @rule(item=st.sampled_from(["", *OUTCOMES]))
    def write(self, item):
        outcome = open_result(self.id, uow=self.uow()).outcome
        if outcome.item == item:
            return
        outcome.item, outcome.decided_by = item, "王书记"
        if self.attempt(
            not self.decided and not self.filed, lambda: save_result(outcome, uow=self.uow())
        ):
            self.item = item

    @rule()
    def decide(self):
        allowed = not self.decided and not self.filed and bool(self.item)
        if self.attempt(
            allowed, lambda: decide_outcome(self.id, uow=self.uow(), law=self.world.law)
        ):
            self.decided = True

    @rule(reason=words)
    def reopen(self, reason):
        allowed = self.decided and not self.filed and bool(reason.strip())
        if self.attempt(allowed, lambda: reopen_outcome(self.id, reason, uow=self.uow())):
            self.decided = False

    @rule(audience=st.sampled_from(AUDIENCES))
    def feed_back(self, audience):
        feedback = new_feedback(
            open_result(self.id, uow=self.uow()), audience, by="赵一鸣", today=TODAY
        )
        feedback.means, feedback.receiver = "当面", "王芳"
        self.attempt(
            self.decided and not self.filed,
            lambda: record_feedback(feedback, uow=self.uow(), today=TODAY),
        )

    @rule(reason=words)
    def take_feedback_back(self, reason):
        found = open_result(self.id, uow=self.uow()).feedbacks
        if found:
            self.attempt(
                not self.filed and bool(reason.strip()),
                lambda: remove_feedback(found[-1].id, reason, uow=self.uow()),
            )

    @rule()
    def let_go(self):
        """Let go what nobody does; an act by record can be let go with a reason as well."""
        open_ = [
            one
            for one in open_result(self.id, uow=self.uow()).acts
            if not is_settled(one, open_result(self.id, uow=self.uow()))
        ]
        if open_:
            open_[-1].waived = "单位已另行报告"
            self.attempt(
                self.decided and not self.filed,
                lambda: save_act(open_[-1], uow=self.uow(), today=TODAY),
            )

    @rule()
    def fill_in(self):
        whole = open_filing(self.id, uow=self.uow())
        entry = whole.entry
        entry.file_number, entry.handed_by, entry.handed_to = "2026-1", "钱二丽", "档案室"
        entry.compiled_by, entry.filed_on = "钱二丽", TODAY
        proposed = propose_papers(self.id, uow=self.uow(), law=self.world.law)
        whole.papers = add_missing_papers(whole.papers, proposed)
        for paper in whole.papers:
            paper.pages = paper.pages or 1
        if self.filed:
            entry.remarks += "。"  # a change at least
        if self.attempt(not self.filed, lambda: save_filing(whole, uow=self.uow())):
            self.complete = True

    @rule(excuse=st.booleans())
    def file(self, excuse):
        given = []
        if excuse:
            try:
                file_visit(self.id, uow=self.uow(), law=self.world.law)
            except GateClosed as closed:
                given = [one.exemption("确有困难") for one in closed.obstacles]
            except UserError:
                pass
            else:
                assert self.complete and not self.filed
                self.filed = True
                return
        whole = open_filing(self.id, uow=self.uow())
        told = whole_fed_back_on(whole.result.feedbacks) is not None
        if given:
            self.attempt(
                self.complete and not self.filed,
                lambda: file_visit(self.id, exemptions=given, uow=self.uow(), law=self.world.law),
            )
            self.filed = self.filed or self.complete
        elif not told or not self.decided or not self.complete or self.filed:
            known = {one.gate for one in whole.result.exemptions}
            if not known:
                self.attempt(False, lambda: file_visit(self.id, uow=self.uow(), law=self.world.law))

    @rule(reason=words)
    def unfile(self, reason):
        allowed = self.filed and bool(reason.strip())
        if self.attempt(allowed, lambda: unfile_visit(self.id, reason, uow=self.uow())):
            self.filed = self.complete = False

    @rule()
    def revise(self):
        if self.filed:
            self.attempt(False, lambda: revise_form(self.form_id, "更正", uow=self.uow()))

    # ---- what always holds

    @invariant()
    def everything_agrees(self):
        if not hasattr(self, "id"):
            return
        whole = open_filing(self.id, uow=self.uow())
        assert (whole.result.outcome.state == DECIDED) == self.decided
        assert (whole.entry.state == FILED) == self.filed
        assert whole.result.form.state == (FORM_FILED if self.filed else SIGNED)
        [row] = result_rows(uow=self.uow(), settings=self.world.law.settings)
        assert row.stage in STAGES and (row.stage == "已归档") == self.filed
        if self.decided:
            kinds = {one.kind for one in whole.result.acts}
            assert set(demanded(self.item)) <= kinds
        # Nothing counts as done by a tick where only a record counts.
        for act in whole.result.acts:
            assert act.kind not in BY_RECORD or act.done_on is None


ResultMachine.TestCase.settings = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestResults = ResultMachine.TestCase
