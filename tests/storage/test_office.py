"""An office is made once, opened by a person, and never written over."""

import json
import shutil
from pathlib import Path

import pytest

from app.domain.subject import Subject
from app.services.ports import RosterFilter
from app.storage import folders, office, throttle
from app.storage.audit import verify_audit
from app.storage.errors import (
    DamagedDatabase,
    NoOffice,
    NotWritable,
    RefusedPassword,
    SignInRefused,
    SingleInstance,
    UnsuitableFolder,
)
from app.storage.office import (
    account_names,
    change_password,
    create_office,
    has_office,
    new_recovery_code,
    open_office,
    open_with_code,
)
from app.storage.passwords import password_problem, password_warning
from app.storage.pending import Pending, write_pending
from app.storage.rescue import salvage
from app.storage.succession import unlock_here
from app.storage.tables import audit_log

OTHER = "秋天的木梯子 Bird-9"


@pytest.fixture
def folder(tmp_path, owner):
    """A closed office with one person in it."""
    store = owner.create(tmp_path / "office")
    with store.unit_of_work() as uow:
        uow.repository(Subject).put(Subject(name="张三"))
        uow.commit()
    store.close()
    return store.folder


def acts(store):
    with store.engine.connect() as connection:
        return list(connection.execute(audit_log.select().order_by("sequence")).mappings())


def test_a_new_office_is_there_and_open(tmp_path, owner):
    folder = tmp_path / "neu" / "数据"
    assert not has_office(folder)
    store = owner.create(folder)
    assert has_office(folder)
    assert list(account_names(folder)) == [owner.name]
    assert (store.account, store.practice, store.failures_since) == (owner.name, False, 0)
    assert [act["act"] for act in acts(store)] == ["建立数据", "登录"]
    store.close()


def test_what_was_saved_is_there_after_signing_in_again(folder, owner):
    owner.wait(days=2)
    store = owner.open(folder)
    assert [row.name for row in store.roster().page(RosterFilter(), 0, 9)] == ["张三"]
    assert store.last_sign_in is not None and store.last_sign_in < owner.now
    store.close()


def test_nothing_is_ever_written_over(folder, owner):
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(UnsuitableFolder, match="不会覆盖"):
        owner.create(folder)
    assert {name: (folder / name).read_bytes() for name in before if name != "office.lock"} == {
        name: content for name, content in before.items() if name != "office.lock"
    }


@pytest.mark.parametrize("gone", ["office.db", "office.keys"])
def test_a_lost_file_is_not_replaced_by_an_empty_office(gone, folder, owner):
    (folder / gone).unlink()
    with pytest.raises(UnsuitableFolder):
        owner.create(folder)


def test_a_folder_without_records_says_so(tmp_path, owner):
    with pytest.raises(NoOffice, match="找不到数据文件夹"):
        owner.open(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NoOffice, match="没有回访关爱的数据"):
        owner.open(tmp_path / "empty")
    assert sorted(file.name for file in (tmp_path / "empty").iterdir()) == ["office.lock"]


def test_the_records_missing_beside_their_keys_are_not_made_anew(folder, owner):
    (folder / "office.db").unlink()
    with pytest.raises(NoOffice, match="从最近的备份恢复"):
        owner.open(folder)
    assert not (folder / "office.db").exists()


def test_the_second_copy_of_the_keys_helps_and_heals_the_first(folder, owner):
    (folder / "office.keys").write_bytes(b"\0" * 700)
    owner.open(folder).close()
    assert (folder / "office.keys").read_bytes() == (folder / "office.keys.bak").read_bytes()
    (folder / "office.keys.bak").unlink()
    owner.open(folder).close()
    assert (folder / "office.keys.bak").exists()


def test_a_tampered_first_copy_gives_way_to_the_sound_second(folder, owner):
    body = json.loads((folder / "office.keys").read_bytes())
    body["slots"].append(body["slots"][0] | {"name": "潜入者"})
    (folder / "office.keys").write_text(json.dumps(body))
    owner.open(folder).close()
    assert list(account_names(folder)) == [owner.name]


def rotten(file):
    """Change one bit of what the password opens."""
    body = json.loads(file.read_bytes())
    sealed = body["slots"][0]["wrapped"]
    body["slots"][0]["wrapped"] = ("B" if sealed[0] == "A" else "A") + sealed[1:]
    file.write_text(json.dumps(body))


