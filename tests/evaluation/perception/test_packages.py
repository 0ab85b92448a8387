import sys

import pytest

from wavenet.errors import MissingExtraError
from wavenet.evaluation.perception import fidelity, intelligibility, naturalness, similarity
from wavenet.evaluation.perception.packages import needed

PLAIN = r"pip install .*\[eval\]'$"


@pytest.mark.parametrize(
    ("load", "package", "words"),
    [
        (naturalness.load, "distillmos", r"pip install .*\[train,eval\]' && pip install --no-deps distillmos==.* xls"),
        (naturalness.load, "torch", r"naturalness needs more packages: .*\[train,eval\]"),
        (similarity.load, "resemblyzer", r"pip install .*\[train,eval\]' && pip install --no-deps resemblyzer==.*$"),
        (intelligibility.load, "faster_whisper", PLAIN),
        (intelligibility._normaliser, "whisper_normalizer.english", PLAIN),
        (fidelity.load_pesq, "pesq", PLAIN),
        (fidelity.load_stoi, "pystoi", PLAIN),
    ],
)
def test_a_missing_package_is_one_line_that_installs_it(monkeypatch, load, package, words):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=words) as raised:
        load.__wrapped__()
    assert "\n" not in str(raised.value)


def test_other_errors_of_an_import_are_not_hidden():
    with pytest.raises(ZeroDivisionError), needed("nothing"):
        _ = 1 / 0
