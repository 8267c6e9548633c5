"""Where a text stands among all records but people: lists, plans, visits, forms, numbers, papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from app.domain.attachment import OWNERS, Attachment
from app.domain.document_number import DocumentNumber
from app.domain.ending import Ending
from app.domain.fields import display
from app.domain.filing import FilingEntry
from app.domain.outcome import Feedback, Outcome, ResultUse, UnitReminder
from app.domain.plan import Plan, PlanMember, PlanPerson
from app.domain.registration_form import RegistrationForm
from app.domain.request import Request
from app.domain.subject import Case, Event, Sanction, Subject
from app.domain.visit import Contact, Participant, Talk, Visit
from app.domain.visiting_list import VisitingList
from app.services.finding import Found, Group, whose
from app.storage.tables import TABLE_OF

_BEFORE, _AFTER = 6, 28  # characters of an excerpt around what was found: the hit must be seen
_subject = TABLE_OF[Subject]


@dataclass(frozen=True, slots=True)
class Place:
    """Where is searched: a type of record, its columns, and what a hit is called.

    ``holder`` is the record that a hit opens, by the column that names it; the record itself
    without one. ``opens`` is what of the holder is opened, as its result. ``quiet``: of no use where
    the holder was found by its own words.
    """

    group: str
    entity: type
    columns: tuple[str, ...]
    title: Callable[[Any], str]
    holder: tuple[type, str] | None = None
    shown: tuple[str, ...] = ()  # columns that the title needs besides
    quiet: bool = False
    opens: str = ""


def _joined(*parts: object) -> str:
    return " ".join(display(part) for part in parts if part)


PLACES: tuple[Place, ...] = (
    Place("名单", VisitingList, ("title", "remarks"), lambda row: row.title),
    Place("方案", Plan, ("title", "place", "drafted_by", "hearers"), lambda row: row.title),
    Place(
        "方案中的人员",
        PlanPerson,
        ("name",),
        lambda row: row.holder_title,
        (Plan, "plan_id"),
        quiet=True,
    ),
    Place(
        "工作组",
        PlanMember,
        ("name", "department", "post", "part", "relation"),
        lambda row: _joined(f"{row.name}{'（组长）' if row.leader else ''}", row.holder_title),
        (Plan, "plan_id"),
        shown=("leader",),
    ),
    Place(
        "回访",
        Visit,
        ("place", "conduct", "execution", "education", "rights", "materials", "unit_opinions",
         "unit_party"),
        lambda row: _joined(row.on, f"{row.method}回访"),
        shown=("on", "method"),
    ),
    Place(
        "谈话",
        Talk,
        ("name", "talker", "recorder", "place"),
        lambda row: _joined(row.on, f"与{row.name}谈话"),
        (Visit, "visit_id"),
        shown=("on",),
    ),
    Place(
        "回访人员",
        Participant,
        ("name", "post", "part"),
        lambda row: _joined(row.name, row.part),
        (Visit, "visit_id"),
    ),
    Place(
        "通话信函",
        Contact,
        ("name", "phone", "tracking", "content", "reply"),
        lambda row: _joined(row.on, f"{row.method}：{row.name}"),
        (Visit, "visit_id"),
        shown=("on", "method"),
    ),
    Place(
        "登记表",
        RegistrationForm,
        ("name", "visited_on", "facts", "attitude", "proposal", "remarks"),
        lambda row: f"登记表（{row.visited_on or '回访时间未填'}）",
    ),
    Place(
        "诉求",
        Request,
        ("content", "answer", "owner", "kind"),
        lambda row: _joined(row.raised_on, row.kind),
        shown=("raised_on",),
    ),
    Place("结果", Outcome, ("item", "grounds", "decided_by"), lambda row: f"结果{row.item}"),
    Place(
        "反馈",
        Feedback,
        ("content", "receiver", "response", "by"),
        lambda row: _joined(row.on, f"向{row.audience}反馈"),
        (Visit, "visit_id"),
        shown=("on", "audience"),
        opens="ResultOf",
    ),
    Place(
        "督促提醒函",
        UnitReminder,
        ("recipient", "problem", "demand", "reply"),
        lambda row: _joined(row.sent_on, f"致{row.recipient}"),
        (Visit, "visit_id"),
        shown=("sent_on",),
        opens="ResultOf",
    ),
    Place(
        "结果使用",
        ResultUse,
        ("asked_by", "purpose", "document_no", "reply"),
        lambda row: _joined(row.asked_on, row.asked_by),
        shown=("asked_on",),
    ),
    Place("期满办理", Ending, ("document_no", "organ", "sanction", "remarks"), lambda row: "期满办理"),
    Place(
        "归档",
        FilingEntry,
        ("file_number", "title", "compiled_by", "handed_to"),
        lambda row: _joined("案卷", row.file_number),
        (Visit, "visit_id"),
        opens="ResultOf",
    ),
    Place(
        "处分决定",
        Sanction,
        ("document_no", "note"),
        lambda row: _joined(row.decided_on, f"{row.regime}{row.kind}"),
        (Subject, "subject_id"),
        shown=("decided_on", "regime", "kind"),
    ),
    Place(
        "案件",
        Case,
        ("facts", "file_no", "organ"),
        lambda row: _joined("案件", row.file_no),
        (Subject, "subject_id"),
    ),
    Place(
        "状态事项",
        Event,
        ("document_no", "reason", "approver"),
        lambda row: _joined(row.on, row.kind),
        (Subject, "subject_id"),
        shown=("on", "kind"),
    ),
    Place(
        "附件",
        Attachment,
        ("title", "file_name", "note", "kind"),
        lambda row: f"{row.title}（{row.kind}）",
        shown=("owner_kind", "owner_id"),
    ),
)  # fmt: skip
"""Every kind of record that is searched, in the order in which groups are shown."""


class SqlFindQueries:
    """See ``services.finding.FindQueries``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def find(self, terms: Sequence[str], limit: int) -> Sequence[Group]:
        """Return groups in which every term stands somewhere, the newest hits first."""
        with self._engine.connect() as connection:
            groups: list[Group] = []
            for place in PLACES:
                group = self._of(connection, place, terms, limit)
                if place.quiet:
                    known = {hit.opens for other in groups for hit in other.hits}
                    hits = tuple(hit for hit in group.hits if hit.opens not in known)
                    group = replace(group, hits=hits)
                groups.append(group)
            groups.append(self._numbers(connection, terms, limit))
        return [group for group in groups if group.hits]

    def _of(
        self, connection: sa.Connection, place: Place, terms: Sequence[str], limit: int
    ) -> Group:
        table = TABLE_OF[place.entity]
        columns = [table.c[name] for name in place.columns]
        source, subject_id = self._with_person(table)
        titled = []
        if place.holder is not None and "title" in TABLE_OF[place.holder[0]].c:
            holder = TABLE_OF[place.holder[0]].alias("holder")
            source = source.outerjoin(holder, holder.c.id == table.c[place.holder[1]])
            titled = [holder.c.title.label("holder_title")]
        named = subject_id is not None
        texts = [*columns, *([_subject.c.name] if named else [])]
        query = (
            sa.select(
                table.c.id,
                *(table.c[name] for name in dict.fromkeys((*place.columns, *place.shown))
                 ),
                *([table.c[place.holder[1]].label("holder")] if place.holder else []),
                *titled,
                *(
                    [
                        subject_id.label("whose_id"),
                        _subject.c.name.label("whose_name"),
                        _subject.c.unit.label("whose_unit"),
                        sa.type_coerce(_subject.c.born_on, sa.String).label("whose_born"),
                    ]
                    if subject_id is not None
                    else []
                ),
            )
            .select_from(source)
            .where(*(sa.or_(*(_holds(text, term) for text in texts)) for term in terms))
            # Somebody's name alone finds the person; their records are found by what they say.
            .where(sa.or_(*(_holds(text, term) for text in columns for term in terms)))
            .order_by(table.c.id.desc())
            .limit(limit + 1)
        )  # fmt: skip
        if place.entity is Attachment:
            query = query.where(table.c.removed_on.is_(None))
        rows = list(connection.execute(query))
        hits = tuple(self._hit(place, row, terms) for row in rows[:limit])
        return Group(place.group, hits, len(rows) > limit)

    def _with_person(self, table: sa.Table) -> tuple[Any, Any]:
        if "subject_id" in table.c:
            joined = table.outerjoin(_subject, _subject.c.id == table.c.subject_id)
            return joined, table.c.subject_id
        if "visit_id" in table.c:
            visit = TABLE_OF[Visit]
            joined = table.outerjoin(visit, visit.c.id == table.c.visit_id).outerjoin(
                _subject, _subject.c.id == visit.c.subject_id
            )
            return joined, visit.c.subject_id
        return table, None

    def _hit(self, place: Place, row: Any, terms: Sequence[str]) -> Found:
        named = hasattr(row, "whose_id")
        opens = (place.entity.__name__, row.id)
        if place.holder is not None and row.holder is not None:
            opens = (place.opens or place.holder[0].__name__, row.holder)
        paper = place.entity is Attachment
        if paper:
            about = row.whose_id
            opens = (row.owner_kind, row.owner_id) if about is None else (Subject.__name__, about)
        texts = [getattr(row, name) for name in place.columns if hasattr(row, name)]
        excerpt = excerpt_of([str(text) for text in texts if text], terms)
        if paper:
            excerpt = _joined(OWNERS.get(row.owner_kind, ""), excerpt)
        person = (
            whose(row.whose_name, row.whose_unit or "", row.whose_born or "")
            if (named and row.whose_name)
            else ""
        )
        return Found(
            place.group,
            place.title(row),
            excerpt,
            person,
            opens,
            row.whose_id if named else None,
            row.id if paper else None,
        )  # fmt: skip

    def _numbers(self, connection: sa.Connection, terms: Sequence[str], limit: int) -> Group:
        """Return letters by their number as it is written: 某院纪函〔2026〕12号."""
        table = TABLE_OF[DocumentNumber]
        written = (
            table.c.prefix
            + "〔"
            + sa.cast(table.c.year, sa.String)
            + "〕"
            + sa.cast(table.c.number, sa.String)
            + "号"
        )
        texts = (written, table.c.title)
        query = (
            sa.select(written.label("written"), table.c.title, table.c.entity, table.c.entity_id)
            .where(*(sa.or_(*(_holds(text, term) for text in texts)) for term in terms))
            .order_by(table.c.id.desc())
            .limit(limit + 1)
        )
        rows = list(connection.execute(query))
        hits = tuple(
            Found(
                "文号",
                row.written,
                row.title,
                "",
                (row.entity.split("/")[0], row.entity_id or 0),
            )
            for row in rows[:limit]
        )
        return Group("文号", hits, len(rows) > limit)


def _holds(text: Any, term: str) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = text.contains(term, autoescape=True)
    return found


def excerpt_of(texts: Sequence[str], terms: Sequence[str]) -> str:
    """Return the words around the first term that one of ``texts`` holds, on one line."""
    for text in texts:
        plain = " ".join(text.split())
        for term in terms:
            at = plain.casefold().find(term)
            if at >= 0:
                start, end = max(0, at - _BEFORE), at + len(term) + _AFTER
                before = "…" if start else ""
                after = "…" if end < len(plain) else ""
                return f"{before}{plain[start:end]}{after}"
    return ""
