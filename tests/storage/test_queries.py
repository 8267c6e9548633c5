"""Lists: pages of frozen rows, sorted and filtered in SQL."""

from datetime import date, datetime

import pytest
import sqlalchemy as sa

from app.domain.filing import FilingEntry
from app.domain.partial_date import PartialDate
from app.domain.registration_form import RegistrationForm
from app.domain.standing import Standing
from app.domain.subject import Case, Sanction, Subject
from app.domain.visit import Visit
from app.services.ports import FormQueries, RosterFilter, RosterQueries, RosterRow
from app.storage.queries import SORTS, counts, last_backup

PEOPLE = (
    # name, born, unit, verdict, last day
    ("单小芳", PartialDate(1985, 3), "化学学院", "应回访", date(2026, 12, 25)),
    ("张三", None, "物理学院", "期满", date(2026, 11, 22)),
    ("李四", PartialDate(1970), "化学学院", "待定", None),
    ("阿依古丽·买买提", PartialDate(1999, 12, 31), "外国语学院", "应回访", date(2027, 1, 1)),
    ("曾伟", PartialDate(1985), "物理学院", None, None),
)


@pytest.fixture
def roster(office, new_uow, a_person) -> RosterQueries:
    with new_uow() as uow:
        for name, born, unit, verdict, last in PEOPLE:
            person = a_person(name=name, born_on=born, unit=unit, workplace=f"{unit}教师")
            id_ = uow.repository(Subject).put(person)
            if verdict:
                uow.repository(Standing).put(
                    Standing(
                        subject_id=id_, verdict=verdict, last_day=last, reason="因此", doubtful=True
                    )
                )
        for regime, kind, day in (
            ("党纪", "严重警告", PartialDate(2025, 7)),
            ("政务", "记过", PartialDate(2025, 6, 25)),
            ("党纪", "警告", PartialDate(2024)),
        ):
            uow.repository(Sanction).put(
                Sanction(subject_id=1, regime=regime, kind=kind, decided_on=day)
            )
        uow.commit()
    return office.roster()


def names(roster, **which):
    return [row.name for row in roster.page(RosterFilter(**which), 0, 100)]


def test_a_row_shows_the_person_with_sanctions_and_standing(roster):
    [row] = roster.rows([1])
    assert row == RosterRow(
        id=1,
        name="单小芳",
        sex="女",
        born_on="1985-03",
        workplace="化学学院教师",
        unit="化学学院",
        person_type="专业技术人员",
        phone="13812345678",
        address="东湖路18号3栋502室",
        party_kinds="警告；严重警告",
        party_decided_on="2024；2025-07",
        admin_kinds="记过",
        admin_decided_on="2025-06-25",
        last_day=date(2026, 12, 25),
        days_left=32,
        verdict="应回访",
        reason="因此",
        doubtful=True,
    )
    assert type(row.doubtful) is bool


def test_a_person_whose_rules_have_not_run_is_shown_as_open(roster):
    [row] = roster.rows([5])
    assert (row.verdict, row.last_day, row.days_left, row.reason) == ("待定", None, None, "")
    assert (row.party_kinds, row.born_on, row.doubtful) == ("", "1985", False)


def test_names_sort_by_pinyin(roster):
    assert names(roster) == ["阿依古丽·买买提", "李四", "单小芳", "曾伟", "张三"]
    assert names(roster, descending=True) == ["张三", "曾伟", "单小芳", "李四", "阿依古丽·买买提"]


def test_the_unknown_stands_last_whichever_way_round(roster):
    assert names(roster, sort_by="last_day") == [
        "张三",
        "单小芳",
        "阿依古丽·买买提",
        "李四",
        "曾伟",
    ]
    assert names(roster, sort_by="days_left", descending=True)[:3] == [
        "阿依古丽·买买提",
        "单小芳",
        "张三",
    ]
    assert names(roster, sort_by="born_on")[-1] == "张三"
    assert names(roster, sort_by="born_on", descending=True)[-1] == "张三"
    assert names(roster, sort_by="party_decided_on", descending=True)[0] == "单小芳"


