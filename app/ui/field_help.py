"""F1 at a field: what belongs there, an example, the usual mistakes; from the field's declaration."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from app.domain.fields import FieldKind, FieldSpec
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.field_editor import FieldEditor
from app.ui.help_topics import words_of

_HOW = {
    FieldKind.TEXT: "单行文字。按 Enter 到下一项。",
    FieldKind.LONG_TEXT: "可以分段：按 Enter 换行，按 Ctrl+Enter 或 Tab 到下一项。",
    FieldKind.CHOICE: "从列表中选一项；按 Alt+↓ 展开，未选中时滚轮不会改动它。",
    FieldKind.PARTIAL_DATE: "日期可以只到年或年月，照材料上的写法填写即可，不知道的不必猜。",
    FieldKind.DAY: "需要确切的一天，可以点日历选择。",
    FieldKind.NUMBER: "填写整数；可以留空。",
    FieldKind.FLAG: "按空格键勾选或取消。",
}
_EXAMPLES = {
    FieldKind.PARTIAL_DATE: "2023-11-08、2023.11、202311、2023年、二〇二三年十一月",
    FieldKind.DAY: "2023-11-08、20231108、2023年11月8日",
}
_MISTAKES = {
    FieldKind.PARTIAL_DATE: "写成 23.11.8：两位年份看不出是哪个世纪；写成 2024.2.30：没有这一天。",
    FieldKind.DAY: "只写到月份：这里要按天计算，缺少日就无法计算。",
}


def editor_of(widget: QWidget | None) -> FieldEditor | None:
    """Return the field that ``widget`` stands in, if it stands in one."""
    while widget is not None and not isinstance(widget, FieldEditor):
        widget = widget.parentWidget()
    return widget


def explanations(spec: FieldSpec) -> Iterator[tuple[str, str]]:
    """Yield headings and what stands below them, for one field."""
    told = words_of(spec)
    if said := [words for words in (told.words if told else "", spec.help) if words]:
        yield "填什么", "\n".join(said)
    if how := _HOW.get(spec.kind):
        yield "怎么填", how + ("此项必填。" if spec.required else "可以留空。")
    if spec.choices:
        yield "可以选择", "、".join(choice for choice in spec.choices if choice)
    if examples := _both(told.example if told else "", _EXAMPLES.get(spec.kind, "")):
        yield "例如", examples
    if mistakes := _both(told.mistake if told else "", _MISTAKES.get(spec.kind, "")):
        yield "常见错误", mistakes
    if told is not None and told.article:
        yield "依据", told.article
    if spec.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT):
        yield "长度", f"最多{spec.max_length}字；超过时会提醒，不会自动截断。"


def _both(own: str, of_kind: str) -> str:
    return "\n".join(words for words in (own, of_kind) if words)


class FieldHelp(Dialog):
    """What one field is about."""

    explains_itself = True

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec.label, parent, icon_name="help", width=520)
        for heading, words in explanations(spec):
            self.body.addWidget(theme.label(heading, "heading"))
            self.body.addWidget(theme.label(words, wrap=True))
        self.offer("关闭(&C)", self.accept, role="primary", default=True)
