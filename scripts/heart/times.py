"""Checks the times of labels: the starts of words by aligners, compared with the durations of hibari's network.

usage: times.py RAW LABELS… [--test CORPUS]    (in the environment of fetch.sh, with pip install onnx==1.23.2)

    RAW     the output of say.py, with its texts.jsonl
    LABELS  files that wavenet align wrote for it; only texts that all of them have are compared
    CORPUS  a folder of wavenet prepare: only recordings of its test split are compared

The network's durations are multiples of 25 ms, and its audio starts earlier than they say, by the same time everywhere:
that is the median that is printed; what matters is the distance of single words from it. Prints a Markdown table, with
95 % intervals (bootstrap over texts).
"""

import argparse
import json
import random
import sqlite3
from collections.abc import Iterator, Sequence
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


def read(labels: Path) -> dict[str, np.ndarray]:
    """The starts of the words of each recording, by its id."""
    with labels.open(encoding="utf-8") as rows:
        head = json.loads(next(rows))
        return {row["id"]: aligned(row, head["hop_length"] / head["sample_rate"]) for row in map(json.loads, rows)}


def distances(raw: Path, files: Sequence[dict[str, np.ndarray]], chosen: set[str] | None) -> Iterator[np.ndarray]:
    """For each text of one sentence, how much later the labels are, (files, words) in seconds."""
    lines = (json.loads(line) for line in (raw / "texts.jsonl").open(encoding="utf-8"))
    voice = Hibari(threads=1)
    session = with_frames(voice.model_path)
    for text in lines:
        name = text["id"]
        if len(text["sentences"]) > 1 or not all(name in file for file in files) or (chosen and name not in chosen):
            continue
        theirs = counted(voice, session, text)
        if all(len(file[name]) == len(theirs) for file in files):
            yield np.stack([file[name] - theirs for file in files])


def row(name: str, texts: Sequence[np.ndarray]) -> str:
    """A line of the table, of the differences of each text in milliseconds."""
    median = float(np.median(np.concatenate(texts)))
    apart = [np.abs(each - median) for each in texts]
    rng = np.random.default_rng(0)
    drawn = [np.concatenate([apart[i] for i in rng.integers(len(apart), size=len(apart))]) for _ in range(1000)]
    cells = [name, str(sum(map(len, apart))), f"{median:+.0f} ms"]
    for of in (np.mean, *(lambda x, ms=ms: 100 * (x <= ms).mean() for ms in (20, 30, 50))):
        low, high = np.percentile([of(each) for each in drawn], [2.5, 97.5])
        cells.append(f"{of(np.concatenate(apart)):.1f} ({low:.1f} to {high:.1f})")
    return f"| {' | '.join(cells)} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("raw", type=Path)
    parser.add_argument("labels", nargs="+", type=Path)
    parser.add_argument("--test", type=Path)
    given = parser.parse_args(arguments)
    chosen = None
    if given.test:
        with sqlite3.connect(given.test / "index.sqlite") as index:
            chosen = {name for (name,) in index.execute("SELECT id FROM utterances WHERE split = 'test'")}
    found = [1000 * each for each in islice(distances(given.raw, list(map(read, given.labels)), chosen), MOST)]
    columns = "labels", "words", "median", "mean distance from it, ms", "% within 20 ms", "30 ms", "50 ms"
    print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
    for i, labels in enumerate(given.labels):
        print(row(str(labels), [each[i] for each in found]))


if __name__ == "__main__":
    main()
