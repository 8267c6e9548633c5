"""Changed bytes at every reader: a refusal in a sentence, nothing else; and what is changed is seen."""

import os

import pytest

from tests.faults import fuzz

ROUNDS = 3000 if os.environ.get("HUIFANG_HEAVY") else 60
SEED = int(os.environ.get("HUIFANG_SEED", "1"))


@pytest.fixture(scope="module")
def targets(tmp_path_factory):
    return fuzz.targets(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize(
    "name", ["csv", "container", "keys", "pool", "kinds", "docx", "pdf", "xls", "xlsx"]
)
def test_only_a_sentence_comes_out(targets, name):
    rounds = ROUNDS // 6 if name.startswith("xls") else ROUNDS
    assert fuzz.at_random(targets[name], rounds, SEED) == []


def test_no_paper_that_is_looked_at_ends_the_program():
    """The viewer is C++: in a process of its own, whose end is seen."""
    assert fuzz.in_a_process("preview", ROUNDS, SEED) == []


def test_the_fuzzing_sees_a_viewer_that_ends_the_program(monkeypatch):
    monkeypatch.setattr(fuzz.sys, "executable", "/bin/false")
    assert fuzz.in_a_process("preview", 1, SEED)


def test_what_a_forked_reader_lets_out_is_seen():
    def failing(_content):
        raise ZeroDivisionError

    assert fuzz.at_random(fuzz.Target([b"1"], fuzz.alone(failing)), 1, SEED)


def test_every_seed_is_read(targets):
    for name, target in targets.items():
        for content in target.seeds if name != "preview" else ():  # makes an application of its own
            target.call(content)


def test_the_fuzzing_sees_a_reader_that_lets_an_error_through(targets):
    """A wrong build: what the key file says is believed without looking."""
    import json

    def trusting(content):
        json.loads(content)["slots"][0]["kind"]

    assert fuzz.at_random(fuzz.Target(targets["keys"].seeds, trusting), 60, SEED)
