"""A small office with staff and people under sanction, to plan and visit in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from app.domain.attachment import APPROVAL_SCAN, Attachment
from app.domain.partial_date import PartialDate
from app.domain.plan import NO_RECUSAL, SIGNED_SCAN, WholePlan
from app.domain.rulebook import parse_rules
from app.domain.settings import Settings
from app.domain.signature import Signature
from app.domain.staff import Staff
from app.domain.subject import Case, Event, Sanction, Subject
from app.domain.talk_points import read_wordings
from app.domain.visit import Visit
from app.services.gatekeeping import Law
from app.services.parts import id_of
from app.services.plan_approval import approve_plan, submit_plan
from app.services.plan_drafting import draw_up_plan, new_member
from app.services.plans import save_plan
from app.services.ports import UnitOfWork
from app.services.visits import begin_visit, finish_visit, open_visit, save_visit

RESOURCES = Path(__file__).parents[2] / "resources"
RULES = parse_rules(
    {p.name: p.read_text("utf-8") for p in sorted((RESOURCES / "rules").glob("*.toml"))}
)
WORDINGS = read_wordings((RESOURCES / "templates" / "plan.toml").read_text("utf-8"))
TODAY = date(2026, 11, 23)
PRINCIPAL = "王书记"
ACCOUNT = "周明"


@dataclass
class World:
    """An office; ``law`` may be replaced by one of another day."""

    new_uow: Callable[[], UnitOfWork]
    law: Law = field(default_factory=lambda: Law(RULES, Settings(), TODAY))
    staff: list[Staff] = field(default_factory=list)

    def put(self, *entities: Any) -> list[int]:
        """Keep entities as they are."""
        with self.new_uow() as uow:
            ids = [uow.repository(type(entity)).put(entity) for entity in entities]
            uow.commit()
        return ids

    def all(self, entity: type, **values: object) -> list[Any]:
        with self.new_uow() as uow:
            return list(uow.repository(entity).where(**values))

    def person(
        self,
        name: str = "单小芳",
        *,
        decided: date = date(2026, 3, 10),
        regime: str = "党纪",
        kind: str = "严重警告",
        events: tuple[tuple[str, date], ...] = (),
        **more: Any,
    ) -> int:
        """Put a person with one sanction on the roster; by default inside until 2027-09-09."""
        values: dict[str, Any] = {
            "name": name,
            "sex": "女",
            "membership": "中共党员",
            "person_type": "专业技术人员",
            "workplace": "化学与材料学院副教授",
            "unit": "化学与材料学院",
            "phone": "13812345678",
        }
        [id_] = self.put(Subject(**(values | more)))
        [case] = self.put(Case(subject_id=id_, facts="违规收受礼金。"))
        self.put(
            Sanction(
                subject_id=id_,
                case_id=case,
                regime=regime,
                kind=kind,
                decided_on=PartialDate.of(decided),
            ),
            *(Event(subject_id=id_, kind=kind_, on=PartialDate.of(on)) for kind_, on in events),
        )
        return id_

    def draft(self, *subject_ids: int, method: str = "实地", **more: Any) -> WholePlan:
        """Return a saved plan with nothing missing."""
        whole = draw_up_plan(
            subject_ids,
            method=method,
            drafted_by=self.staff[0].name,
            uow=self.new_uow(),
            law=self.law,
            wordings=WORDINGS,
        )
        whole.members = [
            new_member(self.staff[0], leader=True, part="主谈"),
            new_member(self.staff[1], part="记录"),
        ]
        for member in whole.members:
            member.recusal = NO_RECUSAL
        for person in whole.people:
            person.character, person.state_of_mind = "沉稳内向", "认识到错误，顾虑前途"
        plan = whole.plan
        plan.time, plan.emergency = "上午9:00", "李主任 0534-8985001"
        plan.place = plan.place or "行政楼305会议室"
        if method == "电话":
            plan.not_in_person = "在外地挂职"
        if method == "信函":
            plan.not_in_person, plan.address = "在国外访学", "德州市大学西路566号"
            plan.reply_by = date(2027, 1, 10)
        for name, value in more.items():
            setattr(plan, name, value)
        save_plan(whole, uow=self.new_uow())
        return whole

    def submitted(self, *subject_ids: int, **more: Any) -> int:
        """Return the id of a plan that was put before the approver."""
        whole = self.draft(*subject_ids, **more)
        assert whole.plan.id is not None
        submit_plan(whole.plan.id, uow=self.new_uow(), law=self.law)
        return whole.plan.id

    def hang_sheet(self, owner_id: int | None, owner: str = "Plan") -> None:
        """Attach the signed sheet that proves an approval."""
        self.put(
            Attachment(owner_kind=owner, owner_id=owner_id, kind=APPROVAL_SCAN, title="审批单")
        )

    def signature(self, **changed: Any) -> Signature:
        values: dict[str, Any] = {
            "signer": PRINCIPAL,
            "on": self.law.today,
            "means": SIGNED_SCAN,
            "scan": "案卷2026-12 第3页",
            "opinion": "同意。",
        }
        return Signature(**(values | changed))

    def approved(self, *subject_ids: int, **more: Any) -> int:
        """Return the id of an approved plan."""
        plan_id = self.submitted(*subject_ids, **more)
        self.hang_sheet(plan_id)
        approve_plan(plan_id, self.signature(), account=ACCOUNT, uow=self.new_uow(), law=self.law)
        return plan_id

    def later(self, day: date) -> Law:
        """Let time pass."""
        self.law = Law(RULES, self.law.settings, day)
        return self.law

    def recorded_visit(self, subject_id: int, plan_id: int | None, **more: Any) -> int:
        """Return the id of a visit under way whose record lacks nothing."""
        begun = begin_visit(subject_id, plan_id, uow=self.new_uow(), law=self.law, **more)
        visit_id = id_of(begun, Visit)
        whole = open_visit(visit_id, uow=self.new_uow())
        whole.visit.on, whole.visit.place = self.law.today, "化学楼会议室"
        whole.visit.time, whole.visit.conduct = "上午9:00", "思想稳定，工作积极。"
        for talk in whole.talks:
            talk.on, talk.checked, talk.checked_on = self.law.today, True, self.law.today
            talk.exchanges = [{"question": "近来怎样？", "answer": "一切都好。"}]
        save_visit(whole, uow=self.new_uow())
        return visit_id

    def visited(self, subject_id: int, plan_id: int) -> int:
        """Return the id of a finished visit."""
        visit_id = self.recorded_visit(subject_id, plan_id)
        finish_visit(visit_id, uow=self.new_uow(), law=self.law)
        return visit_id


def make_world(new_uow: Callable[[], UnitOfWork]) -> World:
    """Return an office with a principal and three members of staff."""
    world = World(new_uow)
    world.staff = [
        Staff(
            name="赵一鸣", department="案件管理室", post="主任", unit="纪委办公室", account=ACCOUNT
        ),
        Staff(name="钱二丽", department="纪检监察室", post="科员", unit="纪委办公室"),
        Staff(name="孙三强", department="综合处", post="科员", unit="化学与材料学院"),
        Staff(
            name=PRINCIPAL, department="学校纪委领导", post="纪委书记", principal=True, account="王"
        ),
    ]
    world.put(*world.staff)
    return world
