import ast
import ctypes
from pathlib import Path
from threading import Barrier, Thread

import numpy as np
import pytest

import wavenet
from wavenet import blas

SRC = Path(__file__).parents[1] / "src/wavenet"
ELSEWHERE = {
    "engine/products.py: Linear.__call__": "step and block of reference.py",
    "engine/reference.py: _conditioning_term": "step and block",
    "audio/prediction.py: Filters.waveform": "a product of P numbers",
    "pixelcnn/cached.py: Network.run": "of a pixel; the layers are most of the work",
    "evaluation/autoregression.py: AutoRegression.bits": "a product with ORDER numbers",
    "evaluation/autoregression.py: fit": "a product with ORDER numbers",
    "evaluation/autoregression.py: _least_squares": "few, and large",
    **{f"evaluation/mcgsm.py: {name}": "few, and large" for name in ("_gates", "_whitening", "fit", "objective")},
    "evaluation/mcgsm.py: MCGSM._bits": "few, and large",
    "evaluation/perception/scores.py: _mean": "of a number for each recording",
    "evaluation/perception/similarity.py: score": "one product of vectors",
    "evaluation/perception/similarity.py: nearest": "one product of vectors",
}
"""functions with products outside, and why: where they are inside, or that they have one thread anyway"""

TEXT = "However it may be said, in a sentence as long as this one, it is the same sound every time."


@pytest.fixture
def four_threads():
    """Of numpy's products, in this process."""
    found = blas.library()
    if not found:
        pytest.skip("numpy computes with another library than OpenBLAS")
    before = found.threads()
    found.set_threads(4)
    yield found.threads
    found.set_threads(before)


def test_products_inside_have_one_thread_and_the_process_its_own_again(four_threads):
    with blas.one_thread():
        assert four_threads() == 1
        with blas.one_thread():
            assert four_threads() == 1
        assert four_threads() == 1
    assert four_threads() == 4


def test_an_error_inside_gives_the_threads_back(four_threads):
    with pytest.raises(ZeroDivisionError), blas.one_thread():
        _ = 1 / 0
    assert four_threads() == 4


def test_what_somebody_sets_meanwhile_stays(four_threads):
    with blas.one_thread():
        blas.library().set_threads(3)
    assert four_threads() == 3


def test_the_last_of_several_threads_gives_them_back(four_threads):
    entered, left, found = Barrier(2), Barrier(2), []

    def other():
        with blas.one_thread():
            entered.wait()
            left.wait()
            found.append(four_threads())

    thread = Thread(target=other)
    thread.start()
    with blas.one_thread():
        entered.wait()
    left.wait()
    thread.join()
    assert found == [1]
    assert four_threads() == 4


def test_the_library_is_the_one_that_numpy_computes_with():
    """Whatever its build calls it: a second name of the same number is changed by the first."""
    openblas = [name for name in Path("/proc/self/maps").read_text().split() if "openblas" in name and "numpy" in name]
    if not openblas:
        pytest.skip("numpy computes with a library of the system")
    threads = ctypes.CDLL(openblas[0]).scipy_openblas_get_num_threads64_
    before = threads()
    blas.library().set_threads(before + 1)
    assert threads() == before + 1
    blas.library().set_threads(before)


def test_a_voice_makes_the_same_bits_whatever_threads_the_process_has(four_threads):
    """A second thread sums in another order, and other frames lead to other samples."""
    voice = wavenet.open_voice("english")
    many, one = [], []
    for frames in (many, one):
        frames += [sentence.conditions for sentence in voice.plan(TEXT)]
        blas.library().set_threads(1)
    assert [len(each) for each in many] == [len(each) for each in one]
    for ours, theirs in zip(many, one, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def functions(tree, outer=""):
    """Every function with its name, those of classes as Class.name."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield outer + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, f"{node.name}.")


def test_every_product_of_matrices_outside_pytorch_is_inside_or_says_why_not():
    found = set()
    for path in sorted(SRC.rglob("*.py")):
        name = str(path.relative_to(SRC))
        if name.startswith(("model/", "training/", "pixelcnn/network.py")):
            continue
        for function, node in functions(ast.parse(path.read_text("utf-8"))):
            inside = any("one_thread" in ast.unparse(decorator) for decorator in node.decorator_list)
            product = any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.MatMult) for part in ast.walk(node))
            if product and not inside:
                found.add(f"{name}: {function}")
    assert found == set(ELSEWHERE)
