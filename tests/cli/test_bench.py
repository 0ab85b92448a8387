import json

import pytest

from wavenet.cli.main import main

SHORT = ["--seconds", "0.002", "--runs", "2"]


def test_the_table_goes_to_stdout(capsys):
    main(["bench", "--shape", "tiny", *SHORT])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("tiny: 1 stream, int8, ")
    assert "median of 2 runs of 0.002 s" in lines[1]
    names = ["samples/s", "× real time", "of the floor", "of the peak", "first 10 ms after", "loaded in", "memory"]
    assert [line.split("  ")[1] for line in lines[2:]] == names


def test_a_batch_tells_of_each_stream(capsys):
    main(["bench", "--shape", "tiny", "--batch", "3", *SHORT])
    out = capsys.readouterr().out
    assert out.startswith("tiny: 3 streams, ")
    assert "× real time of each" in out


def test_scoring_says_so_and_has_no_first_block(capsys):
    main(["bench", "--shape", "tiny", "--score", "--precision", "bf16", *SHORT])
    out = capsys.readouterr().out
    assert out.startswith("tiny: scoring, bf16, ")
    assert "first 10 ms" not in out


def test_with_json_stdout_is_one_object_and_nothing_else(capsys):
    main(["bench", "english_prompts", "--precision", "fp32", "--threads", "2", "--json", *SHORT])
    found = json.loads(capsys.readouterr().out)
    assert found["samples_per_second"] > 0
    assert found["times_real_time"] == pytest.approx(found["samples_per_second"] / found["sample_rate"])
    assert (found["name"], found["precision"], found["threads"]) == ("english_prompts", "fp32", 2)


def test_medium_is_measured_if_nothing_is_named(capsys):
    main(["bench", "--json", *SHORT])
    assert json.loads(capsys.readouterr().out)["name"] == "medium"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["english_prompts", "--shape", "tiny"], 2, "are both given; leave one out"),
        (["--shape", "smal"], 2, "unknown shape 'smal'; did you mean 'small'?"),
        (["nowhere"], 2, "neither a model folder nor a shipped model"),
        (["--threads", "3"], 2, "threads is 3, but only 2 can share a stream"),
        (["--batch", "0"], 2, "batch is 0, and must be an integer from 1 to 4096"),
        (["--score", "--threads", "2"], 2, "leave threads out"),
        (["--seconds", "0"], 2, "seconds is 0"),
        (["--runs", "0"], 2, "runs is 0"),
        (["--precision", "int4"], 2, "precision"),
        (["--presicion", "int8"], 2, "did you mean 'precision'?"),
    ],
)
def test_a_mistake_is_one_line(capsys, arguments, code, words):
    with pytest.raises(SystemExit) as stopped:
        main(["bench", *arguments])
    out, err = capsys.readouterr()
    assert stopped.value.code == code
    assert words in err
    assert len(err.splitlines()) == 1
    assert not out


def test_an_unknown_instruction_set_is_one_line(capsys, monkeypatch):
    monkeypatch.setenv("WAVENET_ISA", "avx3")
    with pytest.raises(SystemExit, match="2"):
        main(["bench", "--shape", "tiny"])
    assert "WAVENET_ISA is 'avx3'" in capsys.readouterr().err
