import builtins
import os
import resource
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.corpora.recordings import RATE, content, fatal, noise, record
from wavenet import bars
from wavenet.audio import files
from wavenet.corpora import decode, prepare, store
from wavenet.corpora.decode import Rules
from wavenet.corpora.prepare import prepare as run
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.corpora.row import SPLITS, Row
from wavenet.errors import AudioError, UsageError, WavenetError


def quietly(source, out, **settings):
    return run(source, out, **{"sample_rate": RATE, "workers": 0, "progress": False, **settings})


def test_the_samples_are_those_of_the_files(corpus, tmp_path):
    quietly(corpus, tmp_path / "out")
    prepared = PreparedCorpus(tmp_path / "out")
    seen = 0
    for split in ("train", "validation", "test"):
        if split not in {row[4] for row in content(tmp_path / "out")[1]}:
            continue
        utterances = prepared.split(split)
        for i, row in enumerate(prepared.rows(split)):
            assert row.speaker == row.id.split("/")[0]
            assert np.array_equal(prepared.waveform(utterances, i), files.read(corpus / row.id, RATE))
            seen += 1
    assert seen == 40


def test_any_number_of_workers_makes_the_same_folder(corpus, tmp_path):
    record(corpus / "long.wav", 1, 140)  # too long to travel in memory
    (corpus / "broken.wav").write_text("no audio")
    reports = [quietly(corpus, tmp_path / f"out{n}", workers=n) for n in (0, 1, 3)]
    assert reports[0].kept == reports[1].kept == reports[2].kept
    assert content(tmp_path / "out0") == content(tmp_path / "out1") == content(tmp_path / "out3")
    assert sorted(p.name for p in (tmp_path / "out3").iterdir()) == ["index.sqlite", "report.txt", "samples.i16"]


def test_long_recordings_take_the_way_over_the_disk_unchanged(corpus, tmp_path, monkeypatch):
    quietly(corpus, tmp_path / "memory")
    monkeypatch.setattr(decode, "_SPILL_BYTES", 1_000)
    quietly(corpus, tmp_path / "disk")
    assert content(tmp_path / "memory") == content(tmp_path / "disk")
    assert not list((tmp_path / "disk").glob("spill*"))


