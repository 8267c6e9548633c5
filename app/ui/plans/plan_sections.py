"""The cards of a plan: whom it is about, who goes, and its fields under the headings of a plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.domain.fields import display
from app.domain.plan import (
    METHOD_FIELDS,
    METHOD_REQUIRED,
    RECUSAL,
    Plan,
    PlanMember,
    PlanPerson,
    WholePlan,
)
from app.domain.staff import Staff
from app.services.plan_drafting import new_member
from app.ui import theme
from app.ui.menu import Menu
from app.ui.records.sheet import FieldsSection, Section, Sheet
from app.ui.records.typing import put, replace_parts
from app.ui.roster.entity_form import EntityForm, Place

_WAYS = ("method", "on", "until", "time")
_OF_A_METHOD = tuple(dict.fromkeys(name for names in METHOD_FIELDS.values() for name in names))


def field_sections(sheet: Sheet, plan: Plan) -> dict[str, FieldsSection]:
    """Return the cards of the plan's own fields by path, in the order of a printed plan."""

    def shown() -> Sequence[str]:
        mine = METHOD_FIELDS.get(plan.method, _OF_A_METHOD)
        return (*_WAYS, *mine)

    def head() -> Sequence[str]:
        more = ("what_changed",) if (plan.version or 1) > 1 else ()
        return ("title", "drafted_by", "drafted_on", *more)

    def made(title: str, path: str, places: Sequence[Place], **more: Any) -> FieldsSection:
        return FieldsSection(title, sheet, path, plan, places, **more)

    wide = partial(Place, wide=True)
    return {
        "head": made(
            "基本信息",
            "head",
            (wide("title"), Place("drafted_by"), Place("drafted_on"), wide("what_changed")),
            only=head,
        ),
        "why": made("依据与目的", "why", (wide("basis"), wide("purpose"))),
        "how": made(
            "方式、时间与地点",
            "how",
            (
                Place("method"),
                Place("on"),
                Place("time"),
                Place("until"),
                wide("place"),
                wide("route"),
                wide("phone"),
                wide("address"),
                Place("mailing"),
                Place("reply_by"),
                wide("not_in_person"),
            ),
            only=shown,
            required=lambda: METHOD_REQUIRED.get(plan.method, ()),
            depends_on="method",
        ),
        "content": made(
            "回访内容",
            "content",
            tuple(
                wide(name)
                for name in (
                    "hearers",
                    "materials",
                    "steps",
                    "policies",
                    "difficulties",
                    "to_resolve",
                )
            ),
        ),
        "care": made(
            "安全与保密",
            "care",
            (wide("safety"), wide("emergency"), wide("secrecy"), wide("remarks")),
        ),
    }