def test_a_bit_that_rotted_where_the_password_fits_does_not_lock_its_owner_out(folder, owner):
    sound = (folder / "office.keys").read_bytes()
    rotten(folder / "office.keys")
    with pytest.raises(SignInRefused):
        open_office(folder, owner.name, OTHER)
    owner.open(folder).close()
    assert (folder / "office.keys").read_bytes() == sound


@pytest.mark.parametrize(
    ("was", "is_now"), [(b'"version":2', b'"version":3'), (b",64,1,1]", b",64,1,9]")]
)
def test_a_digit_that_rotted_in_the_first_copy_leaves_it_to_the_second(folder, owner, was, is_now):
    sound = (folder / "office.keys").read_bytes()
    changed = sound.replace(was, is_now)
    assert changed != sound
    (folder / "office.keys").write_bytes(changed)
    owner.open(folder).close()
    assert (folder / "office.keys").read_bytes() == sound


def test_a_restore_and_a_rescue_too_ask_the_sound_copy(folder, owner):
    rotten(folder / "office.keys")
    assert unlock_here(folder, owner.password, clock=owner.clock).who == owner.name
    assert salvage(folder, owner.password, lambda *_step: None, clock=owner.clock).folder.is_dir()


def test_a_second_copy_that_is_merely_older_lets_no_former_password_in(folder, owner):
    older = (folder / "office.keys.bak").read_bytes()
    store = owner.open(folder)
    change_password(store, owner.password, OTHER)
    store.close()
    (folder / "office.keys.bak").write_bytes(older)
    with pytest.raises(SignInRefused):
        owner.open(folder)
    open_office(folder, owner.name, OTHER).close()
    assert (folder / "office.keys.bak").read_bytes() == (folder / "office.keys").read_bytes()


def test_without_any_key_file_the_sentence_points_to_the_backup(folder, owner):
    for name in ("office.keys", "office.keys.bak"):
        (folder / name).unlink()
    with pytest.raises(DamagedDatabase, match="从最近的备份恢复"):
        owner.open(folder)


def test_keys_of_another_office_do_not_open_these_records(folder, tmp_path, owner):
    owner.create(tmp_path / "other").close()
    shutil.copy(folder / "office.db", tmp_path / "other" / "office.db")
    with pytest.raises(DamagedDatabase, match="密钥与它不配套"):
        owner.open(tmp_path / "other")


@pytest.mark.parametrize("size", [0, 1, 1000, 4096, 9000])
def test_a_truncated_file_is_named_and_left_alone(size, folder, owner):
    file = folder / "office.db"
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(DamagedDatabase, match="备份"):
        store = owner.open(folder)
        store.roster().page(RosterFilter(), 0, 9)  # where a short file may still open
        store.close()
    assert file.stat().st_size == size


def test_a_second_start_is_told_who_has_the_records_open(folder, owner):
    store = owner.open(folder)
    with pytest.raises(SingleInstance, match=owner.name):
        owner.open(folder)
    store.close()
    store.close()
    owner.open(folder).close()


# Signing in


def test_wrong_passwords_are_counted_across_restarts_and_shown(folder, owner):
    for _ in range(2):
        with pytest.raises(SignInRefused, match="不正确"):
            open_office(folder, owner.name, "不是这个口令呀呀呀", clock=owner.clock)
    store = owner.open(folder)
    assert store.failures_since == 2
    assert json.loads(acts(store)[-1]["details"]) == {"failures": 2}
    store.close()
    store = owner.open(folder)
    assert store.failures_since == 0
    store.close()


def test_after_three_failures_the_next_try_waits_longer_and_longer(folder, owner):
    for _ in range(3):
        with pytest.raises(SignInRefused, match="不正确"):
            open_office(folder, owner.name, "x", clock=owner.clock)
    with pytest.raises(SignInRefused, match="请2秒后再试"):
        owner.open(folder)
    owner.wait(seconds=3)
    with pytest.raises(SignInRefused, match="不正确"):
        open_office(folder, owner.name, "x", clock=owner.clock)
    with pytest.raises(SignInRefused, match="请4秒后再试"):
        owner.open(folder)
    owner.wait(seconds=5)
    owner.open(folder).close()


def test_waits_grow_to_a_quarter_of_an_hour():
    waits = [throttle.wait_seconds(n) for n in range(100)]
    assert waits[:6] == [0, 0, 0, 2, 4, 8]
    assert waits == sorted(waits)
    assert waits[-1] == 900


def test_a_clock_put_back_does_not_lock_the_office_for_years(folder, owner):
    throttle.write_tries(folder, throttle.Tries(5, "2099-01-01T00:00:00"), owner.name)
    with pytest.raises(SignInRefused, match="请8秒后再试"):
        owner.open(folder)