def test_a_dropped_long_recording_leaves_nothing_behind(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr(decode, "_SPILL_BYTES", 1_000)
    files.write(corpus / "silent.wav", np.zeros(20_000), RATE)
    assert quietly(corpus, tmp_path / "out").dropped_files == 1
    assert not list((tmp_path / "out").glob("spill*"))


def hostile(corpus: Path) -> Path:
    """One file for every reason to drop it, and one whose samples are too large."""
    files.write(corpus / "silent.wav", np.full(RATE, 0.0009), RATE)
    files.write(corpus / "quiet.wav", np.full(RATE, 0.0011), RATE)
    record(corpus / "short.wav", 1, 0.0999)
    (corpus / "text.wav").write_text("no audio")
    (corpus / "empty.flac").write_bytes(b"")
    (corpus / "gone.wav").symlink_to("nowhere.wav")
    soundfile.write(corpus / "nan.wav", np.full(RATE, np.nan), RATE, subtype="FLOAT")
    loud = noise(2)
    loud[:3] = [1.5, -2, 1]
    soundfile.write(corpus / "loud.wav", loud, RATE, subtype="FLOAT")
    return corpus


def test_every_second_is_accounted_for(corpus, tmp_path):
    report = quietly(hostile(corpus), tmp_path / "out")
    kept = sum(kept.seconds for kept in report.kept.values())
    assert kept == pytest.approx(sum(0.2 + 0.01 * i for i in range(40)) + 1 + 0.25)
    assert report.files == 42
    dropped = {dropped.reason: dropped for dropped in report.dropped}
    assert (dropped["silent"].files, dropped["silent"].seconds) == (1, 1.0)
    assert (dropped["shorter than 0.1 s"].files, dropped["shorter than 0.1 s"].seconds) == (1, 799 / RATE)
    assert (dropped["unreadable"].files, dropped["unreadable"].unknown) == (4, 4)
    assert report.files + report.dropped_files == len(list(corpus.rglob("*.*")))
    assert (report.clipped_files, report.clipped_samples) == (1, 2)


def test_the_report_tells_every_dropped_file_and_why(corpus, tmp_path, capsys):
    report = quietly(hostile(corpus), tmp_path / "out")
    for text in (str(report), (tmp_path / "out" / "report.txt").read_text()):
        for name in ("silent.wav: silent", "short.wav: shorter", "text.wav: unreadable", "gone.wav: unreadable: no"):
            assert name in text
        assert "clipped: 2 samples over full scale in 1 files" in text
    assert capsys.readouterr() == ("", "")


def test_long_lists_are_cut_on_the_screen_and_whole_in_the_file(corpus, tmp_path):
    for i in range(30):
        (corpus / f"bad{i}.wav").write_text("no audio")
    report = quietly(corpus, tmp_path / "out")
    assert str(report).count("unreadable: cannot be read") == 10
    assert f"and 20 more, all listed in {tmp_path / 'out' / 'report.txt'}" in str(report)
    assert (tmp_path / "out" / "report.txt").read_text().count("unreadable: cannot be read") == 30


def test_adding_recordings_appends_them_and_moves_nothing(corpus, tmp_path, monkeypatch):
    quietly(corpus, tmp_path / "out", validation=0.3, test=0.2)
    samples, kept, _ = content(tmp_path / "out")
    for i in range(12):
        record(corpus / "speaker1" / f"new{i}.wav", 100 + i)
    read = []
    decode_all = prepare.decode
    monkeypatch.setattr(prepare, "decode", lambda row, rules: read.append(row.id) or decode_all(row, rules))
    report = quietly(corpus, tmp_path / "out", validation=0.3, test=0.2)
    after, rows, _ = content(tmp_path / "out")
    assert sorted(read) == sorted(f"speaker1/new{i}.wav" for i in range(12))
    assert after.startswith(samples)
    assert len(after) == len(samples) + 12 * 2 * RATE // 4
    assert set(kept) < set(rows)
    assert report.files == 52


def test_changed_files_are_told_of_and_repaired_ones_are_taken(corpus, tmp_path):
    (corpus / "bad.wav").write_text("no audio")
    assert quietly(corpus, tmp_path / "out").dropped_files == 1
    before = content(tmp_path / "out")
    record(corpus / "speaker0" / "00.wav", 7, 0.5)
    record(corpus / "bad.wav", 8, 0.5)
    report = quietly(corpus, tmp_path / "out")
    assert report.changed == 1
    assert (report.files, report.dropped_files) == (41, 0)
    assert content(tmp_path / "out")[0].startswith(before[0])
    assert "changed: 1 files" in str(report)


def test_a_file_that_was_changed_is_told_of_if_it_is_as_long_as_before(corpus, tmp_path):
    path, bad = corpus / "speaker0" / "00.wav", corpus / "bad.wav"
    bad.write_bytes(bytes(path.stat().st_size))
    assert quietly(corpus, tmp_path / "out").dropped_files == 1
    assert quietly(corpus, tmp_path / "out").changed == 0
    samples, rate = soundfile.read(path)
    for each, factor in ((path, 2), (bad, 3)):  # as programs do that even out levels
        soundfile.write(each, samples / factor, rate)
        os.utime(each, ns=(0, each.stat().st_mtime_ns + 1_000_000_000))
    for _ in range(2):
        report = quietly(corpus, tmp_path / "out")
        assert (report.changed, report.dropped_files) == (1, 0)


def test_a_folder_of_an_earlier_version_that_has_no_times_is_gone_on_with(corpus, tmp_path):
    quietly(corpus, tmp_path / "out")
    with closing(sqlite3.connect(tmp_path / "out" / "index.sqlite")) as index, index:
        index.execute("DROP TABLE times")
    assert quietly(corpus, tmp_path / "out").changed == 0


@pytest.mark.parametrize("workers", [0, 1])
def test_a_recording_listed_twice_is_taken_once_and_told(tmp_path, workers):
    record(tmp_path / "a.wav")
    record(tmp_path / "b.wav", 1)
    (tmp_path / "list.csv").write_text("path,text\na.wav,first\n./a.wav,second\nb.wav,b\na.wav,first\n")
    told = "listed again: 2 rows were passed over; the first row of a recording counts"
    for _ in range(2):
        report = quietly(tmp_path / "list.csv", tmp_path / "out", workers=workers)
        assert (report.files, report.repeated) == (2, 2)
        assert told in str(report).splitlines()
        assert told in (tmp_path / "out" / "report.txt").read_text().splitlines()
    assert content(tmp_path / "out")[1][0][3] == "first"


def test_a_list_without_repeated_rows_is_told_of_none(corpus, tmp_path):
    assert "listed again" not in str(quietly(corpus, tmp_path / "out"))


def test_a_manifest_decides_on_its_splits_and_the_hash_on_the_rest(tmp_path):
    lines = [f"{record(tmp_path / f'{i}.wav', i).name},{'test' if i < 3 else ''}" for i in range(30)]
    (tmp_path / "list.csv").write_text("path,split\n" + "\n".join(lines))
    report = quietly(tmp_path / "list.csv", tmp_path / "out", test=0.0, validation=0.0)
    assert (report.kept["test"].files, report.kept["train"].files) == (3, 27)


def test_of_the_prompts_only_the_held_out_ones_become_test(tmp_path):
    voice = tmp_path / "sounds" / "en_US_f_Allison"
    voice.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for name in ("vm-sorry", "beep", *(f"prompt{i}" for i in range(40))):
        (voice / f"{name}.g722").write_bytes(rng.bytes(2_000))
    report = quietly(tmp_path / "sounds", tmp_path / "out", test=0.5, validation=0.3)
    rows = {row[0]: row[4] for row in content(tmp_path / "out")[1]}
    assert [i for i, split in rows.items() if split == "test"] == ["en_US_f_Allison/vm-sorry"]
    assert 3 < report.kept["validation"].files < 25
    assert report.kept["train"].files + report.kept["validation"].files == 40
    assert [(d.reason, d.files, d.seconds) for d in report.dropped] == [("no speech", 1, 0.25)]


SCRIPT = """
import os, signal, subprocess, sys
from pathlib import Path
from wavenet.corpora import store
from wavenet.corpora.prepare import prepare
from wavenet.errors import WavenetError

if __name__ == "__main__":
    source, out, workers, where, count = sys.argv[1:]
    store._COMMIT_FILES = 7
    started = []
    class Popen(subprocess.Popen):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            started.append(str(self.pid))
    subprocess.Popen = Popen
    def dying(method):
        calls = iter(range(int(count), -1, -1))
        def call(self, *args):
            if next(calls) == 0:
                Path(out).with_suffix(".pids").write_text(" ".join(started))
                os.kill(os.getpid(), signal.SIGKILL)
            return method(self, *args)
        return call
    if where == "between samples and rows":
        class Index:
            def __init__(self, index): self.index, self.commit = index, lambda: commit(self)
            def __getattr__(self, name): return getattr(self.index, name)
        commit = dying(lambda self: self.index.commit())
        init = store.Store.__init__
        def patched(self, *args):
            init(self, *args)
            self.index = Index(self.index)
        store.Store.__init__ = patched
    elif where:
        setattr(store.Store, where, dying(getattr(store.Store, where)))
    try:
        prepare(source, out, sample_rate=8000, workers=int(workers), progress=False)
    except WavenetError as error:
        print(error)
"""


def in_a_process(source: Path, out: Path, workers=0, where="", count=0, file_size=resource.RLIM_INFINITY):
    limit = (file_size, file_size)
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, str(source), str(out), str(workers), where, str(count)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("add", 0),
        ("add", 3),
        ("add", 25),
        ("_append", 12),
        ("_write", 30),
        ("_commit", 2),
        ("between samples and rows", 0),
        ("between samples and rows", 3),
        ("finish", 0),
    ],
)
def test_killed_anywhere_and_run_again_it_ends_with_the_same_folder(corpus, tmp_path, where, count):
    (corpus / "bad.wav").write_text("no audio")
    quietly(corpus, tmp_path / "whole")
    result = in_a_process(corpus, tmp_path / "out", 0, where, count)
    assert result.returncode == -9, result
    with pytest.raises(UsageError, match="did not finish"):
        PreparedCorpus(tmp_path / "out")
    report = quietly(corpus, tmp_path / "out")
    assert report.files == 40
    assert content(tmp_path / "out") == content(tmp_path / "whole")
    assert PreparedCorpus(tmp_path / "out").sample_rate == RATE


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_workers_die_with_their_parent_and_what_they_left_is_cleared(corpus, tmp_path):
    for i in range(3):
        record(corpus / f"long{i}.wav", i, 140)
    quietly(corpus, tmp_path / "whole")
    assert in_a_process(corpus, tmp_path / "out", 2, "add", 2).returncode == -9
    pids = [int(pid) for pid in (tmp_path / "out.pids").read_text().split()]
    assert len(pids) == 2
    deadline = time.monotonic() + 30
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(alive(pid) for pid in pids)
    quietly(corpus, tmp_path / "out", workers=2)
    assert content(tmp_path / "out") == content(tmp_path / "whole")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["index.sqlite", "report.txt", "samples.i16"]


