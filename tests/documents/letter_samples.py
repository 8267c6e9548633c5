"""Entities as a discipline office fills them, all made up, for tests of letters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from app.domain.gates import Exemption
from app.domain.papers import Particulars, RequestPaper, VisitPaper
from app.domain.plan import (
    APPROVE,
    APPROVED,
    NO_RECUSAL,
    SIGNED_SCAN,
    Plan,
    PlanMember,
    PlanPerson,
    PlanStep,
    TalkPoint,
    WholePlan,
)
from app.domain.request import Request
from app.domain.visit import Contact, Participant, Talk, Visit, WholeVisit
from app.domain.visiting_list import Consultation, ListEntry, VisitingList, WholeList
from tests.documents import result_samples

PARTICULARS = Particulars(
    office="中共某某学院纪律检查委员会",
    numbers=("某院纪函〔2026〕12号", "某院纪函〔2026〕13号"),
    dated=date(2026, 12, 1),
    contact="赵一鸣",
    phone="0534-8985001",
    reply_by=date(2026, 12, 11),
)


def person(**changed: Any) -> PlanPerson:
    """Return a person of a plan, altered by keyword."""
    values: dict[str, Any] = {
        "subject_id": 1,
        "name": "单小芳",
        "sex": "女",
        "born_on": "1985.03",
        "education": "研究生（硕士）",
        "membership": "中共党员",
        "workplace": "化学与材料学院副教授、无机化学教研室主任",
        "unit": "化学与材料学院",
        "phone": "13812345678",
        "sanctions": "党内严重警告（2026.03.10）\n政务记过（2026.03.12）",
        "facts": "2022年3月至2023年6月，违反财经纪律，将横向课题结余款12480.50元转入个人账户，"
        "用于支付与课题无关的费用。案发后主动退缴全部款项，如实说明问题。",
        "last_day": date(2027, 9, 9),
        "verdict": "应回访",
        "verdict_reason": "处于影响期内，2027年9月9日期满",
        "character": "性格沉稳内向，做事认真，平时话不多；自尊心强，遇事愿意自己承担。",
        "state_of_mind": "对所犯错误有认识，能够接受组织处理；受处分后一度情绪低落，担心影响职称评审和学生评价，"
        "近来逐步恢复，教学科研工作正常。",
        "focus": "了解思想转变情况和教学科研工作状态，讲清处分期内职称评审的规定，帮助打消顾虑。",
    }
    return PlanPerson(**(values | changed))


def member(name: str, **changed: Any) -> PlanMember:
    """Return a member of the work group."""
    values: dict[str, Any] = {
        "name": name,
        "department": "案件管理室",
        "post": "主任",
        "unit": "纪委办公室",
        "part": "主谈",
        "recusal": NO_RECUSAL,
    }
    return PlanMember(**(values | changed))


POINTS = (
    TalkPoint(
        audience="本人", item="（三）", words="受处分以来对所犯错误是怎样认识的？思想上有哪些转变？"
    ),
    TalkPoint(audience="本人", item="（三）", words="在改正错误、遵守纪律方面做了哪些具体的事？"),
    TalkPoint(
        audience="本人", item="（四）", words="有哪些思想顾虑和压力？说明组织的关心和有关政策。"
    ),
    TalkPoint(
        audience="本人",
        item="（四）",
        words="解释党纪处分影响期（至2027年9月9日）内的限制和期满后的安排，鼓励轻装上阵。",
    ),
    TalkPoint(
        audience="本人",
        item="（五）",
        words="申诉、申辩等合法权利是否得到保障？对组织、对单位有什么意见建议？",
    ),
    TalkPoint(
        audience="单位负责人",
        item="（一）",
        words="处分决定宣布、送达、归档和职务、待遇调整的执行情况；日常教育管理和帮扶的做法。",
    ),
    TalkPoint(
        audience="单位负责人", item="（二）", words="现实表现、履职尽责情况，党组织的评价和建议。"
    ),
    TalkPoint(
        audience="同事及群众", item="（二）", words="工作表现、与同事相处的情况，群众的反映。"
    ),
)


def plan(**changed: Any) -> WholePlan:
    """Return an approved plan for one person, its head altered by keyword."""
    values: dict[str, Any] = {
        "id": 7,
        "title": "关于对单小芳开展回访关爱的工作方案",
        "state": APPROVED,
        "drafted_by": "赵一鸣",
        "drafted_on": date(2026, 11, 23),
        "basis": "根据《关于对受处分人员开展回访关爱的实施办法》第四条、第七条、第八条规定，制定本方案。",
        "purpose": "坚持惩前毖后、治病救人，了解单小芳受处分以来的思想、工作、生活状况和处分决定执行情况，"
        "有针对性地做好思想教育和激励帮扶，促使其端正思想认识、放下思想包袱、认真履职担当。",
        "method": "实地",
        "on": date(2026, 12, 8),
        "time": "上午9:00至11:30",
        "place": "行政楼305会议室",
        "route": "步行前往",
        "hearers": "单小芳本人；\n所在单位党组织负责人；\n所在单位党员干部、教职工2至3名"
        "（由工作组商所在单位确定，不限于本人提出的人选）。",
        "materials": "处分决定书及执行情况材料（宣布、送达、归入本人档案，职务、职级、工资待遇调整）；\n"
        "所在单位日常教育管理和帮扶情况材料；\n受处分以来的年度考核、民主评议等材料。",
        "steps": "1. 与所在单位党组织沟通，送达通知，请其做好配合；\n2. 听取所在单位党组织负责人介绍情况；\n"
        "3. 与党员干部、教职工个别交流；\n4. 查阅有关材料；\n5. 与本人谈心谈话，做好记录，由本人核对签名；\n"
        "6. 汇总情况，填写登记表，提出意见建议。",
        "policies": "《关于对受处分人员开展回访关爱的实施办法》第五条、第七条、第九条。\n"
        "《中国共产党纪律处分条例》关于处分影响期及其后果的规定；《中国共产党党员权利保障条例》"
        "关于党员申诉、申辩等权利的规定。",
        "difficulties": "情绪低落或抵触：先听后谈，不重复审查调查问话，多讲组织关心和政策界限；\n"
        "对处分有异议：说明申诉、复审复核的渠道，不就案件实体作表态。",
        "safety": "选择安静、适宜的场所，两名以上工作人员全程在场；\n谈话中发现情绪异常，立即停止谈话、"
        "陪伴安抚，通知所在单位并报告。",
        "emergency": "化学与材料学院党委副书记李主任，0534-8985123",
        "secrecy": "工作组成员对案情、本人情况和谈话内容保密；\n材料专人保管，用后归入案件档案，"
        "不私自留存、复制、外传。",
    }
    head = Plan(**(values | changed))
    members = [
        member("赵一鸣", leader=True),
        member("钱二丽", department="纪检监察室", post="科员", part="记录、查阅资料"),
    ]
    steps = (
        PlanStep(
            act=APPROVE,
            on=date(2026, 11, 25),
            who="王书记",
            opinion="同意。",
            means=SIGNED_SCAN,
            scan="案卷2026-12第3页",
        ),
    )
    return WholePlan(head, [person()], members, list(POINTS), steps)


def plan_for_three() -> WholePlan:
    """Return a long plan for three people of two units, with an exception."""
    whole = plan(title="关于对单小芳、欧阳文𬱖、尼加提·买买提三名同志开展回访关爱的工作方案")
    whole.people = [
        person(),
        person(
            subject_id=2,
            name="欧阳文𬱖",
            sex="男",
            workplace="化学与材料学院实验员",
            sanctions="事业单位警告（2026.09.01）",
            facts="违反实验室管理规定，擅自出借危险化学品存放间钥匙，造成不良影响。",
            earlier_visits=1,
        ),
        person(
            subject_id=3,
            name="尼加提·买买提",
            sex="男",
            unit="后勤管理处",
            workplace="后勤管理处副处长（正科级）",
            sanctions="党内警告（2026.05.20）",
            facts="在职工食堂采购中违规接受供应商宴请两次，价值860元。" * 8,
        ),
    ]
    whole.exemptions = (
        Exemption(
            gate="期满后补访",
            reason="因本人赴外地进修，期内未能安排",
            approver="王书记",
            on=date(2026, 11, 25),
        ),
    )
    whole.points = [
        *POINTS,
        replace(POINTS[0], subject_id=2, words="对岗位安全责任的认识有哪些提高？"),
    ]
    return whole


def entry(name: str, **changed: Any) -> ListEntry:
    """Return an entry of a list."""
    values: dict[str, Any] = {
        "name": name,
        "workplace": "化学与材料学院副教授",
        "unit": "化学与材料学院",
        "sanctions": "党内严重警告（2026.03.10）\n政务记过（2026.03.12）",
        "last_day": date(2027, 9, 9),
        "verdict": "应回访",
        "proposed": True,
        "planned_for": "2026年12月上旬",
        "method": "实地",
        "owner": "赵一鸣",
    }
    return ListEntry(**(values | changed))


NAMES = (
    "单小芳",
    "欧阳文𬱖",
    "尼加提·买买提",
    "曾国强",
    "解志远",
    "仇慧",
    "查建华",
    "翟丽",
    "覃明",
    "缪芸",
    "朴哲",
    "区少华",
)


def visiting_list(people: int = 12) -> WholeList:
    """Return the signed list of a quarter with somebody put off and somebody left out."""
    entries = [
        entry(
            NAMES[number % len(NAMES)],
            subject_id=number + 1,
            earlier_visits=number % 3,
            method=("实地", "电话", "信函")[number % 3],
        )
        for number in range(people)
    ]
    entries += [
        entry(
            "种德明",
            subject_id=90,
            decision="暂缓",
            reason="因病住院治疗，待出院后安排",
            until=date(2027, 3, 31),
            approver="王书记",
        ),
        entry(
            "繁玉梅",
            subject_id=91,
            decision="不列入",
            verdict="原则上不再回访",
            reason="处分影响期内已退休（2026年9月1日），办法第五条第二款",
        ),
    ]
    head = VisitingList(
        id=3,
        title="2026年第四季度回访对象名单",
        period="季度",
        starts_on=date(2026, 10, 1),
        ends_on=date(2026, 12, 31),
        drafted_by="赵一鸣",
        drafted_on=date(2026, 11, 23),
    )
    return WholeList(head, entries, [consultation(), consultation("纪检监察室")])


def consultation(party: str = "所在单位") -> Consultation:
    """Return what a unit, or 纪检监察室, said about the list."""
    return Consultation(
        party=party,
        unit="化学与材料学院" if party == "所在单位" else "",
        person="李主任（党委副书记）",
        on=date(2026, 11, 20),
        how="当面",
        asked="就拟列入本期名单人员的思想工作状况、是否适合回访、适宜的方式和时间征求意见。",
        answer="同意列入。本人近来情绪稳定，能够正常承担教学任务。建议安排在12月上旬、避开期末考试周，"
        "以实地谈话为宜，谈话地点可设在学院会议室。",
        recorder="钱二丽",
    )


ANSWER = (
    "这段时间我反复想过这件事。当时觉得钱是课题组挣来的，用在课题上和用在别处差别不大，"
    "没有把财经纪律当回事，说到底是纪法意识淡薄、存有侥幸心理。组织上给了处分，我接受，也是对我的挽救。"
)


def talk(questions: int = 6, **changed: Any) -> Talk:
    """Return a talk with as many questions as asked for."""
    values: dict[str, Any] = {
        "audience": "本人",
        "name": "单小芳",
        "post": "化学与材料学院副教授",
        "on": date(2026, 12, 8),
        "starts": "9:00",
        "ends": "10:30",
        "place": "行政楼305会议室",
        "talker": "赵一鸣",
        "recorder": "钱二丽",
        "checked": True,
        "checked_on": date(2026, 12, 8),
        "exchanges": [
            {
                "question": f"第{number}个问题：近来思想、工作情况怎么样？",
                "answer": ANSWER * (1 + number % 3),
            }
            for number in range(1, questions + 1)
        ],
        "corrections": "第二问中“横向课题”应为“横向课题和教改课题”。",
    }
    return Talk(**(values | changed))


def visit(**changed: Any) -> WholeVisit:
    """Return a finished visit with talks, a call and a letter."""
    head = Visit(
        subject_id=1,
        method="实地",
        on=date(2026, 12, 8),
        time="上午9:00",
        place="行政楼305会议室",
        conduct="思想稳定，工作积极。",
        unit_politics="拥护党的路线方针政策，积极参加政治学习和组织生活，能够按要求向党支部汇报思想。",
        unit_work="承担本科生课程两门，学生评教良好；参与申报省级教改课题一项。",
        unit_mending="认错态度端正，主动退缴全部款项，在教研室会议上作了检讨，经费报销手续规范。",
        unit_opinions="同事普遍反映其为人诚恳、工作踏实，愿意帮助其放下包袱。",
        unit_party="该同志能够正视错误、积极改正，建议予以肯定和鼓励，在期满后恢复其参评资格。",
    )
    contacts = [
        Contact(
            method="电话",
            audience="本人",
            name="单小芳",
            on=date(2026, 12, 8),
            time="9:00至9:35",
            phone="13812345678",
            staff="赵一鸣、钱二丽",
            content="问候本人近况，了解挂职期间思想和工作情况。\n本人表示已经适应新的岗位，感谢组织关心。",
        ),
        Contact(
            method="信函",
            audience="本人",
            name="欧阳文𬱖",
            on=date(2026, 12, 1),
            address="某某省某某市大学西路566号",
            tracking="EA123456789CN",
            staff="钱二丽",
            content="请就受处分以来的思想、工作、生活情况和意见建议作书面说明。",
            replied_on=date(2026, 12, 15),
            reply="来信收悉。在国外访学期间我坚持参加线上组织生活，按时汇报思想……",
        ),
    ]
    people = [Participant(name="赵一鸣", part="谈话"), Participant(name="钱二丽", part="记录")]
    made = WholeVisit(head, people, [talk()], contacts)
    for name, value in changed.items():
        setattr(made, name, value)
    return made


def visit_paper() -> VisitPaper:
    """Return the visit with its person."""
    return VisitPaper(visit(), person(), plan())


def request_paper(**changed: Any) -> RequestPaper:
    """Return a request that was told to the person."""
    values: dict[str, Any] = {
        "state": "已告知本人",
        "kind": "工作生活困难",
        "content": "孩子患病需长期治疗，本人每周需请假一天陪同就诊，希望教学安排上予以照顾。",
        "raised_on": date(2026, 12, 8),
        "owner": "化学与材料学院",
        "due_on": date(2027, 1, 8),
        "answer": "学院已将其课程集中安排在周一至周三，并由工会给予困难补助。",
        "answered_on": date(2026, 12, 25),
        "told_on": date(2026, 12, 28),
        "told_how": "当面",
        "told_by": "赵一鸣",
    }
    return RequestPaper(Request(**(values | changed)), person(), "2026年12月8日实地回访")


ENTITIES: dict[str, Any] = {
    "visiting_list": visiting_list(),
    "consultation": visiting_list(),
    "plan": plan(),
    "unit_notice": plan_for_three(),
    "person_notice": plan(),
    "talk_outline": plan(),
    "talk_record": visit(),
    "phone_record": visit(),
    "mail_record": visit(),
    "unit_opinion_blank": plan(),
    "unit_opinion": visit_paper(),
    "request_slip": request_paper(),
    **dict.fromkeys(
        (
            "feedback_person",
            "feedback_unit",
            "unit_reminder",
            "admonition",
            "file_contents",
            "file_note",
        ),
        result_samples.result_paper(person()),
    ),
    "use_reply": result_samples.use_paper(person()),
    "ending_materials": result_samples.ending_paper(person()),
    "ending_steps": result_samples.ending_paper(person()),
}
"""One entity per document, by its name."""