@pytest.mark.parametrize("column", SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_every_column_sorts_and_pages_without_loss(column, descending, roster):
    which = RosterFilter(sort_by=column, descending=descending)
    paged = [row.id for start in range(0, 6, 2) for row in roster.page(which, start, 2)]
    assert sorted(paged) == [1, 2, 3, 4, 5]
    assert paged == list(roster.ids(which))


def test_a_column_that_does_not_exist_sorts_by_name(roster):
    assert names(roster, sort_by="nonsense; DROP TABLE subject") == names(roster)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("小芳", ["单小芳"]),
        ("shanx", ["单小芳"]),
        ("danxiao", ["单小芳"]),
        ("sxf", ["单小芳"]),
        ("ZENGW", ["曾伟"]),
        ("ｚｓ", ["张三"]),
        ("张 三", ["张三"]),
        ("化学", ["李四", "单小芳"]),
        ("wlxy", ["曾伟", "张三"]),
        ("化学 四", ["李四"]),
        ("古丽买买", ["阿依古丽·买买提"]),
        ("古丽·买买提", ["阿依古丽·买买提"]),
        ("１３８", ["阿依古丽·买买提", "李四", "单小芳", "曾伟", "张三"]),
        ("%", []),
        ("_", []),
        ("'", []),
        ("查无此人", []),
        ("   ", ["阿依古丽·买买提", "李四", "单小芳", "曾伟", "张三"]),
    ],
)
def test_people_are_found_by_what_is_typed(typed, found, roster):
    assert names(roster, text=typed) == found
    assert roster.count(RosterFilter(text=typed)) == len(found)


@pytest.fixture
def more(roster, new_uow, a_person):
    """Names in rare and variant characters, and papers with numbers."""
    with new_uow() as uow:
        for name in (
            "𠮷野",
            "黃金榮",
            "呂方",
            "区敏",
            "周欧",
            "欧阳文",
            "张伟",
            "张伟明",
            "小张伟",
        ):
            id_ = uow.repository(Subject).put(
                a_person(name=name, unit="图书馆", workplace="图书馆")
            )
            if name == "呂方":
                number = "校纪〔2026〕21号"
                uow.repository(Sanction).put(
                    Sanction(subject_id=id_, regime="党纪", kind="警告", document_no=number)
                )
                uow.repository(Case).put(Case(subject_id=id_, file_no="案2026-077号"))
        uow.commit()
    return roster


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("吉野", ["𠮷野"]),
        ("黄金荣", ["黃金榮"]),
        ("黃金", ["黃金榮"]),
        ("吕方", ["呂方"]),
        ("校纪〔2026〕21号", ["呂方"]),
        ("校纪[2026]21", ["呂方"]),
        ("校纪（２０２６）２１号", ["呂方"]),
        ("纪202621", ["呂方"]),
        ("图书馆 案2026-077", ["呂方"]),
        ("物理 案2026-077", []),
        ("校纪〔2026〕22号", []),
        ("案2026_077", []),
    ],
)
def test_variants_and_the_numbers_of_papers_are_found(typed, found, more):
    assert names(more, text=typed) == found
    assert more.count(RosterFilter(text=typed)) == len(found)
    assert sum(more.verdict_counts(RosterFilter(text=typed)).values()) == len(found)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ou", ["区敏", "欧阳文", "周欧"]),
        ("张伟", ["张伟", "张伟明", "小张伟"]),
        ("zhang", ["张三", "张伟", "张伟明", "小张伟"]),
        ("欧", ["欧阳文", "周欧"]),
    ],
)
def test_what_comes_nearest_to_the_typed_stands_first(typed, found, more):
    which = RosterFilter(text=typed)
    assert names(more, text=typed) == found
    assert [row.name for row in more.page(which, 0, 1)] == found[:1]
    assert [row.name for row in more.page(which, 1, 9)] == found[1:]
    by_id = {row.id: row.name for row in more.page(which, 0, 9)}
    assert [by_id[id_] for id_ in more.ids(which)] == found
    more.count(which)
    assert [row.name for row in more.page(which, 0, 9)] == found


def test_a_changed_name_is_found_by_its_new_spelling_only(roster, new_uow):
    with new_uow() as uow:
        person = uow.repository(Subject).get(1)
        person.name = "单大方"
        uow.repository(Subject).put(person)
        uow.commit()
    assert names(roster, text="xiaofang") == []
    assert names(roster, text="sdf") == ["单大方"]


