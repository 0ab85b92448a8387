from wavenet.training.voice.align_report import LeftOut, Report
from wavenet.tts.english.phones import PHONES
from wavenet.tts.labels import Labelled, Labels
from wavenet.tts.segments import SIL, Segment

SEGMENTS = [Segment(SIL), Segment("T"), Segment(SIL, mark=","), Segment("AA"), Segment(SIL, seconds=0.2), Segment("T")]
ROWS = [
    Labelled("a", [*SEGMENTS, Segment(SIL, mark=".")], [100, 200, 0, 300, 20, 80, 500]),
    Labelled("b", [Segment(SIL), Segment("T"), Segment(SIL, mark=".")], [0, 1200, 0]),
]


def test_it_counts_recordings_minutes_phones_and_pauses():
    report = Report.of(Labels(PHONES, 160, 16_000, ROWS), [LeftOut("c", 1.0, "it has no text")], -11.84)
    assert str(report) == (
        "2 of 3 recordings aligned, 0.4 minutes, 4 phones; pauses: 2 at marks and ends, 1 elsewhere, "
        "2 marks without one; median score -11.8"
    )


def test_the_file_names_everything_left_out_with_its_reason(tmp_path):
    left_out = [LeftOut("d", 90.0, "it has no text"), LeftOut("c", 30.0, "жук")]
    report = Report.of(Labels(PHONES, 160, 16_000, ROWS), left_out, -11.8)
    report.write(tmp_path / "a.txt")
    first, *rest = (tmp_path / "a.txt").read_text("utf-8").splitlines()
    assert first == str(report)
    assert rest == ["left out: 2 recordings, 2.0 minutes", "  c (30.0 s): жук", "  d (90.0 s): it has no text"]
