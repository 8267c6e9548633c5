"""Believable visits of practice data, each at another place between the visit and the case file."""

from __future__ import annotations

from datetime import date, timedelta

from app.domain.audit import Act
from app.domain.decision import DUE
from app.domain.ending import kind_for
from app.domain.gates import NO_SCAN, Exemption
from app.domain.outcome import (
    ADMONISH,
    ENCOURAGE,
    SUPPORT,
    TALK,
    TO_PERSON,
    TO_UNIT,
    URGE,
    URGE_TALK,
)
from app.domain.plan import (
    APPROVE,
    APPROVED,
    CARRIED_OUT,
    NO_RECUSAL,
    ON_SITE,
    PERSON,
    SIGNED_SCAN,
    SUBMIT,
    SUBMITTED,
    Plan,
    PlanStep,
)
from app.domain.request import TOLD, Request
from app.domain.signature import Signature
from app.domain.standing import Standing
from app.domain.subject import Sanction
from app.domain.visit import DONE, Participant, Talk, Visit
from app.domain.visiting_list import (
    DISCIPLINE_OFFICE,
    INCLUDED,
    LEFT_OUT,
    PUT_OFF,
    QUARTER,
    UNIT,
    Consultation,
    period_of,
    usual_question,
)
from app.services.plan_drafting import new_member
from app.services.use_cases import UseCases
from app.storage.store import Store

_ON_LIST = 12
LEAST_PEOPLE = 20
"""Fewer people are a sample to look at, not an office that works."""

STAFF = (
    ("顾明远", "案件管理室", "主任", False),
    ("沈静", "纪检监察室", "副主任", False),
    ("陆书遥", "综合处", "科员", False),
    ("韩致远", "学校纪委领导", "纪委书记", True),
)
_GOOD = (
    "该同志对所犯错误认识深刻，能够主动向党组织汇报思想，积极承担教学和管理工作，"
    "受处分后带头落实学院重点任务，得到同事认可。生活情况稳定，家庭和睦。"
)
_PRESSED = (
    "该同志能够认识错误，但思想压力较大，担心影响职称评审和今后发展，工作中顾虑较多，"
    "与同事交流减少，参加集体活动不够主动，改正错误的表现还不明显。"
)
_BAD = (
    "该同志对处分仍有抵触，多次无故不参加组织生活，本学期两次教学检查不合格，"
    "所在单位谈话提醒后没有明显改进。"
)
_FITTING = {_GOOD: ENCOURAGE, _PRESSED: SUPPORT, _BAD: ADMONISH}
_STORIES = (
    # days since the visit, what was found, result, how far it has come
    (6, _GOOD, "", 0),  # the form is signed, the result waits
    (18, _PRESSED, "", 0),  # late
    (24, _GOOD, ENCOURAGE, 1),  # the person was told, the unit was not
    (75, _PRESSED, SUPPORT, 2),  # the unit's reply is late
    (52, _BAD, ADMONISH, 3),  # reminded, answered, waits for the file
    (110, _GOOD, ENCOURAGE, 4),  # filed
    (95, _PRESSED, SUPPORT, 4),
)


def make_practice_visits(store: Store, use_cases: UseCases, today: date) -> None:
    """Make staff, visits, results and a restoration under way, by the use cases of the office."""
    staff = _staff(use_cases)
    with store.unit_of_work() as uow:
        due = [one.subject_id for one in uow.repository(Standing).where(verdict=DUE)]
    people = [id_ for id_ in due if id_ is not None]
    if not staff or len(people) < len(_STORIES):
        return
    for subject_id, (days, found, item, far) in zip(people, _STORIES, strict=False):
        on = today - timedelta(days=days)
        visit_id = _visit(store, use_cases, subject_id, on, found)
        _form(use_cases, visit_id, found, item or _FITTING[found], on)
        if item:
            _result(use_cases, visit_id, item, far, on)
    _list(use_cases, set(people[len(_STORIES) :]))
    _ending(store, use_cases)
    use = use_cases.results.new_use(people[5])
    use.kind, use.asked_by, use.asker = "考核奖惩", "党委组织部", "方科长"
    use.purpose, use.asked_on = "年度考核等次评定", today - timedelta(days=3)
    use.due_on = today + timedelta(days=7)
    use_cases.results.save_use(use)