def test_verdicts_filter_and_are_counted(roster):
    assert names(roster, verdicts=("应回访",)) == ["阿依古丽·买买提", "单小芳"]
    assert names(roster, verdicts=("待定", "期满")) == ["李四", "曾伟", "张三"]
    assert roster.count(RosterFilter(verdicts=("待定",), text="物理")) == 1
    assert roster.verdict_counts(RosterFilter()) == {"应回访": 2, "期满": 1, "待定": 2}
    assert roster.verdict_counts(RosterFilter(text="物理", verdicts=("应回访",))) == {
        "期满": 1,
        "待定": 1,
    }


def test_who_was_visited_and_of_whom_something_is_filed(roster, new_uow):
    with new_uow() as uow:
        uow.repository(Visit).put(Visit(subject_id=1, state="已完成"))
        uow.repository(Visit).put(Visit(subject_id=2, state="未成行"))
        uow.repository(Visit).put(Visit(state="已完成"))  # of nobody: it must not hide everybody
        uow.repository(FilingEntry).put(FilingEntry(subject_id=1, state="已归档"))
        uow.repository(FilingEntry).put(FilingEntry(subject_id=3, state="未归档"))
        named = {one.id: one.name for one in uow.repository(Subject).where()}
        uow.commit()
    everybody = set(names(roster))
    visited = set(names(roster, visited=True))
    assert named[1] in visited and named[2] not in visited
    assert set(names(roster, visited=False)) == everybody - visited
    assert names(roster, filed=True) == [named[1]]
    assert set(names(roster, filed=False)) == everybody - {named[1]}
    assert roster.count(RosterFilter(visited=True, filed=True)) == 1
    assert sum(roster.verdict_counts(RosterFilter(visited=False)).values()) == len(
        everybody - visited
    )


@pytest.mark.parametrize(
    ("which", "found"),
    [
        ({"units": ("化学学院",)}, ["李四", "单小芳"]),
        (
            {"units": ("化学学院", "外国语学院"), "verdicts": ("应回访",)},
            ["阿依古丽·买买提", "单小芳"],
        ),
        ({"regimes": ("政务",)}, ["单小芳"]),
        ({"regimes": ("政务",), "kinds": ("警告",)}, []),  # the warning is of the party
        ({"kinds": ("警告", "记过")}, ["单小芳"]),
        ({"person_types": ("学生",)}, []),
        ({"ends_within": 32}, ["单小芳"]),
        ({"ends_within": 60, "text": "外国语"}, ["阿依古丽·买买提"]),
        ({"ends_within": 0}, []),
        ({"has_form": True}, ["张三"]),
        ({"has_form": False, "verdicts": ("应回访",)}, ["阿依古丽·买买提", "单小芳"]),
        ({"doubtful": False}, ["曾伟"]),
        ({"doubtful": True, "units": ("物理学院",)}, ["张三"]),
    ],
)
def test_filters_narrow_the_list_together_with_one_another(which, found, roster, new_uow):
    with new_uow() as uow:
        uow.repository(RegistrationForm).put(RegistrationForm(subject_id=2))
        uow.commit()
    assert sorted(names(roster, **which)) == sorted(found)
    assert roster.count(RosterFilter(**which)) == len(found)
    assert len(roster.ids(RosterFilter(**which))) == len(found)


def test_a_second_column_decides_where_the_first_is_equal(roster):
    by_unit = {"sort_by": "unit", "then_by": (("name", True),)}
    assert names(roster, **by_unit) == ["单小芳", "李四", "阿依古丽·买买提", "张三", "曾伟"]
    other = {
        "sort_by": "unit",
        "descending": True,
        "then_by": (("born_on", False), ("name", False)),
    }
    assert names(roster, **other) == ["曾伟", "张三", "阿依古丽·买买提", "李四", "单小芳"]
    which = RosterFilter(**other)
    paged = [row.id for start in range(0, 6, 2) for row in roster.page(which, start, 2)]
    assert paged == list(roster.ids(which))


def test_the_values_of_a_field_are_counted_by_people(roster):
    assert roster.values("kind") == [("严重警告", 1), ("警告", 1), ("记过", 1)]
    assert roster.values("unit") == [("化学学院", 2), ("外国语学院", 1), ("物理学院", 2)]


def test_namesakes_are_shown_spaces_and_dots_aside(roster, new_uow, a_person):
    with new_uow() as uow:
        uow.repository(Subject).put(a_person(name="阿依古丽•买买提"))
        uow.commit()
    assert [row.id for row in roster.namesakes("阿依古丽·买买提")] == [4, 6]
    assert [row.id for row in roster.namesakes("阿依古丽·买买提", 4)] == [6]
    assert [row.id for row in roster.namesakes("张　三", None)] == [2]
    assert roster.namesakes("查无此人") == []


