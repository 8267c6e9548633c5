"""Wording for a plan: the office's templates, an earlier plan, and what the program proposes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from app.domain.fields import form_fields
from app.domain.plan import Plan, PlanTemplate, WholePlan
from app.services.plan_drafting import use_template, without_days
from app.services.ports import UserError
from app.ui.message_bar import Question, confirm
from app.ui.plans.points_section import PointsSection
from app.ui.records.typing import put, replace_parts
from app.ui.roster.entity_form import EntityForm, Place

if TYPE_CHECKING:
    from app.ui.plans.plan_page import PlanPage

_COPIES_SHOWN = 8


class PlanWording:
    """Menus that put wording into the plan on ``page``."""

    def __init__(self, page: PlanPage) -> None:
        self.page = page

    def fill(self, page: PlanPage) -> None:
        """Put the menus into 更多."""
        templates = page.plans.templates("")
        menu = page.add_menu("套用模板")
        for template in templates:
            words = template.name + (f"（{template.method}）" if template.method else "")
            menu.addAction(words, partial(self.use, template))
        if not templates:
            menu.addAction("还没有模板，可用“存为模板”留存常用写法").setEnabled(False)
        page.add_more("存为模板…", self.save_as)
        if templates:
            gone = page.add_menu("删除模板")
            for template in templates:
                gone.addAction(template.name, partial(self.remove, template))
        own = page.head.id
        copies = [row for row in reversed(page.plans.plan_rows()) if row.id != own]
        if copies:
            menu = page.add_menu("套用以前方案的写法")
            for row in copies[:_COPIES_SHOWN]:
                version = f"（第{row.version}版）" if (row.version or 1) > 1 else ""
                menu.addAction(f"{row.title}{version}", partial(self.take_from, row.id))
        page.add_more("补入程序拟写的内容", self.fill_in)

    def use(self, template: PlanTemplate) -> None:
        """Put a template's wording in place of the plan's."""
        if self._may_replace(f"套用模板“{template.name}”"):
            self._become(use_template(self.page.whole, template))

    def take_from(self, plan_id: int) -> None:
        """Put an earlier plan's wording in place of this one's; people and days stay."""
        page = self.page
        try:
            earlier = page.plans.open_plan(plan_id)
        except UserError as error:
            page.messages.show_error(error)
            return
        if not self._may_replace(f"套用“{earlier.plan.title}”的写法"):
            return
        names = {one.name for one in earlier.people if one.name}
        here = "、".join(one.name for one in page.whole.visited)

        def renamed(words: str) -> str:
            words = without_days(words)
            for name in names:
                words = words.replace(name, here)
            return words

        fresh = copy.copy(page.whole)
        fresh.plan = copy.copy(page.head)
        for name in _WORDING:
            if words := renamed(getattr(earlier.plan, name)):
                setattr(fresh.plan, name, words)
        self._become(fresh)

    def fill_in(self) -> None:
        """Put what the program proposes into fields that are still empty."""
        page = self.page
        try:
            proposed = page.plans.propose_fields(page.whole)
        except UserError as error:
            page.messages.show_error(error)
            return
        empty = {name: words for name, words in proposed.items() if not getattr(page.head, name)}
        if not empty:
            page.messages.show_info("各项都已有内容，没有需要补入的")
            return
        self._put_all("补入程序拟写的内容", empty)
        labels = "、".join(form_fields(Plan)[name].label for name in empty)
        page.messages.show_info(f"已补入：{labels}。请按实际情况修改")

    def watch_method(self, form: EntityForm) -> None:
        """Let the wording follow when another method is chosen in ``form``."""
        method = self.page.head.method

        def follow(_plan: Plan, name: str, value: object) -> None:
            nonlocal method
            if self.page.whole is None:  # the page was closed: its form is on the way out
                return
            if name == "method" and value != method:
                former, method = method, str(value)
                was = copy.copy(self.page.whole)
                was.plan = replace(self.page.head, method=former)
                self._follow("改用另一种方式的写法", was)

        form.edited.connect(follow)

    def change_people(self, title: str, change: Callable[[], None]) -> None:
        """Let ``change`` add or take out people, and the wording follow: one step to undo."""
        page = self.page
        was = copy.copy(page.whole)
        was.people = list(page.whole.people)
        stack = page.sheet.undo_stack
        stack.beginMacro(title)
        try:
            change()
            self._follow(title, was)
        finally:
            stack.endMacro()

    def _follow(self, title: str, was: WholePlan) -> None:
        """Exchange wording and talk points that were proposed for the plan as it ``was``."""
        page = self.page
        try:
            suited = page.plans.suited_fields(page.whole, was)
            points = list(page.plans.fitting_points(page.whole, was))
        except UserError as error:
            page.messages.show_error(error)
            return
        labels = [form_fields(Plan)[name].label for name in suited]
        self._put_all(title, suited)
        if [one.words for one in points] != [one.words for one in page.whole.points]:
            section = next(s for s in page.sheet.sections if isinstance(s, PointsSection))
            page.sheet.push(replace_parts(title, page.whole.points, points, section.rebuild))
            labels.append("谈话要点")
        if labels:
            what = "方式已改" if was.plan.method != page.head.method else "回访对象已变"
            page.messages.show_info(
                f"{what}，程序拟写而未改动过的内容随之更换：{'、'.join(labels)}"
            )

    def _put_all(self, title: str, values: dict[str, str]) -> None:
        if not values:
            return
        stack = self.page.sheet.undo_stack
        stack.beginMacro(title)
        for name, words in values.items():
            self.page.sheet.push(put(self.page.head, name, words, self.page.sheet.show_field))
        stack.endMacro()

    def save_as(self) -> None:
        """Keep the wording of this plan under a name."""
        from app.ui.records.entity_dialog import EntityDialog

        page = self.page
        if not page.save_pending():
            return

        def keep(template: PlanTemplate) -> None:
            page.bus.publish(page.plans.save_as_template(page.whole, template.name, template.kind))

        dialog = EntityDialog(
            "存为模板",
            PlanTemplate(method=page.head.method),
            (Place("name", wide=True), Place("kind", wide=True)),
            keep,
            act="存为模板(&S)",
            lead="只留存写法和谈话要点；人名换成“{姓名}”，日期、对象和成员不留存。同名的模板将被替换。",
            parent=page,
        )
        if dialog.exec():
            page.messages.show_info(f"已存为模板“{dialog.entity.name}”")
            page._show_head()
        dialog.deleteLater()

    def remove(self, template: PlanTemplate) -> None:
        """Take a template away, once the user has said so."""
        page = self.page
        if confirm(
            page,
            f"删除模板“{template.name}”？",
            "已用它拟制的方案不受影响。",
            act="删除模板(&D)",
            danger=True,
        ):
            page.attempt(lambda: page.plans.remove_template(template.id or 0), "模板已删除")

    def _may_replace(self, what: str) -> bool:
        question = Question(
            self.page,
            what,
            "方案中现有的写法和谈话要点将被替换；回访对象、成员、日期不变。可按 Ctrl+Z 撤销。",
            kind="info",
        )
        question.offer("", "取消(&C)")
        question.offer("yes", "套用(&U)", role="primary", default=True)
        return question.ask() == "yes"

    def _become(self, fresh: WholePlan) -> None:
        """Take over another wording, as one step that can be undone."""
        page = self.page
        sheet = page.sheet
        sheet.undo_stack.beginMacro("套用写法")
        for name in form_fields(Plan):
            value = getattr(fresh.plan, name)
            if value != getattr(page.head, name):
                sheet.push(put(page.head, name, value, sheet.show_field))
        if fresh.points is not page.whole.points:
            from app.ui.plans.points_section import PointsSection

            section = next(one for one in sheet.sections if isinstance(one, PointsSection))
            section.replace("套用要点", list(fresh.points))
        sheet.undo_stack.endMacro()
        page.messages.show_info("已套用，请按实际情况修改")


_WORDING = (
    "basis",
    "purpose",
    "hearers",
    "materials",
    "steps",
    "policies",
    "difficulties",
    "safety",
    "emergency",
    "secrecy",
)
