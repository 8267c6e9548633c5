"""The machine that makes wrong builds: it makes them, and tells noticed from unnoticed."""

import textwrap

from tests.faults import mutants

MODULE = textwrap.dedent('''
    def allowed(age):
        """Say whether."""
        if age < 18:
            raise ValueError("too young")
        return True
''')
TEST = "import pytest, rule\n\n\ndef test_it():\n    assert rule.allowed(18)\n"
SHARP = TEST + "    with pytest.raises(ValueError):\n        rule.allowed(17)\n"


def test_every_kind_of_change_is_made():
    made = [what.split(": ")[1] for what, _source in mutants.mutants(MODULE)]
    assert sorted(made) == [
        "comparison turned", "condition negated", "number moved", "raise left out",
    ]  # fmt: skip


def test_a_test_that_looks_away_is_told_from_one_that_sees(tmp_path):
    (tmp_path / "rule.py").write_text(MODULE)
    [broken] = [s for what, s in mutants.mutants(MODULE) if "raise left out" in what]
    seen = []
    for text in (TEST, SHARP):
        (tmp_path / "test_rule.py").write_text(text)
        seen.append(mutants.killed(tmp_path, "rule.py", broken, ["test_rule.py"]))
    assert seen == [False, True]
    assert (tmp_path / "rule.py").read_text() == MODULE, "the module is put back"