def _staff(use_cases: UseCases) -> list[str]:
    from app.domain.staff import Staff

    for name, department, post, principal in STAFF:
        one = Staff(
            name=name,
            department=department,
            post=post,
            unit="纪委机关",
            principal=principal,
            phone="0000-8980000",
        )
        use_cases.plans.save_staff(one)
    return [one.name for one in use_cases.plans.staff()]


def _list(use_cases: UseCases, people: set[int]) -> None:
    """Make the signed list of this quarter: most of those who wait, one put off, two plans for it."""
    plans, today = use_cases.plans, use_cases.results.today()
    whole = plans.propose_list(QUARTER, *period_of(QUARTER, today))
    waiting = [
        entry.subject_id
        for entry in whole.of(INCLUDED)  # who has the nearest end comes first
        if entry.subject_id in people
    ]
    chosen, later = set(waiting[:_ON_LIST]), next(iter(waiting[_ON_LIST:]), None)
    for entry in whole.entries:
        if entry.subject_id == later:
            entry.decision, entry.reason = PUT_OFF, "因病住院治疗，待康复后安排"
            entry.until, entry.approver = today + timedelta(days=60), STAFF[3][0]
        elif entry.subject_id not in chosen and entry.decision == INCLUDED:
            entry.decision, entry.reason = LEFT_OUT, "本学期已谈心谈话，列入下一季度名单"
        elif entry.decision == INCLUDED:
            entry.planned_for, entry.method, entry.owner = "下月上旬", ON_SITE, STAFF[0][0]
    units = dict.fromkeys(one.unit or one.workplace for one in whole.of(INCLUDED))
    whole.consultations = [
        _talk(DISCIPLINE_OFFICE, "", "沈静，副主任", "当面", today),
        *(_talk(UNIT, unit, "党组织书记", "电话", today) for unit in units),
    ]
    for talk in whole.consultations:
        talk.asked = usual_question(whole, talk.party, talk.unit)
    plans.save_list(whole)
    why = Exemption(gate=NO_SCAN.title, reason="练习数据没有扫描件，原件在案卷内")
    signature = Signature(STAFF[3][0], today, SIGNED_SCAN, "案卷内名单原件", "同意。")
    plans.sign_list(whole.head.id, signature, exemptions=(why,))
    for subject_id in waiting[:2]:
        plans.save_plan(plans.draw_up_plan([subject_id or 0], list_id=whole.head.id))


def _talk(party: str, unit: str, person: str, how: str, today: date) -> Consultation:
    return Consultation(
        party=party,
        unit=unit,
        person=person,
        how=how,
        on=today,
        answer="同意列入名单，所列同志能够正确对待处分，单位配合回访。",
        recorder=STAFF[2][0],
    )


