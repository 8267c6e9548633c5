"""Backups by themselves: every place, none holds up another, thinned out, rehearsed, accounted for."""

import json
import shutil
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.bootstrap.join_safekeeping import Keeper
from app.domain.audit import Act
from app.domain.settings import Settings
from app.domain.subject import Subject
from app.services.ports import Cancelled, UserError
from app.services.safekeeping import notices_of
from app.storage import backup_life, restore
from app.storage.backup import back_up, verify
from app.storage.backup_life import (
    back_up_places,
    changed_since_backup,
    drill,
    last_drill,
    loss_of,
    place_states,
    rotate,
)
from app.storage.tables import audit_log, backup_run


def quiet(_done, _total, _note):
    """A progress nobody watches."""


@pytest.fixture
def save(new_uow):
    def act(*names, act="新增人员"):
        with new_uow() as uow:
            uow.repository(Subject).put_all([Subject(name=name) for name in names])
            uow.record(Act(act, "Subject", 1))
            uow.commit()

    return act


@pytest.fixture
def places(tmp_path):
    found = [tmp_path / "disk", tmp_path / "stick"]
    for place in found:
        place.mkdir()
    return found


def acts(store):
    with store.engine.connect() as connection:
        return connection.execute(sa.select(audit_log).order_by(audit_log.c.sequence)).all()


def files(place):
    return sorted(one.name for one in place.glob("*.hfbackup"))


def test_looking_and_signing_in_is_no_change_and_a_change_is_one(office, save, places):
    assert changed_since_backup(office), "a new office has never been backed up"
    back_up(office, places[0], quiet)
    office.record(Act("查看附件", "Attachment", 1))
    office.record(Act("登录", "Account"))
    assert not changed_since_backup(office)
    save("甲")
    assert changed_since_backup(office)


def test_every_place_gets_one_and_a_missing_stick_holds_up_nobody(office, places):
    shutil.rmtree(places[0])
    disk, stick = back_up_places(office, places, "退出", quiet)
    assert disk.info is None and "找不到备份位置" in disk.trouble
    assert stick.info is not None and files(places[1]) == [stick.info.file.name]
    assert not places[0].exists(), (
        "a place that is not there is never made: it may be a mount point"
    )
    with office.engine.connect() as connection:
        assert connection.execute(sa.select(backup_run.c.occasion)).scalar_one() == "退出"
    [first, second] = place_states(office, places)
    assert (first.reachable, first.last, first.backups) == (False, None, 0)
    assert (second.reachable, second.last, second.backups) == (True, office.clock(), 1)


def test_a_cancelled_round_is_cancelled_and_leaves_no_half_file(office, places):
    def stop(_done, _total, note):
        if note == "写入备份":
            raise Cancelled("已取消")

    with pytest.raises(Cancelled):
        back_up_places(office, places, "定时", stop)
    assert files(places[0]) == files(places[1]) == []


def test_rotation_removes_what_may_go_records_it_and_touches_nothing_of_others(
    office, owner, places
):
    stranger = places[0] / "huifang-20200101-000000.hfbackup"
    stranger.write_bytes(b"of another office")
    for _day in range(12):
        for _time in range(2):
            back_up_places(office, places[:1], "定时", quiet)
            owner.wait(hours=12)
    owner.wait(days=20)
    [outcome] = back_up_places(office, places[:1], "定时", quiet)
    assert outcome.removed > 0 or len(files(places[0])) < 26
    assert stranger.read_bytes() == b"of another office"
    with office.engine.connect() as connection:
        rows = connection.execute(sa.select(backup_run)).all()
    there = {row.file for row in rows if row.removed_at is None}
    assert {str(places[0] / name) for name in files(places[0])} == there | {str(stranger)}
    cleaned = [json.loads(act.details) for act in acts(office) if act.act == "清理旧备份"]
    assert sum(one["份数"] for one in cleaned) == len(rows) - len(there) > 0


def test_nothing_is_thinned_out_right_after_a_restore(office, owner, places):
    for _day in range(8):
        back_up_places(office, places[:1], "定时", quiet)
        back_up_places(office, places[:1], "定时", quiet)
        owner.wait(days=1)
    office.record(Act("恢复备份", "Office", 1))
    before = files(places[0])
    owner.wait(days=40)
    for round_ in range(4):
        [outcome] = back_up_places(office, places[:1], "定时", quiet)
        assert outcome.removed == 0, round_
    assert set(before) <= set(files(places[0]))


