"""Plans and visits under random steps, legal and not, held against a model of a few lines.

Whatever is tried: what the model forbids is refused and changes nothing; what it allows leaves
state, history and visits agreeing with each other.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.domain.gates import FEW_MEMBERS, NO_SCAN, Exemption
from app.domain.plan import (
    APPROVED,
    CANCELLED,
    CARRIED_OUT,
    CLOSED,
    DRAFT,
    EDITABLE,
    NO_RECUSAL,
    OPEN,
    REJECTED,
    REPLACED,
    SUBMITTED,
    TRANSITIONS,
    Plan,
    PlanMember,
    PlanPerson,
    PlanStep,
)
from app.domain.registration_form import FINAL, RegistrationForm
from app.domain.visit import CALLED_OFF, DONE, UNDER_WAY, Visit
from app.services.parts import id_of
from app.services.plan_approval import (
    approve_plan,
    cancel_plan,
    move_plan,
    reject_plan,
    revise_plan,
    submit_plan,
    withdraw_plan,
)
from app.services.plan_carrying_out import close_plan, drop_person
from app.services.plan_drafting import new_member
from app.services.plans import open_plan, save_plan
from app.services.ports import UserError
from app.services.visits import (
    begin_visit,
    call_off_visit,
    finish_visit,
    link_form,
    open_visit,
    save_visit,
)
from app.storage.keys import Argon2Cost
from app.storage.office import create_office
from tests.services.plan_world import ACCOUNT, make_world

STEPS = 40
RUNS = 400 if os.environ.get("HUIFANG_HEAVY") else 20
PEOPLE = 3

IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a disk would only be waited for

some_plan = st.integers(0, 5)
some_person = st.integers(0, PEOPLE - 1)
words = st.sampled_from(["有理由", "有理由", "有理由", "  "])


class PlanMachine(RuleBasedStateMachine):
    """Drives the services on the real file; ``model`` is what must be true afterwards."""

    @initialize()
    def open_office(self):
        self.folder = Path(tempfile.mkdtemp(prefix="plan-machine-", dir=IN_MEMORY))
        self.store, _ = create_office(
            self.folder / "office",
            "周明",
            "晨雾里的灯塔 Oak-7",
            cost=Argon2Cost(64, 1, 1),
            clock=lambda: datetime(2026, 11, 23, 9, 0),
        )
        self.world = make_world(self.store.unit_of_work)
        self.subjects = [self.world.person(f"对象{n}") for n in "甲乙丙"[:PEOPLE]]
        self.states: dict[int, str] = {}  # plan -> state
        self.people: dict[int, set[int]] = {}  # plan -> people not dropped
        self.members: dict[int, int] = {}
        self.replaces: dict[int, int] = {}
        self.visits: dict[int, tuple[int, int, str, bool]] = {}  # id -> plan, person, state, form
        self.numbers = itertools.count(1)

    def teardown(self):
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    # ---- trying something, and what must follow

    def attempt(self, allowed, act):
        """Run ``act``; it must pass exactly when ``allowed``, and a refusal must change nothing."""
        before = None if allowed else self.picture()
        try:
            result = act()
        except UserError as refused:
            assert not allowed, f"refused although allowed: {refused}"
            assert str(refused).strip()
            assert self.picture() == before
            return None
        assert allowed, "passed although not allowed"
        return result

    def picture(self):
        with self.store.unit_of_work() as uow:
            return [
                (entity.__name__, vars(one))
                for entity in (Plan, PlanPerson, PlanMember, PlanStep, Visit, Exemption)
                for one in uow.repository(entity).where()
            ]

    def pick(self, number):
        """Return a plan, rather one that is still going somewhere."""
        going = [id_ for id_, state in sorted(self.states.items()) if state in OPEN]
        ids = going if going and number < 5 else sorted(self.states)
        return ids[number % len(ids)]

    def active(self, plan_id):
        return [
            visit
            for visit in self.visits.values()
            if visit[0] == plan_id and visit[2] in (UNDER_WAY, DONE)
        ]

    def all_done(self, plan_id):
        own = [visit for visit in self.visits.values() if visit[0] == plan_id]
        if any(state == UNDER_WAY for _, _, state, _ in own):
            return False
        done = {person for _, person, state, _ in own if state == DONE}
        return self.people[plan_id] <= done

    def uow(self):
        return self.store.unit_of_work()

    @property
    def law(self):
        return self.world.law

    # ---- steps

    @precondition(lambda self: len(self.states) < 5)
    @rule(who=st.sets(some_person, min_size=1), members=st.sampled_from([2, 2, 3, 1, 0]))
    def draft(self, who, members):
        ids = [self.subjects[number] for number in sorted(who)]
        whole = self.world.draft(*ids)
        whole.members = [
            new_member(one, leader=number == 0, part="主谈")
            for number, one in enumerate(self.world.staff[:members])
        ]
        for member in whole.members:
            member.recusal = NO_RECUSAL
        save_plan(whole, uow=self.uow())
        self.states[whole.plan.id] = DRAFT
        self.people[whole.plan.id] = set(ids)
        self.members[whole.plan.id] = members

    @precondition(lambda self: self.states)
    @rule(which=some_plan, members=st.sampled_from([2, 3, 1]))
    def edit(self, which, members):
        self.do_edit(self.pick(which), members)

    def do_edit(self, plan_id, members):
        whole = open_plan(plan_id, uow=self.uow())
        whole.plan.remarks = f"第{next(self.numbers)}次修改"
        whole.members = [
            new_member(one, leader=number == 0, part="主谈")
            for number, one in enumerate(self.world.staff[:members])
        ]
        for member in whole.members:
            member.recusal = NO_RECUSAL
        allowed = self.states[plan_id] in EDITABLE
        if self.attempt(allowed, lambda: save_plan(whole, uow=self.uow())) is not None:
            self.members[plan_id] = members

    @precondition(lambda self: self.states)
    @rule(which=some_plan, excuse=st.booleans())
    def submit(self, which, excuse):
        self.do_submit(self.pick(which), excuse)

    def do_submit(self, plan_id, excuse=False):
        given = [Exemption(gate=FEW_MEMBERS.title, reason="x", approver="x")] if excuse else []
        allowed = self.states[plan_id] in (DRAFT, REJECTED) and self.members[plan_id] >= 2
        act = lambda: submit_plan(plan_id, exemptions=given, uow=self.uow(), law=self.law)  # noqa: E731
        if self.attempt(allowed, act) is not None:
            self.states[plan_id] = SUBMITTED

    @precondition(lambda self: self.states)
    @rule(which=some_plan, reason=words)
    def withdraw(self, which, reason):
        plan_id = self.pick(which)
        allowed = self.states[plan_id] == SUBMITTED and bool(reason.strip())
        act = lambda: withdraw_plan(plan_id, reason, uow=self.uow(), law=self.law)  # noqa: E731
        if self.attempt(allowed, act) is not None:
            self.states[plan_id] = DRAFT

    @precondition(lambda self: self.states)
    @rule(
        which=some_plan,
        scan=st.sampled_from(["第3页", "第3页", ""]),
        later=st.sampled_from([0, 0, 0, 1]),
    )
    def approve(self, which, scan, later):
        self.do_approve(self.pick(which), scan, later)

    def do_approve(self, plan_id, scan="第3页", later=0):
        former = self.replaces.get(plan_id)
        allowed = (
            self.states[plan_id] == SUBMITTED
            and self.members[plan_id] >= 2
            and bool(scan)
            and later == 0
            and (former is None or (self.states[former] == APPROVED and not self.active(former)))
        )
        signature = self.world.signature(scan=scan, on=self.law.today + timedelta(days=later))
        why = [Exemption(gate=NO_SCAN.title, reason="原件已归卷")]
        act = lambda: approve_plan(  # noqa: E731
            plan_id, signature, account=ACCOUNT, exemptions=why, uow=self.uow(), law=self.law
        )
        if self.attempt(allowed, act) is not None:
            self.states[plan_id] = APPROVED
            if former is not None:
                self.states[former] = REPLACED

    @precondition(lambda self: self.states)
    @rule(which=some_plan, opinion=words)
    def reject(self, which, opinion):
        plan_id = self.pick(which)
        allowed = self.states[plan_id] == SUBMITTED and bool(opinion.strip())
        act = lambda: reject_plan(plan_id, opinion, uow=self.uow(), law=self.law)  # noqa: E731
        if self.attempt(allowed, act) is not None:
            self.states[plan_id] = REJECTED

    @precondition(lambda self: self.states)
    @rule(which=some_plan, reason=words, day=st.integers(0, 200))
    def move(self, which, reason, day):
        plan_id = self.pick(which)
        state = self.states[plan_id]
        done = any(visit[2] == DONE for visit in self.active(plan_id))
        allowed = state in EDITABLE or (state == APPROVED and bool(reason.strip()) and not done)
        on = date(2026, 11, 24) + timedelta(days=day)
        act = lambda: move_plan(plan_id, on, reason, uow=self.uow(), law=self.law)  # noqa: E731
        self.attempt(allowed, act)

    @precondition(lambda self: self.states)
    @rule(which=some_plan, reason=words)
    def cancel(self, which, reason):
        plan_id = self.pick(which)
        allowed = self.states[plan_id] in OPEN and bool(reason.strip()) and not self.active(plan_id)
        act = lambda: cancel_plan(plan_id, reason, uow=self.uow(), law=self.law)  # noqa: E731
        if self.attempt(allowed, act) is not None:
            self.states[plan_id] = CANCELLED

    @precondition(lambda self: self.states)
    @rule(which=some_plan, reason=words)
    def revise(self, which, reason):
        self.do_revise(self.pick(which), reason)

    def do_revise(self, plan_id, reason="有理由"):
        running = any(
            former == plan_id and self.states[new] in OPEN for new, former in self.replaces.items()
        )
        allowed = self.states[plan_id] == APPROVED and bool(reason.strip()) and not running
        act = lambda: revise_plan(plan_id, reason, uow=self.uow(), law=self.law)  # noqa: E731
        changes = self.attempt(allowed, act)
        if changes is not None:
            new_id = id_of(changes, Plan)
            self.states[new_id] = DRAFT
            self.people[new_id] = set(self.people[plan_id])
            self.members[new_id] = self.members[plan_id]
            self.replaces[new_id] = plan_id

    @precondition(lambda self: self.states)
    @rule(which=some_plan, who=some_person, reason=words)
    def drop(self, which, who, reason):
        plan_id, subject_id = self.pick(which), self.subjects[who]
        allowed = (
            self.states[plan_id] == APPROVED
            and bool(reason.strip())
            and subject_id in self.people[plan_id]
            and len(self.people[plan_id]) > 1
            and all(person != subject_id for _, person, _, _ in self.active(plan_id))
        )
        act = lambda: drop_person(  # noqa: E731
            plan_id, subject_id, reason, uow=self.uow(), law=self.law
        )
        if self.attempt(allowed, act) is not None:
            self.people[plan_id].remove(subject_id)
            if self.all_done(plan_id):
                self.states[plan_id] = CARRIED_OUT

    @precondition(lambda self: self.states)
    @rule(which=some_plan, who=some_person)
    def begin(self, which, who):
        self.do_begin(self.pick(which), self.subjects[who])

    def do_begin(self, plan_id, subject_id):
        allowed = (
            self.states[plan_id] == APPROVED
            and subject_id in self.people[plan_id]
            and all(person != subject_id for _, person, _, _ in self.active(plan_id))
        )
        act = lambda: begin_visit(subject_id, plan_id, uow=self.uow(), law=self.law)  # noqa: E731
        changes = self.attempt(allowed, act)
        if changes is not None:
            visit_id = id_of(changes, Visit)
            self.visits[visit_id] = (plan_id, subject_id, UNDER_WAY, False)

    @precondition(lambda self: self.visits)
    @rule(which=some_plan, complete=st.sampled_from([True, True, False]))
    def finish(self, which, complete):
        self.do_finish(sorted(self.visits)[which % len(self.visits)], complete)

    def do_finish(self, visit_id, complete=True):
        plan_id, subject_id, state, form = self.visits[visit_id]
        whole = open_visit(visit_id, uow=self.uow())
        if complete and state == UNDER_WAY:
            whole.visit.on = self.law.today
            for talk in whole.talks:
                talk.on, talk.checked, talk.checked_on = self.law.today, True, self.law.today
                talk.exchanges = [{"question": "问", "answer": "答"}]
            save_visit(whole, uow=self.uow())
        recorded = whole.visit.on == self.law.today  # begun on a day to come: nothing asked yet
        allowed = state == UNDER_WAY and recorded
        act = lambda: finish_visit(visit_id, uow=self.uow(), law=self.law)  # noqa: E731
        if self.attempt(allowed, act) is not None:
            self.visits[visit_id] = (plan_id, subject_id, DONE, form)
            if self.all_done(plan_id):
                self.states[plan_id] = CARRIED_OUT

    @precondition(lambda self: self.visits)
    @rule(which=some_plan, reason=words)
    def call_off(self, which, reason):
        visit_id = sorted(self.visits)[which % len(self.visits)]
        plan_id, subject_id, state, form = self.visits[visit_id]
        allowed = state == UNDER_WAY and bool(reason.strip())
        act = lambda: call_off_visit(visit_id, reason, uow=self.uow())  # noqa: E731
        if self.attempt(allowed, act) is not None:
            self.visits[visit_id] = (plan_id, subject_id, CALLED_OFF, form)

    @precondition(lambda self: self.visits)
    @rule(which=some_plan)
    def fill_form(self, which):
        self.do_fill_form(sorted(self.visits)[which % len(self.visits)])

    def do_fill_form(self, visit_id):
        plan_id, subject_id, state, form = self.visits[visit_id]
        if form:
            return
        [form_id] = self.world.put(RegistrationForm(subject_id=subject_id, state=FINAL))
        act = lambda: link_form(visit_id, form_id, uow=self.uow())  # noqa: E731
        if self.attempt(state != CALLED_OFF, act) is not None:
            self.visits[visit_id] = (plan_id, subject_id, state, True)

    @precondition(lambda self: self.states)
    @rule(which=some_plan)
    def close(self, which):
        self.do_close(self.pick(which))

    def do_close(self, plan_id):
        formless = [
            visit
            for visit in self.visits.values()
            if visit[0] == plan_id and visit[2] == DONE and not visit[3]
        ]
        allowed = self.states[plan_id] == CARRIED_OUT and not formless
        act = lambda: close_plan(plan_id, uow=self.uow(), law=self.law)  # noqa: E731
        if self.attempt(allowed, act) is not None:
            self.states[plan_id] = CLOSED

    @precondition(lambda self: self.states)
    @rule(which=some_plan, times=st.integers(1, 4))
    def go_on(self, which, times):
        """Take steps that lead onwards: blind chance alone seldom comes to the end."""
        for _ in range(times):
            self.do_go_on(self.pick(which))

    def do_go_on(self, plan_id):
        state = self.states[plan_id]
        if state in EDITABLE:
            self.do_edit(plan_id, 2)
            self.do_submit(plan_id)
        elif state == SUBMITTED:
            self.do_approve(plan_id)
        elif state == APPROVED:
            for visit_id, one in list(self.visits.items()):
                if one[0] == plan_id and one[2] == UNDER_WAY:
                    self.do_finish(visit_id)
            active = {person for _, person, _, _ in self.active(plan_id)}
            for subject_id in sorted(self.people[plan_id] - active)[:2]:
                self.do_begin(plan_id, subject_id)
        elif state == CARRIED_OUT:
            for visit_id, one in list(self.visits.items()):
                if one[0] == plan_id:
                    self.do_fill_form(visit_id)
            self.do_close(plan_id)

    @precondition(lambda self: APPROVED in self.states.values())
    @rule(which=some_plan)
    def replace_by_a_new_version(self, which):
        approved = [id_ for id_, state in sorted(self.states.items()) if state == APPROVED]
        plan_id = approved[which % len(approved)]
        self.do_revise(plan_id)
        for new_id in [new for new, former in self.replaces.items() if former == plan_id]:
            if self.states[new_id] in EDITABLE:
                self.do_edit(new_id, 2)
                self.do_submit(new_id)
            self.do_approve(new_id)

    # ---- what is always true

    @invariant()
    def the_file_says_what_the_model_says(self):
        if not hasattr(self, "store"):
            return
        with self.store.unit_of_work() as uow:
            plans = {plan.id: plan for plan in uow.repository(Plan).where()}
            steps = uow.repository(PlanStep).where()
            visits = {visit.id: visit for visit in uow.repository(Visit).where()}
            people = uow.repository(PlanPerson).where()
        assert {id_: plan.state for id_, plan in plans.items()} == self.states
        assert {id_: (one.plan_id, one.subject_id, one.state) for id_, one in visits.items()} == {
            id_: visit[:3] for id_, visit in self.visits.items()
        }
        for plan_id, plan in plans.items():
            here = DRAFT
            for step in (one for one in steps if one.plan_id == plan_id):
                assert step.from_state == here and here in TRANSITIONS[step.act].sources
                here = step.to_state
            assert here == plan.state  # the history alone tells where the plan is
            left = {one.subject_id for one in people if one.plan_id == plan_id and not one.dropped}
            assert left == self.people[plan_id]
            if plan.state in (CARRIED_OUT, CLOSED):
                assert self.all_done(plan_id)
            if plan.state in (DRAFT, SUBMITTED, REJECTED, CANCELLED, REPLACED):
                assert not self.active(plan_id)


PlanMachine.TestCase.settings = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestPlansUnderRandomSteps = PlanMachine.TestCase