@pytest.mark.parametrize("size", [100, 60_000, 130_000])
def test_on_a_full_disk_one_line_is_said_and_the_work_can_go_on(corpus, tmp_path, size):
    quietly(corpus, tmp_path / "whole")
    result = in_a_process(corpus, tmp_path / "out", file_size=size)
    assert (result.returncode, result.stderr) == (0, "")
    assert len(result.stdout.splitlines()) == 1
    assert result.stdout.startswith(f"cannot write {tmp_path / 'out'}")
    quietly(corpus, tmp_path / "out")
    assert content(tmp_path / "out") == content(tmp_path / "whole")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sample_rate": 16_000}, "prepared with sample_rate 8000, not 16000; use the same"),
        ({"layout": "vctk"}, "prepared with layout 'folder', not 'vctk'"),
        ({"validation": 0.1}, "prepared with validation 0.02, not 0.1"),
        ({"min_seconds": 1.0}, "prepared with min_seconds 0.1, not 1.0"),
    ],
)
def test_other_settings_for_the_same_folder_are_refused(corpus, tmp_path, settings, message):
    quietly(corpus, tmp_path / "out")
    (corpus / "wav48").mkdir()
    record(corpus / "wav48" / "p1" / "1.wav")
    before = content(tmp_path / "out")
    with pytest.raises(UsageError, match=message):
        quietly(corpus, tmp_path / "out", **{"layout": "folder", **settings})
    assert content(tmp_path / "out") == before
    assert PreparedCorpus(tmp_path / "out").split("train")


