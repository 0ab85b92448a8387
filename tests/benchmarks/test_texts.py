"""The benchmarks of letters and of texts, on a few words."""

import base64
import json
import sys

import numpy as np
import pytest

from benchmarks import front_end, g2p
from wavenet.tts.english import entries
from wavenet.tts.english import g2p as network

KNOWN = {"walked": ("W", "AO1", "K", "T"), "cats": ("K", "AE1", "T", "S"), "sing": ("S", "IH1", "NG")}


def rows(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_has_the_scores_of_a_system_and_its_time_for_a_word(capsys):
    truth = {word: [said] for word, said in KNOWN.items()}
    g2p.report("perfect", KNOWN.__getitem__, truth)
    g2p.report("deaf", lambda word: (), truth)
    perfect, deaf = rows(capsys)
    assert (perfect["system"], deaf["system"]) == ("perfect", "deaf")
    assert perfect.keys() == deaf.keys()
    assert perfect["ms"] >= 0
    assert perfect["words"] == deaf["words"] == 3
    assert (perfect["right"], perfect["right_without_stress"], perfect["phone_errors"]) == (1.0, 1.0, 0.0)
    assert (deaf["right"], deaf["right_without_stress"], deaf["phone_errors"]) == (0.0, 0.0, 1.0)


def test_a_rule_makes_a_word_of_the_lexicon_from_others_and_never_from_itself():
    for word in ("walked", "cats", "singing"):
        assert g2p.rule(word) in {one.phones for one in entries.shipped(word)}, word
    assert g2p.rule("sing") is None


def test_the_field_sees_three_letters_on_each_side_and_the_ends():
    first, middle = g2p._context("abcdefgh", 0), g2p._context("abcdefgh", 4)
    assert first == {
        "bias": 1.0, "begin": True,
        "grapheme": "YQ==", "grapheme+1": "Yg==", "grapheme+2": "Yw==", "grapheme+3": "ZA==",
    }  # fmt: skip
    assert sorted(middle) == ["bias", "grapheme", *(f"grapheme{n:+d}" for n in (1, 2, 3, -1, -2, -3))]
    assert g2p._context("abc", 2)["end"] is True
    assert g2p._context("a", 0).keys() == {"bias", "grapheme", "begin", "end"}


def test_what_the_field_says_becomes_phones(monkeypatch, tmp_path):
    class Tagger:
        def open(self, path):
            assert path == str(tmp_path / "g2p" / "model.crf")

        def tag(self, letters):
            assert len(letters) == 3
            return [base64.b64encode(tag.encode()).decode() for tag in ("ˈæ", "_", "t|s")]

    module = type("crf", (), {"Tagger": Tagger})
    monkeypatch.setattr(g2p, "import_module", lambda name: module)
    monkeypatch.setattr(g2p, "files", lambda name: tmp_path)
    assert g2p.crf()("abc") == ("AE1", "T", "S")


def test_each_system_is_asked_for_its_words(monkeypatch, capsys):
    truth = {word: [said] for word, said in KNOWN.items()}
    monkeypatch.setattr(g2p, "held_out_words", lambda: {**truth, "playing": [("P", "L", "EY1", "IH0", "NG")]})
    monkeypatch.setattr(g2p, "crf", lambda: KNOWN.get)
    monkeypatch.setattr(g2p, "report", lambda name, guess, words: print(json.dumps([name, sorted(words)])))
    g2p.main()
    every = sorted([*KNOWN, "playing"])
    assert rows(capsys) == [
        ["network", every],
        ["CRF", every],
        *([f"{who} -{end}", words] for end, words in (("s", ["cats"]), ("ed", ["walked"]), ("ing", ["playing"]))
          for who in ("rule", "network, words of the rule")),
    ]  # fmt: skip
    assert network.shipped().phones("cats")


class Voice:
    """Plans two frames of 10 ms for each letter."""

    hop_length, sample_rate = 160, 16_000

    def plan(self, text):
        return [type("Planned", (), {"durations": np.full(len(text), 200)})()]


def test_sentences_and_the_sound_of_a_text_are_counted():
    found = front_end.measure(["One. Two.", "Three."], Voice())
    assert (found["sentences"], found["seconds_of_sound"]) == (3, 2.0 * 15)
    assert found["seconds_of_cpu"] > 0
    assert found["times_faster"] == pytest.approx(30 / found["seconds_of_cpu"], rel=0.5)


def test_a_file_of_sentences_gets_a_line(monkeypatch, capsys, tmp_path):
    (tmp_path / "said.txt").write_text("It is 5 o'clock.\nStop it!\n")
    monkeypatch.setattr(front_end.Voice, "open", lambda name: Voice())
    monkeypatch.setattr(sys, "argv", ["front_end.py", "--texts", str(tmp_path / "said.txt")])
    front_end.main()
    (row,) = rows(capsys)
    assert (row["texts"], row["sentences"]) == ("said.txt", 2)


def test_without_a_file_there_are_prose_and_every_fortieth_of_the_cases(monkeypatch, capsys):
    monkeypatch.setattr(front_end.Voice, "open", lambda name: Voice())
    monkeypatch.setattr(front_end, "measure", lambda texts, voice: {"count": len(texts), "first": texts[0]})
    monkeypatch.setattr(sys, "argv", ["front_end.py"])
    front_end.main()
    prose, cases = rows(capsys)
    lines = front_end.CASES.read_text("utf-8").splitlines()[1:]
    assert (prose["texts"], prose["count"]) == ("sentences.txt", 30)
    assert (cases["texts"], cases["count"]) == ("cases.tsv", len(lines[::40]))
    assert cases["first"] == lines[0].split("\t")[1]