def test_a_file_that_changed_its_size_is_not_counted_and_not_removed(office, owner, places):
    infos = []
    for _day in range(9):
        infos.append(back_up(office, places[0], quiet))
        infos.append(back_up(office, places[0], quiet))
        owner.wait(days=1)
    infos[0].file.write_bytes(b"cut")
    rotate(office, places[0])
    assert infos[0].file.exists()


def test_a_drill_restores_beside_compares_and_is_recorded(office, save, places, monkeypatch):
    assert drill(office, quiet) is None and last_drill(office) is None
    save("甲", "乙")
    info = back_up(office, places[0], quiet)
    found = drill(office, quiet)
    assert (found.passed, found.file, found.made_at) == (True, info.file, info.made_at)
    assert "2人" in found.finding
    assert last_drill(office) == found
    assert acts(office)[-1].act == "恢复演练"
    assert not changed_since_backup(office)


def test_a_drill_finds_a_bent_backup_and_one_that_was_exchanged(office, save, places):
    save("甲")
    first = back_up(office, places[0], quiet)
    save("乙")
    second = back_up(office, places[0], quiet)
    content = bytearray(second.file.read_bytes())
    content[len(content) // 2] ^= 1
    sound = second.file.read_bytes()
    second.file.write_bytes(content)
    bent = drill(office, quiet)
    assert not bent.passed and "损坏" in bent.finding
    second.file.write_bytes(first.file.read_bytes())
    exchanged = drill(office, quiet)
    assert not exchanged.passed and "不是同一份" in exchanged.finding
    second.file.write_bytes(sound)
    assert drill(office, quiet).passed


def test_a_drill_falls_back_to_the_newest_backup_within_reach(office, places):
    older = back_up(office, places[0], quiet)
    back_up(office, places[1], quiet)
    shutil.rmtree(places[1])
    assert drill(office, quiet).file == older.file


def test_what_a_restore_would_lose_is_counted_from_the_log(office, save, places, owner):
    info = back_up(office, places[0], quiet)
    save("甲")
    save("乙")
    owner.wait(hours=1)
    save("丙", act="修改人员")
    office.record(Act("查看附件", "Attachment", 1))
    loss = loss_of(office, info)
    assert (loss.known, list(loss.acts), loss.total) == (
        True,
        [("新增人员", 2), ("修改人员", 1)],
        3,
    )
    assert (loss.last_at, loss.last_who) == (office.clock(), owner.name)
    assert loss_of(office, back_up(office, places[0], quiet)).total == 0


def test_a_backup_of_a_branch_that_was_left_is_said_to_be_another(office, save, places, owner):
    first = back_up(office, places[0], quiet)
    save("甲")
    second = back_up(office, places[0], quiet)
    office.close()
    restore.restore(first.file, office.folder, owner.password, quiet, clock=owner.clock)
    store = owner.open(office.folder)
    assert not loss_of(store, verify(second.file, None, owner.code, quiet)).known
    store.close()


def test_before_an_import_a_backup_goes_where_it_can_and_nothing_begins_without(
    office, places, monkeypatch
):
    settings = Settings(backup_places=[str(places[0])])
    keeper = Keeper(office, lambda: settings)
    assert keeper.before("导入前", quiet).parent == places[0]
    shutil.rmtree(places[0])
    beside = office.folder.with_name("office-backups")
    assert keeper.before("导入前", quiet).parent == beside

    def refuse(*_what, **_more):
        raise UserError("磁盘空间不足。")

    monkeypatch.setattr(backup_life, "back_up", refuse)
    with pytest.raises(UserError, match="没有继续：磁盘空间不足"):
        keeper.before("导入前", quiet)


def test_lateness_missing_places_and_missing_proof_are_said_loudly(office, owner, places):
    def said(folders, **more):
        values = {
            "now": owner.now,
            "late_days": 3,
            "first_backup": owner.now - timedelta(days=31),
        } | more
        return " ".join(notices_of(place_states(office, folders), last_drill(office), **values))

    assert "还没有设置备份位置" in said([], first_backup=None)
    assert "只有一处" in said(places[:1])
    back_up_places(office, places, "手动", quiet)
    assert "恢复演练" in said(places)
    drill(office, quiet)
    assert said(places) == ""
    owner.wait(days=4)
    assert said(places).count("已有4天没有新备份") == 2
    shutil.rmtree(places[1])
    assert f"“{places[1]}”找不到（上次备份在那里是2026-11-23）" in said(places)
    owner.wait(days=40)
    assert "没有按时做恢复演练（上次是2026-11-23）" in said(places)
