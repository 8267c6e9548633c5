"""Keys: wrapped per person and for the recovery code, sealed whole."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.storage import keys
from app.storage.errors import DamagedDatabase, NewerDatabase, SignInRefused
from app.storage.keys import DEFAULT_COST, FLOOR_COST, Argon2Cost, KeyFile
from app.storage.recovery_code import (
    looks_like_code,
    new_recovery_code,
    read_recovery_code,
    write_recovery_code,
)

CHEAP = Argon2Cost(64, 1, 1)
KEY = bytes(range(32))
CODE = bytes(range(100, 120))
PASSWORD = "晨雾里的灯塔 Oak-7"


@pytest.fixture(scope="module")
def file():
    made = KeyFile("office-1", ())
    for name in ("周明", "李芳"):
        slot = keys.person_slot("office-1", name, PASSWORD + name, KEY, created="t", cost=CHEAP)
        made = made.with_slot(slot, KEY)
    return made.with_slot(keys.recovery_slot("office-1", CODE, KEY, created="t"), KEY)


def test_each_person_opens_with_their_own_password(file):
    assert keys.unlock_with_password(file, "周明", PASSWORD + "周明") == KEY
    assert keys.unlock_with_password(file, "李芳", PASSWORD + "李芳") == KEY
    with pytest.raises(SignInRefused, match="不正确"):
        keys.unlock_with_password(file, "周明", PASSWORD + "李芳")


def test_a_wrong_name_is_refused_in_the_same_words(file):
    with pytest.raises(SignInRefused) as wrong_name:
        keys.unlock_with_password(file, "王五", PASSWORD)
    with pytest.raises(SignInRefused) as wrong_password:
        keys.unlock_with_password(file, "周明", PASSWORD)
    assert str(wrong_name.value) == str(wrong_password.value)


def test_full_width_typing_is_the_same_password(file):
    full = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in PASSWORD + "周明")
    assert full != PASSWORD + "周明"
    assert keys.unlock_with_password(file, "周明", full) == KEY


def test_the_recovery_code_opens(file):
    assert keys.unlock_with_code(file, write_recovery_code(CODE)) == KEY
    with pytest.raises(SignInRefused, match="不相符"):
        keys.unlock_with_code(file, write_recovery_code(new_recovery_code()))


def test_the_file_survives_writing_and_reading(file):
    again = keys.decode(keys.encode(file))
    assert again == file
    keys.check_mac(again, KEY)


def test_neither_key_nor_password_stands_in_the_file(file):
    content = keys.encode(file)
    import base64

    for secret in (KEY, CODE):
        assert base64.b64encode(secret) not in content
        assert secret.hex().encode() not in content
    assert PASSWORD.encode() not in content


def test_a_backup_carries_no_password_slot(file):
    carried = file.recovery_only(KEY)
    assert carried.names == ()
    assert keys.unlock_with_code(carried, write_recovery_code(CODE)) == KEY


def test_a_leaver_opens_nothing(file):
    left = file.without("李芳", KEY)
    assert left.names == ("周明",)
    with pytest.raises(SignInRefused):
        keys.unlock_with_password(left, "李芳", PASSWORD + "李芳")


def bent(file, change):
    body = json.loads(keys.encode(file))
    change(body)
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return keys.decode(canonical.encode())


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body["slots"][0].update(name="王五"),
        lambda body: body["slots"][0].update(created="later"),
        lambda body: body["slots"][0].update(kdf=["argon2id", 32, 1, 1]),
        lambda body: body.update(office_id="office-2"),
    ],
    ids=["name", "created", "cheaper", "office"],
)
def test_a_slot_whose_metadata_were_changed_does_not_open(change, file):
    changed = bent(file, change)
    name = changed.names[0]
    with pytest.raises((SignInRefused, DamagedDatabase)):
        keys.unlock_with_password(changed, name, PASSWORD + "周明")


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body["slots"].pop(1),
        lambda body: body["slots"].append(body["slots"][1]),
        lambda body: body["slots"][1].update(salt=body["slots"][0]["salt"]),
        lambda body: body["slots"].reverse(),
    ],
    ids=["removed", "doubled", "other salt", "reordered"],
)
def test_a_file_changed_elsewhere_is_noticed(change, file):
    changed = bent(file, change)
    with pytest.raises(DamagedDatabase, match="被改动过"):
        keys.unlock_with_password(changed, "周明", PASSWORD + "周明")


@pytest.mark.parametrize(
    "cost",
    [(2**31, 3, 2), (65536, 10**9, 2), (65536, 3, 255), (0, 0, 0), (65536, 3), (65536, "x", 2)],
)
def test_a_forged_cost_cannot_stall_the_pc(cost, file):
    with pytest.raises(DamagedDatabase):
        bent(file, lambda body: body["slots"][0].update(kdf=["argon2id", *cost]))


@given(st.binary(max_size=300))
def test_rubbish_is_refused_with_a_sentence(content):
    with pytest.raises(DamagedDatabase, match="已损坏"):
        keys.decode(content)


@settings(deadline=None)
@given(st.data())
def test_any_flipped_bit_is_refused(file, data):
    content = bytearray(keys.encode(file).rstrip(b"\n"))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((SignInRefused, DamagedDatabase, NewerDatabase)):
        found = keys.decode(bytes(content))
        assert found != file
        keys.unlock_with_password(found, "周明", PASSWORD + "周明")


def test_a_newer_key_file_is_refused(file):
    with pytest.raises(NewerDatabase, match="更高版本"):
        bent(file, lambda body: body.update(version=3))


def test_shipped_costs_do_not_fall_below_the_floor():
    assert Argon2Cost(128 * 1024, 3, 2) == DEFAULT_COST
    assert Argon2Cost(64 * 1024, 3, 2) == FLOOR_COST
    assert keys.calibrated_cost(most_seconds=0) == FLOOR_COST
    assert keys.calibrated_cost(most_seconds=600) == DEFAULT_COST


# The recovery code


@given(st.binary(min_size=20, max_size=20))
def test_a_written_code_is_read_again(code):
    text = write_recovery_code(code)
    assert read_recovery_code(text) == code
    assert looks_like_code(text)
    assert len(text.split("-")) == 8


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda text: text.replace("-", " "),
        lambda text: text.replace("-", ""),
        lambda text: text.replace("0", "O").replace("1", "l"),
        lambda text: "".join(chr(ord(c) + 0xFEE0) for c in text),
        lambda text: f"  {text}\n",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert read_recovery_code(typed(write_recovery_code(CODE))) == CODE


@given(st.binary(min_size=20, max_size=20), st.data())
def test_a_wrong_symbol_is_found_and_its_group_named(code, data):
    text = write_recovery_code(code)
    place = data.draw(st.sampled_from([n for n, c in enumerate(text) if c != "-"]))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
    if other == text[place]:
        return
    with pytest.raises(SignInRefused, match=f"第{place // 6 + 1}组"):
        read_recovery_code(text[:place] + other + text[place + 1 :])


@given(st.binary(min_size=20, max_size=20), st.data())
def test_exchanged_neighbours_and_groups_are_found(code, data):
    groups = write_recovery_code(code).split("-")
    n = data.draw(st.integers(0, 7))
    at = data.draw(st.integers(0, 3))
    group = groups[n]
    swapped = group[:at] + group[at + 1] + group[at] + group[at + 2 :]
    if swapped != group:
        with pytest.raises(SignInRefused, match=f"第{n + 1}组"):
            read_recovery_code("-".join([*groups[:n], swapped, *groups[n + 1 :]]))
    m = data.draw(st.integers(0, 7))
    if groups[n] != groups[m]:
        groups[n], groups[m] = groups[m], groups[n]
        with pytest.raises(SignInRefused):
            read_recovery_code("-".join(groups))


@pytest.mark.parametrize("text", ["", "ABC", "周明的口令周明的口令", "A" * 39, "A" * 41])
def test_a_code_of_another_length_says_how_long_it_should_be(text):
    with pytest.raises(SignInRefused, match="8组"):
        read_recovery_code(text)


def test_a_password_is_not_taken_for_a_code():
    assert not looks_like_code(PASSWORD)
    assert not looks_like_code("correct horse battery staple")
