"""账户与权限: who may sign in, in which role; one-time passwords, leavers, the arrangement of roles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from app.domain.rights import NEEDED_ROLES, PRESETS, ROLES, SMALL, Account, Right, rights_of
from app.ui import theme
from app.ui.calm_combo_box import CalmComboBox
from app.ui.dialog import Dialog
from app.ui.jobs import JobRunner
from app.ui.message_bar import ask_reason, confirm
from app.ui.second_person import second_person
from app.ui.sign_in import named
from app.ui.table_model import Column, RowTableModel
from app.ui.table_view import TableView

if TYPE_CHECKING:
    from app.services.permission import AccountUseCases

_POLICY = (
    "角色是管理规定，不是加密：能登录的人都持有数据的钥匙，本机程序按角色限制其操作并记入日志。"
    "停用账户时更换数据密钥，离岗人员留存的旧密钥文件打不开以后的数据（以前的备份除外）。"
)


def _time(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment is not None else ""


def _state(one: Account) -> str:
    if not one.active:
        return "已停用"
    return "待改一次性口令" if one.one_time_until is not None else "在用"


_COLUMNS: Sequence[Column[Account]] = (
    Column("姓名", lambda one: one.name, width=110),
    Column("角色", lambda one: one.role, width=110),
    Column(
        "状态",
        _state,
        width=130,
        tone=lambda one: None if _state(one) == "在用" else theme.NEUTRAL,
    ),
    Column("上次登录", lambda one: _time(one.last_sign_in), width=140),
    Column(
        "可以做",
        lambda one: "、".join(
            right for right in Right if right in one.rights and right != Right.OWN
        ),
    ),
)


class AccountsDialog(Dialog):
    """The list of accounts; what the signed-in person may not do is grey, with the reason."""

    def __init__(
        self, accounts: AccountUseCases, jobs: JobRunner, parent: QWidget | None = None
    ) -> None:
        super().__init__("账户与权限", parent, lead=_POLICY, icon_name="people", width=860)
        self._accounts, self._jobs = accounts, jobs
        self._preset = theme.label("", "muted")
        self.table = TableView()
        self.table.setAccessibleName("账户")
        self.model = RowTableModel[Account](_COLUMNS, self)
        self.table.show_model(self.model)  # type: ignore[arg-type]
        self.table.setMinimumHeight(220)
        self.body.addWidget(self._preset)
        self.body.addWidget(self.table, 1)
        self.arrange = self._offer("权限方案(&P)…", self._on_arrange, Right.ROLES, left=True)
        self.leave = self._offer("停用(&D)…", self._on_leave, Right.ACCOUNTS, left=True)
        self.offer("关闭(&C)", self.accept)
        self.reset = self._offer("重设口令(&R)…", self._on_reset, Right.RESET)
        self.role = self._offer("调整角色(&E)…", self._on_role, Right.ROLES)
        self.add = self._offer("新增账户(&N)…", self._on_add, Right.ACCOUNTS, primary=True)
        self.table.selectionModel().selectionChanged.connect(lambda *_what: self._show_buttons())
        self._show()

    def _offer(
        self,
        text: str,
        clicked: Callable[[], object],
        right: Right,
        *,
        left: bool = False,
        primary: bool = False,
    ) -> Any:
        made = self.offer(
            text, clicked, role="primary" if primary else "secondary", default=primary, left=left
        )
        made.setProperty("right", right.name)
        return made

    def chosen(self) -> Account | None:
        """Return the account of the selected row."""
        rows = self.table.selected_rows()
        return self.model.row_at(rows[0]) if rows else None

    def _show(self) -> None:
        try:
            self.model.set_rows(self._accounts.accounts())
            self._preset.setText(
                f"权限方案：{self._accounts.preset()}。您的角色：{self._accounts.role()}"
            )
        except Exception as error:
            self.say(error)
        self._show_buttons()

    def _show_buttons(self) -> None:
        one = self.chosen()
        other = one is not None and one.active and one.name != self._accounts.name
        someone = one is not None and one.active
        for button, ready, hint in (
            (self.add, True, ""),
            (self.arrange, True, ""),
            (self.role, someone, "请先选中一个在用的账户"),
            (self.reset, other, "请先选中另一人的在用账户；自己的口令请用“修改口令”"),
            (self.leave, other, "请先选中另一人的在用账户"),
        ):
            refusal = self._accounts.refusal(Right[button.property("right")])
            button.setEnabled(not refusal and ready)
            button.setToolTip(refusal or ("" if ready else hint))

    def _enable(self, on: bool) -> None:
        super()._enable(on)
        if on:
            self._show_buttons()

    def _on_add(self) -> None:
        dialog = NewAccount(self._accounts.preset(), self)
        if dialog.exec():
            name, role = dialog.name.text(), dialog.role.currentText()
            self._run(
                lambda _progress: self._accounts.add(name, role),
                lambda one_time: self._hand_out(name, one_time),
                "正在新增账户…",
            )
        dialog.deleteLater()

    def _on_reset(self) -> None:
        one = self.chosen()
        if one is not None and confirm(
            self,
            f"重设“{one.name}”的口令？",
            "原口令随即失效，改用一个只显示一次的一次性口令，请当面告知本人。",
            act="重设口令(&R)",
            danger=True,
        ):
            name = one.name
            self._run(
                lambda _progress: self._accounts.reset(name),
                lambda one_time: self._hand_out(name, one_time),
                "正在重设口令…",
            )

    def _hand_out(self, name: str, one_time: str) -> None:
        self._show()
        shown = OneTimePassword(name, one_time, self)
        # With the next turn: until then the job, and the bar that says so, are not over.
        QTimer.singleShot(0, shown, shown.exec)

    def _on_role(self) -> None:
        one = self.chosen()
        if one is None:
            return
        dialog = ChooseRole(one, self._accounts.preset(), self)
        if dialog.exec() and second_person(self._accounts, Right.ROLES, self._jobs, self):
            self._try(lambda: self._accounts.set_role(one.name, dialog.role.currentText()))
        dialog.deleteLater()

    def _on_arrange(self) -> None:
        active = [one for one in self.model.rows if one.active]
        dialog = Arrange(self._accounts.preset(), active, self)
        if dialog.exec() and second_person(self._accounts, Right.ROLES, self._jobs, self):
            self._try(lambda: self._accounts.adopt_preset(dialog.preset(), dialog.roles()))
        dialog.deleteLater()

    def _on_leave(self) -> None:
        one = self.chosen()
        if one is None:
            return
        reason = ask_reason(
            self,
            f"停用“{one.name}”的账户？",
            "停用后此人不能再登录，数据换用新密钥（其他人的口令和恢复码不变）。"
            "若此人知道恢复码，请随后换发恢复码；并马上做一次备份。",
            act="停用并更换密钥(&S)",
            danger=True,
        )
        if reason is not None:
            name = one.name
            self._run(
                lambda progress: self._accounts.leave(name, reason, progress),
                lambda _none: self._try(lambda: None, f"“{name}”已停用，数据密钥已更换"),
                "正在更换数据密钥…",
            )

    def _try(self, act: Callable[[], object], said: str = "已保存") -> None:
        try:
            act()
        except Exception as error:
            self.say(error)
            return
        self._show()
        self.say(said, "good")

    def _run(self, job: Any, succeeded: Callable[[Any], object], note: str) -> None:
        self.be_busy(self._jobs.run(job, succeeded, self.say), note)


class NewAccount(Dialog):
    """Name and role of somebody who is to sign in."""

    def __init__(self, preset: str, parent: QWidget | None = None) -> None:
        super().__init__(
            "新增账户",
            parent,
            lead="程序会给出一个一次性口令，七日内有效；本人首次登录时必须改成自己的口令。",
            icon_name="person-add",
            width=520,
        )
        self.name = QLineEdit()
        self.name.setAccessibleName("姓名")
        self.role = _role_box(preset)
        form = QFormLayout()
        form.setSpacing(theme.MEDIUM)
        form.addRow(named("姓名(&U)", self.name), self.name)
        form.addRow(named("角色(&O)", self.role), self.role)
        self.body.addLayout(form)
        self.offer("取消(&C)", self.reject)
        self.offer("新增(&N)", self._on_act, role="primary", default=True)
        self.name.setFocus()

    def _on_act(self) -> None:
        if self.name.text().strip():
            self.accept()
        else:
            self.say("请填写姓名")
            self.name.setFocus()


class OneTimePassword(Dialog):
    """Shows a one-time password once; it is kept nowhere."""

    def __init__(self, name: str, one_time: str, parent: QWidget | None = None) -> None:
        super().__init__(
            f"“{name}”的一次性口令",
            parent,
            lead="请当面告知本人，不要写进聊天软件或邮件。关闭后不再显示；遗失可以重设。",
            icon_name="key",
            width=480,
        )
        shown = theme.label(one_time, "title")
        shown.setAccessibleName("一次性口令")
        self.body.addWidget(shown)
        self.offer("已告知本人(&K)", self.accept, role="primary", default=True)


class ChooseRole(Dialog):
    """Another role for somebody, and what it allows."""

    def __init__(self, one: Account, preset: str, parent: QWidget | None = None) -> None:
        super().__init__(f"调整“{one.name}”的角色", parent, icon_name="people", width=560)
        self._preset_name = preset
        self.role = _role_box(preset)
        self.role.setCurrentText(one.role)
        self._allows = theme.label("", "muted", wrap=True)
        self.role.currentTextChanged.connect(self._say_rights)
        form = QFormLayout()
        form.addRow(named("角色(&O)", self.role), self.role)
        self.body.addLayout(form)
        self.body.addWidget(self._allows)
        self.offer("取消(&C)", self.reject)
        self.offer("调整角色(&S)", self.accept, role="primary", default=True)
        self._say_rights(self.role.currentText())
        self.role.setFocus()

    def _say_rights(self, role: str) -> None:
        held = rights_of(self._preset_name, role)
        words = "、".join(right for right in Right if right in held and right != Right.OWN)
        self._allows.setText(f"可以：{words}")
        self.fit()


class Arrange(Dialog):
    """The arrangement of roles, and everybody's role in it."""

    def __init__(
        self, preset: str, active: Sequence[Account], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            "权限方案",
            parent,
            lead="小型办公室：两至四人，恢复、删除、批量导出和调整角色须第二人确认。"
            "三员分立：系统管理员、安全保密员、审计员各由一人担任，三员都不办理也不查看业务。",
            icon_name="shield",
            width=560,
        )
        self._preset_box = CalmComboBox()
        self._preset_box.addItems(list(PRESETS))
        self._preset_box.setAccessibleName("权限方案")
        self._form = QFormLayout()
        self._form.setSpacing(theme.SMALL)
        self._form.addRow(named("方案(&P)", self._preset_box), self._preset_box)
        self._boxes: dict[str, CalmComboBox] = {}
        for one in active:
            box = CalmComboBox()
            box.setAccessibleName(f"{one.name}的角色")
            self._boxes[one.name] = box
            self._form.addRow(one.name, box)
        self.body.addLayout(self._form)
        self._former = {one.name: one.role for one in active}
        self.offer("取消(&C)", self.reject)
        self.offer("采用(&S)", self._on_act, role="primary", default=True)
        self._preset_box.currentTextChanged.connect(self._offer_roles)
        self._preset_box.setCurrentText(preset)
        self._offer_roles(preset)

    def preset(self) -> str:
        """Return the chosen arrangement."""
        return self._preset_box.currentText()

    def roles(self) -> dict[str, str]:
        """Return everybody's role in it."""
        return {name: box.currentText() for name, box in self._boxes.items()}

    def _offer_roles(self, preset: str) -> None:
        for place, (name, box) in enumerate(self._boxes.items()):
            box.clear()
            box.addItems(list(ROLES[preset]))
            needed = NEEDED_ROLES[preset]
            default = needed[place] if preset != SMALL and place < len(needed) else box.itemText(0)
            former = self._former[name]
            box.setCurrentText(former if former in ROLES[preset] else default)

    def _on_act(self) -> None:
        held = set(self.roles().values())
        missing = [role for role in NEEDED_ROLES[self.preset()] if role not in held]
        if missing:
            self.say(f"还没有人担任{'、'.join(missing)}；请先新增账户或另选角色")
        else:
            self.accept()


def _role_box(preset: str) -> CalmComboBox:
    made = CalmComboBox()
    made.setAccessibleName("角色")
    made.addItems(list(ROLES[preset]))
    # Whoever comes new gets the daily work, not the whole office.
    if made.count() > 1:
        made.setCurrentText("经办人")
    return made