def test_after_a_hundred_failures_only_the_recovery_code_helps(folder, owner):
    throttle.write_tries(folder, throttle.Tries(100, "2026-01-01T00:00:00"), owner.name)
    with pytest.raises(SignInRefused, match="恢复码"):
        owner.open(folder)
    open_with_code(
        folder, owner.code, owner.name, OTHER, cost=owner.cost, clock=owner.clock
    ).close()
    open_office(folder, owner.name, OTHER, clock=owner.clock).close()


def test_the_recovery_code_sets_a_new_password(folder, owner):
    store = open_with_code(
        folder, owner.code.lower(), owner.name, OTHER, cost=owner.cost, clock=owner.clock
    )
    assert [act["act"] for act in acts(store)][-2:] == ["凭恢复码登录", "凭恢复码重设口令"]
    store.close()
    with pytest.raises(SignInRefused):
        owner.open(folder)
    open_office(folder, owner.name, OTHER, clock=owner.clock).close()


def test_a_slip_in_the_recovery_code_names_the_group_and_is_no_failed_try(folder, owner):
    wrong = owner.code[:-1] + ("0" if owner.code[-1] != "0" else "1")
    with pytest.raises(SignInRefused, match="第8组"):
        open_with_code(folder, wrong, owner.name, OTHER, cost=owner.cost, clock=owner.clock)
    assert throttle.read_tries(folder, owner.name).failures == 0


def test_the_recovery_code_does_not_make_an_account(folder, owner):
    with pytest.raises(SignInRefused, match="王五"):
        open_with_code(folder, owner.code, "王五", OTHER, cost=owner.cost, clock=owner.clock)
    assert list(account_names(folder)) == [owner.name]


def test_a_changed_password_counts_at_once(office, owner):
    with pytest.raises(SignInRefused):
        change_password(office, "不是原口令呀呀呀呀呀", OTHER, cost=owner.cost)
    with pytest.raises(RefusedPassword, match="相同"):
        change_password(office, owner.password, owner.password, cost=owner.cost)
    with pytest.raises(RefusedPassword, match="至少"):
        change_password(office, owner.password, "短", cost=owner.cost)
    change_password(office, owner.password, OTHER, cost=owner.cost)
    office.close()
    with pytest.raises(SignInRefused):
        owner.open(office.folder)
    open_office(office.folder, owner.name, OTHER, clock=owner.clock).close()


def test_a_new_recovery_code_makes_the_old_sheet_useless(office, owner):
    code = new_recovery_code(office)
    office.close()
    again = {"cost": owner.cost, "clock": owner.clock}
    with pytest.raises(SignInRefused, match="不相符"):
        open_with_code(office.folder, owner.code, owner.name, OTHER, **again)
    open_with_code(office.folder, code, owner.name, OTHER, **again).close()


def test_everything_about_signing_in_is_in_a_sound_log(folder, owner):
    store = owner.open(folder)
    with store.engine.connect() as connection:
        assert verify_audit(connection, store.audit_key).problems == ()
    store.close()


# What a cut leaves behind


