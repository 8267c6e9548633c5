"""What leaves the office names nobody: small numbers are withheld, and cannot be worked out."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.revisit_report import Sum
from app.domain.small_numbers import FEWEST, withheld


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
