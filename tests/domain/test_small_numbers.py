"""What leaves the office names nobody: small numbers are withheld, and cannot be worked out."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.outcome import OUTCOMES
from app.domain.plan import METHODS
from app.domain.report_period import period_around
from app.domain.request import ANSWERED, OPEN, TOLD, Request
from app.domain.revisit_counts import (
    BOTH,
    NEITHER,
    NO_KIND,
    ONLY_ADMIN,
    ONLY_PARTY,
    Course,
    Revisit,
)
from app.domain.revisit_report import Sum, make_report
from app.domain.small_numbers import FEWEST, guarded, guarded_requests, withheld
from app.domain.visiting_list import HALF_YEAR
from app.domain.year_facts import year_facts


def crosstab(rows):
    """Counts and sums of a table of 已访 and 未访 by row, with totals both ways."""
    counts, sums = {}, []
    for number, (visited, unvisited) in enumerate(rows):
        counts |= {
            f"{number}v": visited,
            f"{number}u": unvisited,
            f"{number}": visited + unvisited,
        }
        sums.append(Sum(f"{number}", (f"{number}v", f"{number}u")))
    for column in ("v", "u", ""):
        parts = tuple(f"{number}{column}" for number in range(len(rows)))
        counts[f"all{column}"] = sum(counts[part] for part in parts)
        sums.append(Sum(f"all{column}", parts))
    sums.append(Sum("all", ("allv", "allu")))
    return counts, sums


def small_of(counts):
    return {key for key, count in counts.items() if 0 < count < FEWEST}


def follows(key, hidden, sums):
    """Whether all sums together determine a hidden number: the plain way, with fractions."""
    unknown = sorted(hidden)
    rows = []
    for one in sums:
        row = [Fraction(0)] * len(unknown)
        for name, sign in ((one.total, 1), *((part, -1) for part in one.parts)):
            if name in hidden:
                row[unknown.index(name)] += sign
        rows.append(row)

    def rank(matrix):
        matrix = [list(row) for row in matrix]
        found = 0
        for column in range(len(unknown)):
            pivot = next((r for r in range(found, len(matrix)) if matrix[r][column]), None)
            if pivot is None:
                continue
            matrix[found], matrix[pivot] = matrix[pivot], matrix[found]
            for other in range(len(matrix)):
                if other != found and matrix[other][column]:
                    factor = matrix[other][column] / matrix[found][column]
                    matrix[other] = [
                        a - factor * b for a, b in zip(matrix[other], matrix[found], strict=True)
                    ]
            found += 1
        return found

    unit = [Fraction(int(name == key)) for name in unknown]
    return rank([*rows, unit]) == rank(rows)


def test_a_number_of_one_to_four_is_withheld_and_a_large_one_is_not():
    counts, sums = crosstab([(3, 40), (30, 25), (28, 31)])
    hidden = withheld(counts, small_of(counts), sums)
    assert "0v" in hidden
    assert "all" not in hidden
    assert len(hidden) < len(counts) / 2


def test_nobody_is_no_secret():
    counts, sums = crosstab([(0, 40), (30, 25)])
    assert withheld(counts, small_of(counts), sums) == set()


def test_a_withheld_number_does_not_follow_from_its_total():
    counts, sums = crosstab([(3, 40), (30, 25), (28, 31)])
    hidden = withheld(counts, small_of(counts), sums)
    assert not follows("0v", hidden, sums)
    for one in sums:
        parts = [part for part in one.parts if part in hidden]
        if parts and one.total not in hidden:
            assert len(parts) > 1
            assert sum(counts[part] for part in parts) >= FEWEST


TABLES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=7)


@given(TABLES)
@settings(max_examples=150, deadline=None)
def test_no_small_number_can_be_worked_out_whatever_the_table(rows):
    counts, sums = crosstab(rows)
    small = small_of(counts)
    hidden = withheld(counts, small, sums)
    assert small <= hidden
    for key in small:
        assert not follows(key, hidden, sums), (rows, key)
    for one in sums:
        parts = [part for part in one.parts if part in hidden]
        if parts and one.total not in hidden:
            assert sum(counts[part] for part in parts) >= FEWEST, (rows, one)


@given(TABLES)
@settings(max_examples=50, deadline=None)
def test_two_tables_of_the_same_people_do_not_give_each_other_away(rows):
    counts, sums = crosstab(rows)
    half = (len(rows) + 1) // 2  # the same people by a coarser mark
    for column in ("v", "u", ""):
        for name, some in (("x", range(half)), ("y", range(half, len(rows)))):
            counts[f"{name}{column}"] = sum(counts[f"{n}{column}"] for n in some)
        sums.append(Sum(f"all{column}", (f"x{column}", f"y{column}")))
    for name in "xy":
        sums.append(Sum(name, (f"{name}v", f"{name}u")))
    small = small_of(counts)
    hidden = withheld(counts, small, sums)
    for key in small:
        assert not follows(key, hidden, sums), (rows, key)


# ------------------------------------------------ a whole report, by somebody who only reads it

TODAY = date(2026, 11, 23)
HALF = period_around(HALF_YEAR, TODAY, TODAY)
_PRIME = (1 << 61) - 1
_KINDS = {
    ONLY_PARTY: ("党内警告", "党内严重警告", "撤销党内职务"),
    BOTH: ("党内警告", "党内严重警告", "撤销党内职务"),
    ONLY_ADMIN: ("政务记过", "政务记大过", "事业单位警告"),
    NEITHER: (NO_KIND,),
}


def a_crowd(dice, people):
    """Made up people, of every mark one at random."""
    for number in range(people):
        begun = TODAY - timedelta(dice.randint(30, 900))
        turns = [(date(2022, 1, 1), "未生效"), (begun, "应回访")]
        if dice.random() < 0.3:
            over = begun + timedelta(dice.randint(1, 500))
            if over < TODAY:
                turns.append((over, dice.choice(("期满", "原则上不再回访"))))
        group = dice.choice(tuple(_KINDS))
        yield Course(
            number + 1,
            "某",
            dice.choice("甲乙丙"),
            "1980年",
            dice.choice(("管理人员", "学生")),
            tuple(turns),
            put_off=((HALF.starts_on, TODAY),) if dice.random() < 0.2 else (),
            revisits=tuple(
                Revisit(
                    TODAY - timedelta(dice.randint(0, 300)),
                    dice.choice(METHODS),
                    dice.choice((*OUTCOMES, "")),
                    fed_back_on=TODAY if dice.random() < 0.5 else None,
                )
                for _ in range(dice.choice((0, 1, 1, 2)))
            ),
            kind=dice.choice(_KINDS[group]),
            group=group,
            decided_in=dice.choice(("2025年", "2026年")),
            verdict=turns[-1][1],
        )


def told(report):
    """Every number that a reader has, or could have from a share: key → (number, people, shown)."""
    found = {}
    for table in report.tables:
        for line in table.lines:
            for one in line.figures:
                if one.whole is None and one.of == "":
                    found[one.key] = one
    return found


def echelon(rows, width):
    """The reduced rows of a matrix, modulo a prime, and the column that each begins with."""
    rows, leads = [dict(row) for row in rows], []
    done = []
    for column in range(width):
        pivot = next((row for row in rows if row.get(column)), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        inverse = pow(pivot[column], -1, _PRIME)
        pivot = {at: value * inverse % _PRIME for at, value in pivot.items()}
        for other in (*rows, *done):
            factor = other.get(column, 0)
            for at, value in pivot.items() if factor else ():
                other[at] = (other.get(at, 0) - factor * value) % _PRIME
                if not other[at]:
                    del other[at]
        done.append(pivot)
        leads.append(column)
    return done, leads


@pytest.fixture(scope="module")
def relations():
    """Everything linear that holds between the numbers of reports, found by looking at many."""
    dice = random.Random(5)
    samples = [
        {key: one.count for key, one in told(make_report(a_crowd(dice, 150), HALF)).items()}
        for _ in range(150)
    ]
    keys = sorted(set.union(*map(set, samples)))
    assert len(keys) < 140  # fewer than samples: what holds by chance would be no relation
    rows = [
        {at: sample[key] for at, key in enumerate(keys) if sample.get(key)} for sample in samples
    ]
    reduced, leads = echelon(rows, len(keys))
    free = [at for at in range(len(keys)) if at not in leads]
    found = []
    for at in free:
        relation = {keys[at]: 1}
        for row, lead in zip(reduced, leads, strict=True):
            if row.get(at):
                relation[keys[lead]] = -row[at] % _PRIME
        found.append(relation)
    return found


def test_the_relations_that_were_found_hold_in_another_report(relations):
    known = told(make_report(a_crowd(random.Random(99), 200), HALF))
    for relation in relations:
        total = sum(factor * known[key].count for key, factor in relation.items() if key in known)
        assert total % _PRIME == 0
    assert len(relations) > 30


@pytest.mark.parametrize("seed", range(25))
def test_no_withheld_number_of_a_report_can_be_worked_out_from_all_the_others(relations, seed):
    """The attacker has the whole report, and knows everything that adds up, from table to table."""
    dice = random.Random(seed)
    report = make_report(a_crowd(dice, dice.randint(15, 90)), HALF)
    plain, safe = told(report), told(guarded(report))
    hidden = sorted(key for key, one in safe.items() if one.withheld)
    small = {key for key, one in plain.items() if 0 < len(one.people) < FEWEST}
    assert small <= set(hidden)
    place = {key: at for at, key in enumerate(hidden)}
    rows = [
        {place[key]: factor for key, factor in relation.items() if key in place}
        for relation in relations
    ]
    reduced, leads = echelon([row for row in rows if row], len(hidden))
    solved = {hidden[lead] for row, lead in zip(reduced, leads, strict=True) if set(row) == {lead}}
    assert not solved & small


def requests(*states_and_people):
    return [
        Request(subject_id=person, state=state, raised_on=date(2026, 5, 1))
        for state, person in states_and_people
    ]


def of_requests(raised):
    facts = guarded_requests(year_facts(2026, TODAY, [], raised))
    return [one.text for one in (facts.requests, facts.answered, facts.told, facts.open)]


def test_requests_of_few_people_are_withheld_however_many_they_are():
    assert of_requests(requests(*[(TOLD, 1)] * 9)) == ["*", "*", "*", "0"]
    many = requests(*[(TOLD, person) for person in range(9)])
    assert of_requests(many) == ["9", "9", "9", "0"]


def test_the_open_requests_do_not_follow_from_the_answered_ones():
    raised = requests(*[(ANSWERED, person) for person in range(8)], (OPEN, 8), (OPEN, 9))
    total, answered, _told, open_ = of_requests(raised)
    assert open_ == "*"
    assert "*" in (total, answered)
