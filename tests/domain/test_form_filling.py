"""The boxes say what decisions and roster say, in the order and wording of the office."""

from datetime import date

import pytest

from app.domain.fields import form_fields
from app.domain.form_filling import fill, is_member, kind_on_paper, offers, refill, take_offer
from app.domain.partial_date import PartialDate, read_date
from app.domain.registration_form import RegistrationForm
from app.domain.settings import Settings
from app.domain.subject import (
    ADMINISTRATIVE,
    ALTERED,
    EXTENDED,
    INSTITUTION,
    NOT_A_MEMBER,
    PARTY,
    PARTY_MEMBER,
    REVOKED,
    Case,
    Dossier,
    Event,
    Sanction,
    Subject,
)

TODAY = date(2026, 11, 23)


def a_subject(**values):
    return Subject(
        **{
            "id": 7,
            "name": "𬱖䶮",
            "sex": "女",
            "born_on": PartialDate(1985, 3, 12),
            "education": "大学本科",
            "work_since": PartialDate(2007, 7),
            "membership": PARTY_MEMBER,
            "party_since": PartialDate(2005, 6, 1),
            "workplace": "某某学院信息工程学院实验中心主任",
            "address": "德州市德城区某某路1号",
            "phone": "0534-8985000",
        }
        | values
    )


def sanction(id_, regime, kind, on, case_id=None):
    return Sanction(
        id=id_,
        subject_id=7,
        case_id=case_id,
        regime=regime,
        kind=kind,
        decided_on=read_date(on) if on else None,
    )


def filled(subject=None, *, settings=None, **parts):
    return fill(Dossier(subject or a_subject(), **parts), settings or Settings(), today=TODAY)


def test_every_value_belongs_to_a_box_and_has_a_source():
    known = filled(sanctions=(sanction(1, PARTY, "警告", "2024-01-10"),))
    assert set(known.values) == set(known.sources) <= set(form_fields(RegistrationForm))
    assert len(known.values) == 16  # all but 回访时间, 态度, 意见, 备注: those a visit brings


def test_personal_boxes_come_from_the_roster_dates_as_year_and_month():
    known = filled(settings=Settings(reporting_unit="中共某某学院纪律检查委员会"))
    assert known.values["name"] == "𬱖䶮"
    assert known.values["born_on"] == "1985.03"
    assert known.values["work_since"] == "2007.07"
    assert known.values["party_since"] == "2005.06"
    assert known.values["reported_on"] == "2026年11月23日"
    assert known.values["reporting_unit"] == "中共某某学院纪律检查委员会"
    assert known.sources["born_on"] == "名册：出生年月"


def test_dates_follow_the_office_s_style_and_keep_their_precision():
    known = filled(
        a_subject(born_on=PartialDate(1985)),
        settings=Settings(date_style="1985年3月"),
        sanctions=(
            sanction(1, PARTY, "警告", "2024.1.5"),
            sanction(2, PARTY, "警告", "2023年11月"),
        ),
    )
    assert known.values["born_on"] == "1985年"
    assert known.values["work_since"] == "2007年7月"
    assert known.values["party_decided_on"] == "2023年11月\n2024年1月5日"


def test_several_sanctions_stand_oldest_first_time_and_kind_on_matching_lines():
    known = filled(
        sanctions=(
            sanction(1, PARTY, "严重警告", "2024-07-10"),
            sanction(2, INSTITUTION, "降低岗位等级", "2024-07-12"),
            sanction(3, PARTY, "撤销党内职务", "2023-11-08"),
            sanction(4, ADMINISTRATIVE, "记过", "2024-01-10"),
            sanction(5, PARTY, "警告", ""),
        )
    )
    assert known.values["party_decided_on"] == "2023.11.08\n2024.07.10\n时间不详"
    assert known.values["party_kind"] == "撤销党内职务\n党内严重警告\n党内警告"
    assert known.values["admin_decided_on"] == "2024.01.10\n2024.07.12"
    assert known.values["admin_kind"] == "政务记过\n降低岗位等级处分"
    assert known.sources["admin_kind"] == "处分：政务记过 2024.01.10；降低岗位等级处分 2024.07.12"


@pytest.mark.parametrize(
    ("regime", "kind", "on_paper"),
    [
        (PARTY, "警告", "党内警告"),
        (PARTY, "党内严重警告", "党内严重警告"),
        (PARTY, "留党察看一年", "留党察看一年"),
        (ADMINISTRATIVE, "记大过", "政务记大过"),
        (ADMINISTRATIVE, "政务警告", "政务警告"),
        (INSTITUTION, "记过", "记过处分"),
        (INSTITUTION, "记过处分", "记过处分"),
        (PARTY, "", "种类不详"),
    ],
)
def test_kinds_are_named_as_decisions_name_them(regime, kind, on_paper):
    assert kind_on_paper(regime, kind) == on_paper


def test_a_person_outside_the_party_has_the_empty_mark_for_party_boxes():
    known = filled(
        a_subject(membership=NOT_A_MEMBER, party_since=None),
        settings=Settings(empty_mark="—"),
        sanctions=(sanction(1, ADMINISTRATIVE, "警告", "2024-05-06"),),
    )
    assert known.values["party_since"] == "—"
    assert known.values["party_decided_on"] == known.values["party_kind"] == "—"
    assert known.values["admin_kind"] == "政务警告"
    assert known.sources["party_since"] == "名册：政治面貌为非中共党员"