def test_another_source_for_the_same_folder_is_refused(corpus, tmp_path):
    quietly(corpus, tmp_path / "out")
    record(tmp_path / "other" / "a.wav")
    with pytest.raises(UsageError, match=f"prepared with source '{corpus}', not"):
        quietly(tmp_path / "other", tmp_path / "out")


def test_a_folder_that_holds_something_else_is_left_alone(corpus, tmp_path):
    with pytest.raises(UsageError, match="contains something else"):
        quietly(corpus, corpus)
    assert len(list(corpus.iterdir())) == 4


def test_the_database_of_another_program_is_left_alone(corpus, tmp_path):
    (tmp_path / "out").mkdir()
    with closing(sqlite3.connect(tmp_path / "out" / "index.sqlite")) as index:
        index.execute("CREATE TABLE cats (name TEXT)")
    before = (tmp_path / "out" / "index.sqlite").read_bytes()
    with pytest.raises(UsageError, match="is damaged, or no index of a corpus"):
        quietly(corpus, tmp_path / "out")
    assert (tmp_path / "out" / "index.sqlite").read_bytes() == before


def test_only_one_process_at_a_time_writes(corpus, tmp_path):
    quietly(corpus, tmp_path / "out")
    settings = {
        "source": str(corpus),
        "layout": "folder",
        "sample_rate": RATE,
        "validation": 0.02,
        "test": 0.02,
        "min_seconds": 0.1,
    }
    with store.Store(tmp_path / "out", settings):
        with pytest.raises(UsageError, match="is being written by another process"):
            quietly(corpus, tmp_path / "out")
        with pytest.raises(UsageError, match="is being prepared"):
            PreparedCorpus(tmp_path / "out")


