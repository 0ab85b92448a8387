"""Checks the times of labels: the starts of words by the aligner, compared with the durations of hibari's network.

usage: times.py RAW LABELS        (in the environment of fetch.sh, with onnx added: pip install onnx==1.23.2)

    RAW     the output of say.py, with its texts.jsonl
    LABELS  the file that wavenet align wrote for it

The network's durations are multiples of 25 ms, and its audio starts earlier than they say, by the same time everywhere:
that is the median that is printed; what matters is the distance of single words from it.
"""

import json
import random
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from hibari import Hibari, dsp
from say import MARGIN, SILENT

FRAMES = "/CumSum_output_0"
"""output of the graph: the end of each input"""
STEP = 2 * dsp.HOP
"""samples at 24 kHz"""
MOST = 300


def with_frames(path: str) -> onnxruntime.InferenceSession:
    """The network with the end of each input as an additional last output."""
    graph = onnx.load(path)
    graph.graph.output.append(onnx.helper.make_tensor_value_info(FRAMES, onnx.TensorProto.INT64, None))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])


def counted(voice: Hibari, session: onnxruntime.InferenceSession, text: dict) -> np.ndarray:
    """The start of each word of a text of one sentence in its recording, in seconds."""
    (sentence,) = text["sentences"]
    phonemes = voice.g2p(sentence)
    known = [c for c in phonemes if c in voice.vocab]
    inputs = {"ids": np.array([voice.ids(phonemes)], np.int64), "speed": np.ones(1, np.float32)}
    *outputs, ends = session.run(None, inputs)
    *spectra, f0 = (output[0] for output in outputs)
    seed = random.Random(text["id"]).randrange(2**32)
    sound = dsp.synth(*spectra, f0, np.random.default_rng(seed))
    first = np.flatnonzero(np.abs(sound) > SILENT)[0]
    begins = np.concatenate([[0], ends.ravel()])[1:-1] * STEP  # of each known character
    words = [i for i, c in enumerate(known) if c.isalpha() and (i == 0 or _parts(known, i))]
    return (begins[words] - first) / dsp.SR + MARGIN


def _parts(known: list[str], i: int) -> bool:
    """Whether there is a space between a letter and the letter before it, ignoring punctuation."""
    while i and not (known[i - 1].isalpha() or known[i - 1] == " "):
        i -= 1
    return i == 0 or known[i - 1] == " "


def aligned(row: dict, hop: float) -> np.ndarray:
    """The start of each word according to the labels, in seconds."""
    at, found, last = 0, [], None
    for segment, frames in zip(row["segments"], row["durations"], strict=True):
        if segment["phone"] == "SIL":
            last = None
        elif (word := segment.get("word", 0)) != last:
            found.append(at * hop)
            last = word
        at += frames
    return np.array(found)


def both(raw: Path, labels: Path) -> Iterator[np.ndarray]:
    """For each text of one sentence, how much later the labels are, word by word."""
    lines = (json.loads(line) for line in (raw / "texts.jsonl").open(encoding="utf-8"))
    texts = {text["id"]: text for text in lines if len(text["sentences"]) == 1}
    voice = Hibari(threads=1)
    session = with_frames(voice.model_path)
    with labels.open(encoding="utf-8") as rows:
        head = json.loads(next(rows))
        for row in map(json.loads, rows):
            if row["id"] in texts:
                ours = aligned(row, head["hop_length"] / head["sample_rate"])
                theirs = counted(voice, session, texts[row["id"]])
                if len(ours) == len(theirs):
                    yield ours - theirs


def main(raw: str, labels: str) -> None:
    """Print the distances."""
    found = np.concatenate(list(islice(both(Path(raw), Path(labels)), MOST))) * 1000
    median = np.median(found)
    apart = np.abs(found - median)
    print(f"{len(found)} words: labels are {median:+.0f} ms from the network's count (median)")
    shares = ", ".join(f"{(apart <= ms).mean():.0%} within {ms} ms" for ms in (20, 30, 50, 100))
    print(f"from that: mean {apart.mean():.0f} ms; {shares}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