def _visit(store: Store, use_cases: UseCases, subject_id: int, on: date, found: str) -> int:
    """Return the id of a finished visit under an approved plan, both of earlier days."""
    plans, today = use_cases.plans, use_cases.results.today()
    whole = plans.draw_up_plan([subject_id], method=ON_SITE)
    whole.plan.on, whole.plan.time = on, "上午9:00"
    whole.plan.place = whole.plan.place or "学院小会议室"
    whole.plan.drafted_on = on - timedelta(days=14)
    whole.members = [
        new_member(one, leader=number == 0, part=("主谈", "记录")[number])
        for number, one in enumerate(plans.staff()[:2])
    ]
    for member in whole.members:
        member.recusal = NO_RECUSAL
    plans.save_plan(whole)
    plan_id = whole.plan.id
    leader, recorder = whole.members[0].name, whole.members[1].name
    with store.unit_of_work() as uow:
        plan = uow.repository(Plan).get(plan_id or 0)
        plan.state = CARRIED_OUT
        uow.repository(Plan).put(plan)
        for act, source, target, days, who in (
            (SUBMIT, "草稿", SUBMITTED, 10, leader),
            (APPROVE, SUBMITTED, APPROVED, 8, STAFF[3][0]),
        ):
            step = PlanStep(
                plan_id=plan_id,
                act=act,
                from_state=source,
                to_state=target,
                on=on - timedelta(days=days),
                who=who,
            )
            if act == APPROVE:
                step.opinion, step.means, step.scan = "同意。", SIGNED_SCAN, "案卷内方案原件"
            uow.repository(PlanStep).put(step)
        visit_id = uow.repository(Visit).put(
            Visit(
                subject_id=subject_id,
                plan_id=plan_id,
                state=DONE,
                method=ON_SITE,
                on=on,
                time="上午9:00",
                place="学院小会议室",
                materials="查阅了年度考核、党支部组织生活记录。",
                conduct=found,
                execution="处分决定已宣布，职务、工资等变更手续已办理。",
                education="所在党支部明确专人联系，每季度谈心谈话一次。",
                rights="合法权利得到保障，没有提出异议。",
                unit_politics="拥护组织决定。",
                unit_party="党组织认为情况属实，将继续做好教育管理和关心帮助。",
                unit_signed_on=on + timedelta(days=2),
            )
        )
        for position, member in enumerate(whole.members, 1):
            uow.repository(Participant).put(
                Participant(
                    visit_id=visit_id,
                    staff_id=member.staff_id,
                    position=position,
                    name=member.name,
                    post=f"{member.department}{member.post}",
                    part=member.part,
                )
            )
        uow.repository(Talk).put(
            Talk(
                visit_id=visit_id,
                position=1,
                audience=PERSON,
                name=whole.people[0].name,
                post=whole.people[0].workplace,
                on=on,
                starts="9:00",
                ends="9:50",
                place="学院小会议室",
                talker=leader,
                recorder=recorder,
                exchanges=[
                    {
                        "question": "近来思想、工作和生活情况怎样？",
                        "answer": "总体稳定，感谢组织关心。",
                    },
                    {"question": "对所犯错误怎样认识？", "answer": "教训深刻，今后严格要求自己。"},
                ],
                checked=True,
                checked_on=on,
            )
        )
        if found is _PRESSED:
            uow.repository(Request).put(
                Request(
                    subject_id=subject_id,
                    visit_id=visit_id,
                    state=TOLD,
                    kind="工作生活困难",
                    content="家属患病需定期陪同就诊，希望课程安排适当集中。",
                    raised_on=on,
                    owner="所在学院",
                    due_on=on + timedelta(days=30),
                    answer="学院已调整课表，集中安排在周一至周三。",
                    answered_on=min(on + timedelta(days=12), today),
                    told_on=min(on + timedelta(days=14), today),
                    told_how="当面",
                    told_by=leader,
                )
            )
        uow.record(Act("生成演示数据", details={"回访": visit_id}))
        uow.commit()
    return visit_id


def _form(use_cases: UseCases, visit_id: int, found: str, item: str, on: date) -> None:
    """Fill the form of a visit, make it final and attach what stands for the signed sheet."""
    form_id, _changes = use_cases.plans.form_of_visit(visit_id)
    form = use_cases.open_form(form_id)
    form.attitude = found
    form.proposal = {
        ENCOURAGE: "建议予以肯定和鼓励，由所在单位党组织继续关心帮助，为其干事创业创造条件。",
        SUPPORT: "建议做好政策解释，督促所在单位党组织落实主体责任，安排专人联系，帮助调整心态、提振精神。",
        ADMONISH: "建议督促所在单位党组织进行教育提醒，明确整改要求，跟踪掌握改正情况。",
    }[item]
    use_cases.save_form(form)
    paper = use_cases.paper
    paper.finalise(form_id, "演示数据")
    signed = min(on + timedelta(days=4), use_cases.results.today())
    scan = paper.read_final(form_id)
    paper.attach_scan(form_id, scan + b"\n% scan\n", None, signed, "顾明远、沈静")