def test_without_any_sanction_on_record_the_boxes_stay_open():
    known = filled()
    assert known.values["party_kind"] == known.values["admin_kind"] == ""
    assert "没有记录党纪处分" in known.sources["party_kind"]


def test_a_probationary_member_is_called_one():
    known = filled(a_subject(membership="中共预备党员"))
    assert known.values["party_since"] == "2005.06（预备党员）"


@pytest.mark.parametrize(
    ("membership", "member"),
    [
        ("中共党员", True),
        ("中国共产党党员", True),
        ("中共预备党员", True),
        ("非中共党员", False),
        ("群众", False),
        ("民盟盟员", False),
        ("共青团员", False),
        ("", None),
    ],
)
def test_membership_is_read_as_offices_write_it(membership, member):
    assert is_member(membership) is member


def test_a_revoked_sanction_is_not_printed_and_the_source_says_so():
    known = filled(
        sanctions=(
            sanction(1, PARTY, "警告", "2024-03-15", case_id=1),
            sanction(2, PARTY, "严重警告", "2024-05-15", case_id=2),
        ),
        cases=(Case(id=1, facts="违规收受礼品。"), Case(id=2, facts="公车私用。")),
        events=(Event(kind=REVOKED, sanction_id=1, on=PartialDate(2024, 9, 10)),),
    )
    assert known.values["party_kind"] == "党内严重警告"
    assert known.values["facts"] == "公车私用。"
    assert "党内警告（2024.03.15）已撤销，不印" in known.sources["party_kind"]


def test_a_revocation_that_names_no_sanction_means_the_only_one_and_is_doubtful_among_several():
    revoked = Event(kind=REVOKED, on=PartialDate(2024, 9, 10))
    one = filled(sanctions=(sanction(1, PARTY, "警告", "2024-03-15"),), events=(revoked,))
    assert one.values["party_kind"] == "无"
    two = filled(
        sanctions=(
            sanction(1, PARTY, "警告", "2024-03-15"),
            sanction(2, PARTY, "警告", "2024-06-15"),
        ),
        events=(revoked,),
    )
    assert two.values["party_kind"] == "党内警告\n党内警告"
    assert "请核对" in two.sources["party_kind"]


def test_an_altered_or_extended_sanction_prints_as_it_stands_now():
    known = filled(
        sanctions=(
            sanction(1, PARTY, "严重警告", "2024-03-15"),
            sanction(2, PARTY, "留党察看一年", "2024-04-15"),
        ),
        events=(
            Event(kind=ALTERED, sanction_id=1, on=PartialDate(2024, 6, 1), new_kind="警告"),
            Event(kind=EXTENDED, sanction_id=2, on=PartialDate(2025, 4, 15), months=12),
        ),
    )
    assert known.values["party_kind"] == "党内警告\n留党察看一年（延长一年）"
    assert "原为党内严重警告，2024-06-01 变更" in known.sources["party_kind"]


def test_the_facts_of_several_cases_stand_once_each_in_the_order_of_the_sanctions():
    known = filled(
        cases=(
            Case(id=1, facts="第二件。"),
            Case(id=2, facts="第一件。"),
            Case(id=3, facts="第二件。"),
            Case(id=4, facts="尚无处分的一件。"),
        ),
        sanctions=(
            sanction(1, PARTY, "警告", "2024-03-15", case_id=1),
            sanction(2, ADMINISTRATIVE, "警告", "2023-03-15", case_id=2),
            sanction(3, ADMINISTRATIVE, "警告", "2024-03-20", case_id=3),
        ),
    )
    assert known.values["facts"] == "第一件。\n第二件。\n尚无处分的一件。"
    assert "3件案件" in known.sources["facts"]


def test_filling_in_again_leaves_what_somebody_typed_or_erased():
    form = RegistrationForm(subject_id=7)
    assert "name" in refill(form, filled())
    form.phone = "13800000000"
    form.address = ""
    later = filled(a_subject(phone="0534-1", address="新址", education="研究生"))
    assert refill(form, later) == ["education"]
    assert (form.phone, form.address, form.education) == ("13800000000", "", "研究生")


def test_the_day_of_filling_in_stays_what_it_was():
    form = RegistrationForm(subject_id=7)
    refill(form, filled())
    tomorrow = fill(Dossier(a_subject()), Settings(), today=date(2026, 11, 24))
    assert refill(form, tomorrow) == []
    assert offers(form, tomorrow) == []


def test_a_changed_fact_is_offered_for_a_typed_box_once_and_with_its_source():
    form = RegistrationForm(subject_id=7)
    refill(form, filled())
    form.phone = "13800000000"
    assert offers(form, filled()) == []  # what was known when it was typed over is no news
    [offer] = offers(form, filled(a_subject(phone="0534-1")))
    assert (offer.field, offer.old, offer.new) == ("phone", "13800000000", "0534-1")
    assert offer.source == "名册：联系电话"
    take_offer(form, offer, use_new=False)
    assert form.phone == "13800000000"
    assert offers(form, filled(a_subject(phone="0534-1"))) == []
    [again] = offers(form, filled(a_subject(phone="0534-1")), again=True)
    take_offer(form, again, use_new=True)
    assert form.phone == "0534-1"


def test_a_fact_taken_from_the_roster_is_not_offered_as_nothing():
    form = RegistrationForm(subject_id=7, phone="13800000000")
    assert "phone" not in {offer.field for offer in offers(form, filled(a_subject(phone="")))}
