"""Stand-ins for what lies behind the windows: plain values, no database, nothing slow."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from app.domain.reminders import Reminder
from app.domain.settings import Settings
from app.services.entrance import Salvaged
from app.services.permission import NO_CONSENT
from app.services.ports import Change, UserError
from app.services.safekeeping import Loss, Safekeeping
from app.services.use_cases import BackupInfo, SignedIn

PASSWORD = "晨雾里的灯塔 Oak-7"
CODE = "0SXZ5-6MWNX-XNGRF-P6HMQ-ZY8KH-86QNY-CDNGR-3FNW7"
TODAY = date(2026, 11, 23)
MADE_AT = datetime(2026, 11, 20, 16, 2)


def a_reminder(name="张三", days=12, *, kind="即将期满", subject_id=1, key=""):
    """One thing due in so many days."""
    due_on = TODAY + timedelta(days=days)
    return Reminder(
        key=key or f"{kind}:{subject_id}:{days}",
        subject_id=subject_id,
        name=name,
        kind=kind,
        due_on=due_on,
        days=days,
        sentence=f"党纪处分影响期 2025-11-24 至 {due_on}，请在期满前安排回访",
        reference="条例第十条",
        facts_digest="0",
    )


class People:
    """The roster's queries over nobody, or so many."""

    def __init__(self, number=0):
        self.number = number

    def count(self, which):
        return self.number

    def page(self, which, offset, limit):
        return []

    def rows(self, ids):
        return []


def all_rights(name="周明"):
    """The accounts of somebody who may do everything and is alone."""
    return SimpleNamespace(
        name=name,
        role=lambda: "管理员",
        preset=lambda: "小型办公室",
        must_change=lambda: False,
        may=lambda _right: True,
        refusal=lambda _right: "",
        accounts=list,
        seconds=lambda _right: (),
        record=lambda _act: None,
        lock=lambda: None,
        unlock=lambda _password: None,
    )


class Office:
    """What a signed-in user can do, remembered in lists."""

    def __init__(self, folder: Path, *, reminders=(), people=0, practice=False, failures=0):
        self.settings_now = Settings(id=1)
        self.reminders = list(reminders)
        self.aside, self.saved, self.backups, self.passwords = [], [], [], []
        self.closed = 0
        self.last = None
        self.trouble = None
        self.place_states, self.notices, self.rounds = [], [], []
        self.changed, self.drilled, self.next_drill = False, None, None
        self.outcomes = []
        self.hears = []  # who is told what a failing disk may have kept
        self.loss = Loss(known=True, acts=(), last_at=None)
        self.use_cases = SimpleNamespace(
            who=SignedIn(folder, "周明", practice, MADE_AT, failures),
            settings=lambda: self.settings_now,
            save_settings=self.save_settings,
            roster=People(people),
            accounts=all_rights(),
            recent_forms=list,
            article=lambda reference: f"{reference}的通俗说明",
            due=self.due,
            set_aside=self.set_aside,
            back_up=self.back_up,
            last_backup=lambda: self.last,
            safekeeping=Safekeeping(
                places=lambda: self.place_states,
                changed=lambda: self.changed,
                back_up_places=self.back_up_places,
                last_drill=lambda: self.drilled,
                drill=self.drill,
                loss=lambda info: self.loss,
                notices=lambda: self.notices,
            ),
            new_recovery_code=lambda: CODE,
            change_password=self.change_password,
            check=list,
            rules=lambda: None,
            rules_notice=str,
            rule_moves=tuple,
            adopt_rules=int,
            close=self.close,
            when_in_doubt=self.hears.append,
            drafts=list,
        )

    def due(self, _as_of):
        if self.trouble:
            raise self.trouble
        return [one for one in self.reminders if one.key not in self.aside]

    def set_aside(self, reminder, reason):
        self.aside.append(reminder.key)
        self.saved.append(reason)
        return frozenset({Change(Settings, 1)})

    def save_settings(self, settings):
        if self.trouble:
            raise self.trouble
        self.settings_now = settings
        return frozenset({Change(Settings, 1)})

    def back_up(self, folder, progress, *, carry=False):
        progress(1, 2, "正在写入…")
        if self.trouble:
            raise self.trouble
        self.backups.append(folder)
        self.last = MADE_AT
        return an_info(folder / "backup.hfbackup")

    def back_up_places(self, occasion, progress):
        progress(1, 2, "正在写入…")
        if self.trouble:
            raise self.trouble
        self.rounds.append(occasion)
        self.last = MADE_AT
        self.changed = False
        return self.outcomes

    def drill(self, progress):
        progress(1, 2, "")
        self.drilled = self.next_drill
        return self.next_drill

    def change_password(self, old, new):
        if old != PASSWORD:
            raise UserError("现用口令不正确，请重新输入。")
        self.passwords.append(new)

    def close(self):
        self.closed += 1


