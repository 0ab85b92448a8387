#!/bin/sh
# safetensors writes a NumPy array in Fortran order with its values in other places, and says nothing.
#
# Software: safetensors 0.8.0, and 0.7.0, numpy 2.3.5. Valid input: float32 arrays that are contiguous and dense, as its
# documentation asks, in Fortran order: the kernel of a convolution (taps, in, out) transposed to (out, in, taps), a matrix as
# numpy.asfortranarray gives it. Expected: what is loaded equals what was saved, as with numpy.save, and as with 0.7.0. Seen with
# 0.8.0: shape and type are right, and the values are those of the memory read in the wrong order. No error, no warning; the
# interface for PyTorch refuses such tensors.
# Why it matters: that transposition is what the kernels of a vocoder go through from TensorFlow to PyTorch, and the network then
# loads and runs, with other weights.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
for version in 0.7.0 0.8.0; do
    "$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.3.5 safetensors==$version
    "$folder/venv/bin/python" - <<'PYTHON'
import sys

import numpy as np
import safetensors
from safetensors.numpy import load, save

kernel = np.arange(2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4)  # (taps, in, out)
arrays = {
    "transposed kernel": kernel.transpose(2, 1, 0),
    "asfortranarray": np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3)),
    "the same, copied by ascontiguousarray": np.ascontiguousarray(kernel.transpose(2, 1, 0)),
}
right = {}
for name, array in arrays.items():
    loaded = load(save({"weight": array}))["weight"]
    assert loaded.shape == array.shape
    assert loaded.dtype == array.dtype
    right[name] = np.array_equal(loaded, array)
    print(f"{safetensors.__version__}, {name} {array.shape}: {int((loaded != array).sum())} of {array.size} values differ")
wrong_ones = [] if safetensors.__version__ == "0.7.0" else ["transposed kernel", "asfortranarray"]
if [name for name, fine in right.items() if not fine] != wrong_ones:
    sys.exit("safetensors no longer does this")
PYTHON
done
echo "seen: since 0.8.0 the values of arrays in Fortran order are exchanged"