def test_lost_samples_are_noticed(corpus, tmp_path):
    quietly(corpus, tmp_path / "out")
    os.truncate(tmp_path / "out" / "samples.i16", 1_000)
    with pytest.raises(AudioError, match="is shorter than its index says"):
        quietly(corpus, tmp_path / "out")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sample_rate": 10}, "sample_rate is 10,"),
        ({"sample_rate": 10**9}, "sample_rate is 1000000000, and must be between 1000 and 1000000 Hz"),
        ({"workers": -1}, "workers is -1,"),
        ({"validation": 1.0}, "validation is 1.0,"),
        ({"test": float("nan")}, "test is nan,"),
        ({"test": 0.5, "validation": 0.5}, "nothing is left to train on"),
        ({"min_seconds": -1.0}, "min_seconds is -1.0,"),
        ({"layout": "foldr"}, "did you mean 'folder'"),
    ],
)
def test_impossible_settings_are_refused_before_anything_is_made(corpus, tmp_path, settings, message):
    with pytest.raises(UsageError, match=message):
        quietly(corpus, tmp_path / "out", **settings)
    assert not (tmp_path / "out").exists()


def test_where_nothing_is_found_or_nothing_is_left_that_is_an_error(tmp_path):
    (tmp_path / "corpus").mkdir()
    with pytest.raises(AudioError, match="contains no recordings"):
        quietly(tmp_path / "corpus", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    (tmp_path / "corpus" / "a.wav").write_text("no audio")
    with pytest.raises(
        AudioError, match=r"all recordings were dropped; first a\.wav: unreadable: cannot be read as audio"
    ):
        quietly(tmp_path / "corpus", tmp_path / "out")
    with pytest.raises(AudioError, match=r"every recording was dropped; see its report\.txt"):
        PreparedCorpus(tmp_path / "out")


def test_a_missing_extra_stops_the_work_instead_of_dropping_recordings(corpus, tmp_path, monkeypatch):
    (corpus / "a.g722").write_bytes(bytes(8_000))
    real = builtins.__import__

    def without_av(name, *args, **kwargs):
        if name == "av":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_av)
    with pytest.raises(WavenetError, match=r"pip install .*\[corpora\]'"):
        quietly(corpus, tmp_path / "out")


@pytest.mark.parametrize("workers", [0, 2])
def test_only_a_few_rows_are_taken_ahead_of_the_one_at_hand(tmp_path, workers):
    path = record(tmp_path / "a.wav")
    taken = []
    rows = (taken.append(i) or Row(str(i), path) for i in range(200))
    lead = 0
    for done, (row, decoded) in enumerate(prepare._decoded(rows, Rules(RATE, 0.1, tmp_path), workers), 1):
        assert row.id == str(done - 1)
        assert not decoded.reason
        lead = max(lead, len(taken) - done)
    assert len(taken) == 200
    assert lead < 1 + 32 * workers


def test_a_recording_that_a_decoder_crashes_at_is_dropped_and_no_other(corpus, tmp_path, monkeypatch):
    for i in (0, 1):
        (corpus / f"crash{i}.wav").symlink_to(corpus / "speaker0" / "00.wav")
    monkeypatch.setattr(prepare, "decode", fatal)
    report = quietly(corpus, tmp_path / "out", workers=2)
    assert (report.files, report.dropped_files) == (40, 2)
    assert "  crash0.wav: unreadable: decoding it crashed, the process died of SIGSEGV" in str(report)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["index.sqlite", "report.txt", "samples.i16"]


