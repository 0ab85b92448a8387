"""What the recordings of the tests say."""

from wavenet.tts.segments import SIL, Segment

SEGMENTS = [
    Segment(SIL),
    Segment("AA", stress=1, part="nucleus", length=1, syllables=1, words=1),
    Segment(SIL, mark="."),
]