def _result(use_cases: UseCases, visit_id: int, item: str, far: int, on: date) -> None:
    """Decide, feed back, urge and file, as far as the story goes."""
    results, today = use_cases.results, use_cases.results.today()
    outcome_id, _changes = results.result_of_visit(visit_id)
    whole = results.open(outcome_id)
    outcome = whole.result.outcome
    outcome.item, outcome.decided_on = item, on + timedelta(days=8)
    outcome.decided_by = STAFF[3][0]
    results.save(whole)
    results.decide(outcome_id)
    told = (TO_PERSON,) if far == 1 else (TO_PERSON, TO_UNIT)
    for audience in told:
        feedback = results.new_feedback(results.open(outcome_id).result, audience)
        feedback.means = "当面" if audience == TO_PERSON else "信函"
        feedback.on, feedback.by = on + timedelta(days=12), STAFF[0][0]
        feedback.receiver = feedback.receiver or "党总支书记"
        feedback.receipt_on = feedback.on
        results.record_feedback(feedback)
    if item != ENCOURAGE:
        _urge(use_cases, outcome_id, item, on, answered=far != 2)
    if far == 4:
        whole = results.open(outcome_id)
        entry = whole.entry
        entry.file_number = f"{on.year}-HF-{outcome_id:03d}"
        entry.filed_on = min(on + timedelta(days=60), today)
        entry.compiled_on, entry.checked_by = entry.filed_on, STAFF[0][0]
        entry.handed_by, entry.handed_to = STAFF[2][0], "档案室"
        whole.papers = list(results.propose_papers(outcome_id))
        for paper in whole.papers:
            paper.pages = paper.pages or 2
        results.save(whole)
        results.file(outcome_id)


def _urge(use_cases: UseCases, outcome_id: int, item: str, on: date, *, answered: bool) -> None:
    results = use_cases.results
    whole = results.open(outcome_id).result
    letter = results.new_letter(whole, URGE if item == SUPPORT else URGE_TALK)
    letter.problem = (
        "该同志思想压力较大，工作顾虑较多，改正错误的表现还不明显。"
        if item == SUPPORT
        else "该同志多次无故不参加组织生活，教学检查不合格，改正错误不到位。"
    )
    letter.sent_on, letter.sent_how = on + timedelta(days=12), "信函"
    letter.reply_by = on + timedelta(days=42)
    if answered:
        letter.replied_on = on + timedelta(days=35)
        letter.reply = "已明确党总支副书记与其结对联系，谈心谈话两次，本人思想情绪趋于稳定。"
    results.save_letter(letter)
    for act in results.open(outcome_id).result.acts:
        if act.kind in ("做好政策解释", TALK):
            act.done_on, act.done_by = on + timedelta(days=20), STAFF[0][0]
            act.note = "当面讲解了处分影响期的有关规定，指出问题，提出要求。"
            act.place, act.attitude = "学院小会议室", "表示认真改正。"
            results.save_act(act)


def _ending(store: Store, use_cases: UseCases) -> None:
    """Begin the restoration of somebody whose probation is over."""
    results = use_cases.results
    for row in results.endings():
        with store.unit_of_work() as uow:
            [sanction] = uow.repository(Sanction).where(id=row.sanction_id)
        if row.id is None and kind_for(sanction) == "恢复党员权利":
            ending_id, _changes = results.begin_ending(row.subject_id, row.sanction_id or 0)
            whole = results.open_ending(ending_id)
            for item in (*whole.materials[:3], whole.steps[0]):
                item.done_on = results.today()
            results.save_ending(whole)
            return