def test_what_is_odd_and_was_read_is_told_of(corpus, tmp_path):
    data = bytearray((corpus / "speaker0" / "00.wav").read_bytes())
    at = data.find(b"data") + 4
    data[at : at + 4] = bytes(4)
    (corpus / "cut.wav").write_bytes(data)
    assert quietly(corpus, tmp_path / "out").files == 41
    report = quietly(corpus, tmp_path / "out")  # tells of what other runs have read
    told = f"cut.wav: its header says 0 bytes of audio, but {len(data) - at - 4} bytes follow, which were read"
    for text in (str(report), (tmp_path / "out" / "report.txt").read_text()):
        assert f"unusual, but read, one by one:\n  {told}\n" in f"{text}\n"


def test_names_in_any_encoding_are_prepared(tmp_path):
    name = os.fsdecode(b"caf\xe9.wav")
    record(tmp_path / "corpus" / "a.wav").rename(tmp_path / "corpus" / name)
    (tmp_path / "corpus" / os.fsdecode(b"\xff.wav")).write_text("no audio")
    report = quietly(tmp_path / "corpus", tmp_path / "out")
    assert (report.files, report.dropped_files) == (1, 1)
    assert next(PreparedCorpus(tmp_path / "out").rows(content(tmp_path / "out")[1][0][4])).id == "caf\\xe9.wav"


def test_progress_goes_to_the_error_stream(corpus, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(bars, "PERIOD", 0.0)
    quietly(corpus, tmp_path / "out", progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "40/40" in err
    assert "min" in err


def splits_of(out):
    corpus = PreparedCorpus(out)
    return {row.id: split for split in SPLITS for row in corpus.rows(split)}


def test_a_small_corpus_has_something_in_every_split_that_stays_there_when_files_come(tmp_path):
    for seed, name in enumerate(("a", "b", "c")):
        record(tmp_path / "in" / f"{name}.wav", seed)
    options = {"sample_rate": RATE, "workers": 0, "progress": False, "validation": 1e-9, "test": 1e-9}
    run(tmp_path / "in", tmp_path / "out", **options)
    before = splits_of(tmp_path / "out")
    assert sorted(before.values()) == ["test", "train", "validation"]
    for i in range(10):
        record(tmp_path / "in" / f"later{i}.wav", 10 + i)
    run(tmp_path / "in", tmp_path / "out", **options)
    after = splits_of(tmp_path / "out")
    assert before.items() <= after.items()
    assert sorted(after.values()).count("train") == 11


@pytest.mark.parametrize("name", ["a", "b", "c", "d", "e"])
def test_a_single_recording_is_trained_on(tmp_path, name):
    record(tmp_path / "in" / f"{name}.wav")
    run(tmp_path / "in", tmp_path / "out", sample_rate=RATE, workers=0, progress=False, validation=0.5, test=0.4)
    assert list(splits_of(tmp_path / "out").values()) == ["train"]


@pytest.mark.parametrize(("recordings", "seconds", "told"), [(4, 60, True), (4, 1, False), (60, 30, False)])
def test_few_long_recordings_that_leave_little_to_train_on_are_told(tmp_path, recordings, seconds, told):
    for i in range(recordings):
        record(tmp_path / "in" / f"{i}.wav", i, seconds)
    report = str(quietly(tmp_path / "in", tmp_path / "out"))
    assert ("few long recordings: only 2.00 of 4.00 minutes are in train; --piece-seconds 10" in report) == told
    cut = str(quietly(tmp_path / "in", tmp_path / "cut", piece_seconds=10))
    assert "few long recordings" not in cut


def test_what_is_interrupted_leaves_no_temporary_file(tmp_path, monkeypatch):
    for i in range(5):
        record(tmp_path / "in" / f"{i}.wav", i, 140)  # too long to be passed to the parent in memory
    added = []
    add = store.Store.add

    def interrupted(self, row, *args):
        added.append(row.id)
        if len(added) == 2:
            raise KeyboardInterrupt
        add(self, row, *args)

    monkeypatch.setattr(store.Store, "add", interrupted)
    with pytest.raises(KeyboardInterrupt):
        quietly(tmp_path / "in", tmp_path / "out", workers=2)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["index.sqlite", "samples.i16"]