def test_a_cut_while_the_office_is_made_leaves_room_for_a_new_one(tmp_path, owner, monkeypatch):
    folder = tmp_path / "office"

    def cut(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(office, "clear_pending", cut)
    with monkeypatch.context() as power:
        power.setattr(office, "flush_folder", cut)
        power.setattr("pathlib.Path.rename", cut)
        with pytest.raises(KeyboardInterrupt):
            owner.create(folder)
    monkeypatch.undo()
    assert (folder / "office.keys").exists() and not has_office(folder)
    owner.create(folder).close()
    owner.open(folder).close()


def test_a_cut_after_the_last_step_leaves_a_whole_office(tmp_path, owner, monkeypatch):
    def cut(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(office, "clear_pending", cut)
    with pytest.raises(KeyboardInterrupt):
        owner.create(tmp_path / "office")
    monkeypatch.undo()
    owner.open(tmp_path / "office").close()
    assert not (tmp_path / "office" / "pending.json").exists()


def test_a_cut_migration_is_undone_at_the_next_start(folder, owner):
    (folder / "office.db.migrating").write_bytes(b"half")
    (folder / "office.db.migrating-journal").write_bytes(b"half")
    write_pending(folder, Pending("migrate", "office.db.migrating", ""))
    owner.open(folder).close()
    assert not list(folder.glob("*migrating*"))
    assert not (folder / "pending.json").exists()


# Passwords


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("", "至少12"),
        ("短口令 Ab3", "至少12"),
        ("aaaaaaaaaaaaaa", "相同的字符太多"),
        ("abcabcabcabcabc", "相同的字符太多"),
        ("abcdeabcdeabcde", "反复"),
        ("123456789012345", "连续"),
        ("0987654321qwertyuiop", "连续"),
        ("qwertyuiop[]asdfghjkl", "连续"),
        ("1qaz2wsx3edc4rfv", "连续"),
        ("abcdefghijklmnop", "连续"),
        ("zhouming19850309", "姓名"),
        ("周明周明周明198503", "姓名"),
        ("woaini5201314zm", "姓名"),
        ("jiwei123456jiwei", "姓名"),
        ("Password2026!!", "姓名"),
        ("ｚｈｏｕｍｉｎｇ１９８５０３０９", "姓名"),
        ("  晨雾里的灯塔 Oak-7", "空格"),
        ("晨雾里的灯塔\u200b\u200bOak-7", "看不见"),
        ("晨雾" * 80, "最多128"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused_with_the_reason(password, says):
    assert says in password_problem(password, "周明", "某大学纪委")


@pytest.mark.parametrize(
    "password",
    [
        "晨雾里的灯塔 Oak-7",
        OTHER,
        "correct horse battery staple",
        "蓝色自行车停在河边的杨树下",
        "T7#kd9!mQz2&xLw",
        "周明最爱吃巷口那家的酸汤水饺",
    ],
)
def test_a_good_password_is_accepted(password):
    assert password_problem(password, "周明", "某大学纪委") == ""


def test_full_width_typing_is_warned_about_not_refused():
    assert "全角" in password_warning("晨雾里的灯塔　Ｏａｋ")
    assert password_warning(OTHER) == ""


def test_a_refused_password_makes_nothing(tmp_path, owner):
    with pytest.raises(RefusedPassword):
        create_office(tmp_path / "office", "周明", "123456", cost=owner.cost)
    assert not (tmp_path / "office").exists()


def test_an_office_without_a_name_for_its_owner_is_not_made(tmp_path, owner):
    with pytest.raises(UnsuitableFolder, match="姓名"):
        create_office(tmp_path / "office", "  ", owner.password, cost=owner.cost)


# Folders


@pytest.mark.parametrize(
    "part",
    [
        "OneDrive",
        "OneDrive - 某大学",
        "坚果云",
        "我的坚果云",
        "百度网盘",
        "BaiduSyncdisk",
        "Dropbox",
    ],
)
def test_a_folder_that_is_synchronised_is_refused(part, tmp_path):
    assert "同步" in folders.folder_problem(tmp_path / part / "数据")


def test_an_ordinary_folder_is_fine_even_before_it_exists(tmp_path):
    assert folders.folder_problem(tmp_path / "数据" / "office") == ""
    assert not (tmp_path / "数据").exists()
    assert folders.folder_problem(tmp_path / "onedriver 培训") == ""


def test_a_whole_text_pasted_as_a_folder_is_refused_in_a_sentence(tmp_path):
    assert "用不了" in folders.folder_problem(tmp_path / ("长" * 20_000))


def test_a_file_or_a_relative_path_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("")
    assert "是一个文件" in folders.folder_problem(tmp_path / "file")
    from pathlib import Path

    assert "完整" in folders.folder_problem(Path("office"))


@pytest.mark.parametrize("kind", ["cifs", "nfs4", "fuse.sshfs", "9p"])
def test_a_network_share_is_refused(kind, tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "_mount_of", lambda there: (kind, "//server/share"))
    assert "网络共享" in folders.folder_problem(tmp_path / "x")


def test_a_removable_disk_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "_mount_of", lambda there: ("vfat", "/dev/sdb1"))
    monkeypatch.setattr(folders, "_is_removable", lambda device: device == "/dev/sdb1")
    assert "U盘" in folders.folder_problem(tmp_path / "x")


def test_the_file_system_of_a_place_is_found_in_the_mounts():
    assert folders._mount_of(Path("/proc/self")) == ("proc", "proc")


def test_an_office_on_an_unsuitable_folder_is_not_made(tmp_path, owner):
    with pytest.raises(UnsuitableFolder, match="同步"):
        owner.create(tmp_path / "Dropbox")
    assert not (tmp_path / "Dropbox").exists()


def test_what_the_system_refuses_is_said_in_a_sentence(tmp_path):
    from app.storage.errors import file_errors

    with pytest.raises(NotWritable, match="没有权限写入"), file_errors(tmp_path, "写入"):
        raise PermissionError(13, "Permission denied")