class PeopleSection(Section):
    """Whom the plan is about: what the roster says, and what the group thinks of each."""

    def __init__(
        self,
        sheet: Sheet,
        whole: WholePlan,
        *,
        add: Callable[[], None],
        open_person: Callable[[int], None],
        explain: Callable[[int], object],
        drop: Callable[[PlanPerson], None] | None,
        change: Callable[[str, Callable[[], None]], None],
    ) -> None:
        super().__init__("回访对象", sheet, "people")
        self._whole, self._open_person, self._drop = whole, open_person, drop
        self._explain, self._change = explain, change
        self.head.addWidget(theme.button("＋ 添加对象", add, role="link"))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.SMALL)
        self.body.addLayout(self._rows)

    def rebuild(self) -> None:
        """Show the people as they are now."""
        self.clear_layout(self._rows)
        for number, person in enumerate(self._whole.people):
            self._rows.addWidget(self._card(number, person))
        if not self._whole.people:
            self._rows.addWidget(theme.label("还没有回访对象，请点“添加对象”。", "muted"))
        self.sheet.apply_frozen(self)

    def _card(self, number: int, person: PlanPerson) -> QFrame:
        made = QFrame()
        made.setProperty("role", "inset")
        column = QVBoxLayout(made)
        theme.margins(column, theme.MEDIUM, theme.TINY)
        head = QHBoxLayout()
        head.addWidget(theme.label(person.name or "（未填姓名）", "heading"))
        head.addWidget(theme.label(person.workplace, "muted"))
        head.addStretch(1)
        for caption, act in (("依据", self._explain), ("查看名册", self._open_person)):
            see = theme.button(caption, partial(act, person.subject_id or 0), role="link")
            see.setProperty("reads", True)
            head.addWidget(see)
        if self._drop is not None and not person.dropped:
            drop = theme.button("不再实施…", partial(self._drop, person), role="link")
            drop.setProperty("reads", True)
            head.addWidget(drop)
        head.addWidget(theme.button("移除", partial(self._remove, person), role="link"))
        column.addLayout(head)
        for line in person_lines(person):
            words = theme.label(line, "small", wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(words)
        if person.dropped:
            column.addWidget(theme.label(f"△ 不再实施：{person.dropped}", "warning", wrap=True))
        names = ("facts", "character", "state_of_mind", "focus")
        form = self.sheet.add_form(
            f"people.{number}", person, [Place(name, wide=True) for name in names]
        )
        column.addWidget(form)
        self.sheet.add_place(f"people.{number}", made)
        return made

    def _remove(self, person: PlanPerson) -> None:
        whole, title = self._whole, f"移除{person.name}"
        place = whole.people.index(person)
        kept = [one for one in whole.people if one is not person]
        take_out = replace_parts(title, whole.people, kept, self.rebuild)
        self._change(title, lambda: self.sheet.push(take_out))
        if kept:  # the button that was pressed is gone: go on where it was
            self.sheet.go_to(f"people.{min(place, len(kept) - 1)}.character")


def person_lines(person: PlanPerson) -> list[str]:
    """Return what the roster said of a person, as the small lines of a card."""
    until = (
        f"影响期最后一日 {display(person.last_day)}" if person.last_day else "影响期最后一日待定"
    )
    visits = f"此前回访 {person.earlier_visits} 次" if person.earlier_visits else "首次回访"
    facts = (person.sex, person.born_on, person.education, person.membership)
    first = "　".join(fact for fact in facts if fact)
    second = f"{person.sanctions.replace(chr(10), '；')}　{until}　{person.verdict}　{visits}"
    return [line for line in (first, second) if line]


class GroupSection(Section):
    """The work group: at least two, one leader, and the recusal question answered by each."""

    def __init__(
        self,
        sheet: Sheet,
        whole: WholePlan,
        *,
        staff: Callable[[], Sequence[Staff]],
        manage_staff: Callable[[], None],
    ) -> None:
        super().__init__("回访工作组", sheet, "members")
        self._whole, self._staff, self._manage = whole, staff, manage_staff
        self._add = theme.button("＋ 添加成员", self._offer_staff, role="link")
        self.head.addWidget(self._add)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.SMALL)
        self.body.addLayout(self._rows)
        self._forms: list[EntityForm] = []

    def rebuild(self) -> None:
        """Show the members as they are now."""
        self.clear_layout(self._rows)
        self._forms = []
        for number, member in enumerate(self._whole.members):
            self._rows.addWidget(self._card(number, member))
        if not self._whole.members:
            self._rows.addWidget(
                theme.label(
                    "还没有成员。工作组由两人以上组成（办法第八条第二项），请点“添加成员”从工作人员名单中选择。",
                    "muted",
                    wrap=True,
                )
            )
        self.sheet.apply_frozen(self)

    def show_field(self, entity: Any, name: str) -> None:
        """One leader only; the relation is asked of whom should stand back."""
        if isinstance(entity, PlanMember) and name in ("recusal", "leader"):
            self._fit()

    def _fit(self) -> None:
        for form in self._forms:
            member = form.entity
            asked = member.recusal == RECUSAL or bool(member.relation)
            form.show_only(("leader", "part", "recusal", *(("relation",) if asked else ())))

    def _card(self, number: int, member: PlanMember) -> QFrame:
        made = QFrame()
        made.setProperty("role", "inset")
        column = QVBoxLayout(made)
        theme.margins(column, theme.MEDIUM, theme.TINY)
        head = QHBoxLayout()
        head.addWidget(theme.label(member.name, "heading"))
        head.addWidget(theme.label(f"{member.department}　{member.post}".strip("　"), "muted"))
        head.addStretch(1)
        head.addWidget(theme.button("移除", partial(self._remove, member), role="link"))
        column.addLayout(head)
        form = self.sheet.add_form(
            f"members.{number}",
            member,
            (Place("part"), Place("recusal"), Place("leader"), Place("relation")),
            caption_width=88,
        )
        form.edited.disconnect(self.sheet.typed)
        form.edited.connect(self._typed)
        self._forms.append(form)
        self._fit()
        column.addWidget(form)
        self.sheet.add_place(f"members.{number}", made)
        return made

    def _typed(self, entity: Any, name: str, value: Any) -> None:
        others = [one for one in self._whole.members if one is not entity and one.leader]
        if name == "leader" and value and others:
            self.sheet.undo_stack.beginMacro("组长")
            for other in others:
                self.sheet.push(put(other, "leader", False, self.sheet.show_field))
            self.sheet.push(put(entity, "leader", True, self.sheet.show_field))
            self.sheet.undo_stack.endMacro()
            return
        self.sheet.typed(entity, name, value)

    def _offer_staff(self) -> None:
        menu = Menu(self)
        taken = {member.staff_id for member in self._whole.members}
        for one in self._staff():
            if one.id not in taken:
                words = "　".join(part for part in (one.name, one.department, one.post) if part)
                menu.addAction(words, partial(self.add_member, one))
        if menu.isEmpty():
            menu.addAction("工作人员名单中没有其他在岗人员").setEnabled(False)
        menu.addSeparator()
        menu.addAction("登记工作人员…", self._manage)
        menu.pop_up(self._add.mapToGlobal(self._add.rect().bottomLeft()))

    def add_member(self, one: Staff) -> None:
        """Take a member of staff into the group; the first one leads."""
        first = not self._whole.members
        member = new_member(one, leader=first, part="主谈" if first else "记录")
        self.sheet.push(
            replace_parts(
                f"添加{one.name}",
                self._whole.members,
                [*self._whole.members, member],
                self.rebuild,
            )
        )
        self.sheet.go_to(f"members.{len(self._whole.members) - 1}.recusal")

    def _remove(self, member: PlanMember) -> None:
        kept = [one for one in self._whole.members if one is not member]
        self.sheet.push(
            replace_parts(f"移除{member.name}", self._whole.members, kept, self.rebuild)
        )