def an_info(file):
    """What a backup says about itself."""
    return BackupInfo(file, MADE_AT, "office", "0001", {"subject": 12, "sanction": 15}, 345)


class Gate:
    """What is possible before anybody signed in, with one office or none."""

    def __init__(self, folder: Path, *, office: Office | None = None):
        self.folder = folder
        self.office = office
        self.created, self.restored = [], []
        self.trouble = None
        self.default_folder = folder
        self.practice_folder = folder.with_name("practice")
        self.has_practice = False
        self.known, self.kept, self.lost = [], [], ("subject",)
        self.warmed = 0
        self.seconds = ()
        self.consents = []

    def has_office(self, folder):
        if folder == self.practice_folder:
            return self.has_practice
        return self.office is not None and folder == self.folder

    def folder_problem(self, folder):
        return "" if folder.is_absolute() else "请选择完整的文件夹路径。"

    def accounts(self, folder):
        return ["周明", "李静"]

    def password_problem(self, password):
        return "" if len(password) >= 12 else f"口令至少12个字符，现有{len(password)}个"

    def create_office(self, folder, name, password):
        if self.trouble:
            raise self.trouble
        self.created.append((folder, name, password))
        self.folder, self.office = folder, Office(folder)
        return CODE

    def sign_in(self, folder, name, password):
        if folder != self.practice_folder and password != PASSWORD:
            raise UserError("姓名或口令不正确，请再试。")
        if folder == self.practice_folder:
            return Office(folder, practice=True).use_cases
        return self.office.use_cases

    def sign_in_with_code(self, folder, code, name, password):
        if code != CODE:
            raise UserError("恢复码第3组有误，请核对。")
        self.created.append((folder, name, password))
        return self.office.use_cases

    def make_practice(self, folder, people, seed, password, progress):
        progress(people, people, "正在生成…")
        self.has_practice = True
        return "演示", "虚构口令"

    def practice_access(self, folder):
        return "演示", "虚构口令"

    def verify_backup(self, file, folder, secret, progress):
        progress(1, 1, "")
        if secret != PASSWORD:
            raise UserError("口令或恢复码打不开这份备份，请核对。")
        return an_info(file)

    def restore_seconds(self, folder, secret):
        return self.seconds

    def check_restore(self, folder, secret, consent):
        if self.seconds and consent.password != PASSWORD:
            raise UserError("第二人的口令不正确，没有做任何改动。")

    def restore(self, file, target, secret, progress, *, consent=NO_CONSENT):
        if self.trouble:
            raise self.trouble
        self.restored.append((file, target, secret))
        self.consents.append(consent)
        self.folder, self.office = target, Office(target)
        return target / "before-restore"

    def newest_backups(self, folder):
        return self.known

    def formers(self, folder):
        return self.kept

    def take_back(self, former, target, secret, progress, *, consent=NO_CONSENT):
        self.restored.append((former, target, secret))
        return target / "former-2"

    def salvage(self, folder, secret, progress):
        progress(1, 2, "")
        if self.trouble:
            raise self.trouble
        return Salvaged(folder / "rescued-1", {"subject": 11, "sanction": 15}, self.lost)

    def warm(self):
        self.warmed += 1