def test_a_page_is_three_statements_however_many_people_it_holds(roster, office):
    seen = []
    sa.event.listen(
        office.engine, "before_cursor_execute", lambda *args: seen.append(args[2].split()[0])
    )
    for which in (
        RosterFilter(text="小", verdicts=("应回访",), sort_by="last_day"),
        RosterFilter(text="小", sort_by="name"),
    ):
        roster.count(which)  # every list counts first
        seen.clear()
        roster.page(which, 0, 50)
        # Who (of a search the driver tells), what is known of them, their sanctions.
        assert 2 <= len([word for word in seen if word != "BEGIN"]) <= 3


@pytest.mark.parametrize(
    "which",
    [
        {"text": "学院"},
        {"sort_by": "unit", "then_by": (("name", True),)},
        {"sort_by": "party_decided_on"},
    ],
)
def test_who_stands_on_a_page_is_found_without_reading_a_person(which, roster, office):
    said = []
    with office.engine.connect() as connection:
        driver = connection.connection.driver_connection
    driver.set_trace_callback(said.append)
    roster.count(RosterFilter(**which))
    roster.page(RosterFilter(**which), 0, 100)
    driver.set_trace_callback(None)
    *_, ordered = [one for one in said if "LIMIT 100" in one]
    plan = driver.execute(f"EXPLAIN QUERY PLAN {ordered}").fetchall()
    of_people = [step for *_, step in plan if "subject" in step.split()]
    assert of_people and all("COVERING INDEX" in step for step in of_people)
    assert "ix_subject_born_on" not in str(plan)  # people by age: their sanctions lie apart


def test_rows_of_nobody_are_none(roster):
    assert roster.rows([]) == []
    assert roster.rows([999]) == []


def test_forms_are_listed_last_saved_first(office, new_uow, roster):
    with new_uow() as uow:
        for day in (1, 3, 2):
            uow.repository(RegistrationForm).put(
                RegistrationForm(
                    subject_id=2, name=f"表{day}", saved_at=datetime(2026, 11, day), attitude="长"
                )
            )
        uow.repository(RegistrationForm).put(RegistrationForm(subject_id=1, name="别人"))
        uow.commit()
    forms: FormQueries = office.forms()
    assert [row.name for row in forms.of_subject(2)] == ["表3", "表2", "表1"]
    assert [row.name for row in forms.recent(2)] == ["表3", "表2"]
    assert forms.of_subject(2)[0].saved_at == datetime(2026, 11, 3)


def test_counts_and_the_last_backup(office, roster, tmp_path):
    from app.storage.backup import back_up

    assert counts(office.engine)["subject"] == 5
    assert last_backup(office.engine) is None
    back_up(office, tmp_path / "stick", lambda *_: None)
    assert last_backup(office.engine) == datetime(2026, 11, 23, 9, 0)


@pytest.mark.parametrize("column", ["name", "last_day", "verdict", "unit"])
@pytest.mark.parametrize(
    "which",
    [
        {"verdicts": ("应回访",)},
        {"verdicts": ("待定", "期满"), "text": "物理"},
        {"ends_within": 60},
        {"doubtful": True, "regimes": ("政务",)},
        {"text": "xueyuan", "has_form": False},
    ],
)
def test_a_list_of_many_is_found_another_way_and_is_the_same(column, which, roster, monkeypatch):
    asked = RosterFilter(sort_by=column, **which)
    few = [row.id for row in roster.page(asked, 0, 100)]
    monkeypatch.setattr("app.storage.queries._BROAD", -1)
    roster.count(asked)
    assert [row.id for row in roster.page(asked, 0, 100)] == few
    assert len(few) == roster.count(asked)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", ["name", "born_on", "last_day", "party_decided_on"])
def test_the_ids_of_all_stand_in_the_order_of_the_pages(column, descending, roster):
    asked = RosterFilter(sort_by=column, descending=descending)
    in_order = [row.id for row in roster.page(asked, 0, 100)]
    assert len(in_order) == len(PEOPLE)
    assert roster.ids(asked) == in_order
    assert roster.ids(RosterFilter(units=("没有这个单位",))) == []
