"""Bits per sample of ``wavenet compress`` beside other lossless formats, on held-out recordings.

    python benchmarks/lossless.py [CORPUS …] [--model english_prompts] [--json rows.jsonl]

Every recording of the test split of each prepared corpus becomes a WAV file, of 16 bits and of μ-law, which each format
compresses by itself with its best settings. μ-law codes are given to the others in the order of their values, which
suits them best. Needs the programs flac and wavpack. The model's own log-likelihood stands below; speed is that of one
thread, both ways.
"""

import argparse
import bz2
import json
import lzma
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import soundfile
from tqdm import tqdm

from wavenet.coder import container
from wavenet.coder.codec import Codec
from wavenet.coder.values import Kind, Values
from wavenet.coder.wave_bytes import parsed
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine import folder, native

SUBTYPES: dict[Kind, str] = {"pcm16": "PCM_16", "mulaw": "ULAW"}
Coder = Callable[[Path], int]
"""bytes of a compressed file"""


def tool(*command: str) -> Coder:
    """A program that writes to standard output."""

    def size(path: Path) -> int:
        return len(subprocess.run([*command, str(path)], capture_output=True, check=True).stdout)

    return size


def packed(pack: Callable[[bytes], bytes]) -> Coder:
    """A general compressor, of the samples alone."""
    return lambda path: len(pack(path.with_suffix(".raw").read_bytes()))


GENERAL = {
    "bzip2": packed(lambda data: bz2.compress(data, 9)),
    "xz": packed(lambda data: lzma.compress(data, preset=9 | lzma.PRESET_EXTREME)),
}
OTHERS: dict[Kind, dict[str, Coder]] = {
    "pcm16": {
        "FLAC (-8 -b 1152)": tool("flac", "-8", "-b", "1152", "--no-padding", "-s", "-c"),
        "WavPack (-hh -x3)": tool("wavpack", "-hh", "-x3", "-q", "-o", "-"),
        **GENERAL,
    },
    "mulaw": {"WavPack (-hh -x3)": tool("wavpack", "-hh", "-x3", "-q", "-o", "-"), **GENERAL},
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="*", default=["data/english_prompts"], help="prepared corpora")
    parser.add_argument("--model", default="english_prompts")
    parser.add_argument("--json", type=Path, help="also write the rows here")
    given = parser.parse_args()
    opened = folder.read(folder.find(given.model))
    rows = [row for corpus in given.corpora for row in measured(Path(corpus), Codec(opened), opened)]
    print("| corpus | samples | format | bits per sample | × real time |\n|---|---|---|---|---|")
    for row in rows:
        speed = f"{row['speed'][0]:.1f} and {row['speed'][1]:.1f}" if "speed" in row else ""
        print(f"| {row['corpus']} | {row['kind']} | {row['format']} | {row['bits']:.3f} | {speed} |")
    if given.json:
        given.json.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def measured(corpus: Path, codec: Codec, opened: folder.ModelFolder) -> Iterator[dict[str, Any]]:
    """The rows of one corpus."""
    network = native.Network(opened.model, opened.tensors, "int8")
    linear = opened.audio.quantizer == "linear"
    for kind, subtype in SUBTYPES.items():
        if linear and kind != "pcm16":
            continue  # a model of 16-bit samples cannot code telephone codes
        sizes: dict[str, int] = defaultdict(int)
        nats, count, seconds = 0.0, 0, [0.0, 0.0]
        values = Values(kind, opened.model.quantization_channels, opened.audio.quantizer)
        prepared = PreparedCorpus(corpus)
        utterances, rate = prepared.split("test"), prepared.sample_rate
        for i in tqdm(range(len(utterances)), desc=f"{corpus}, {kind}", file=sys.stderr):
            content = _file(prepared.waveform(utterances, i), rate, subtype)
            data = parsed(content, "it").data
            began = time.perf_counter()
            coded = codec.compress(content)
            middle = time.perf_counter()
            assert codec.decompress(coded) == content
            seconds[0] += middle - began
            seconds[1] += time.perf_counter() - middle
            sizes["**wavenet compress**"] += len(coded)
            sizes["**the same** without its header"] += sum(container.read(coded, "it")[0].coded)
            classes, _ = values.classes(data)
            nats -= float(network.log_likelihood(network.start(), classes).sum(dtype=float))
            nats += float(np.log(values.widths[classes]).sum())
            count += len(classes)
            with TemporaryDirectory() as place:
                path = Path(place, "it.wav")
                codes = data if kind == "pcm16" else classes.astype(np.uint8).tobytes()
                path.with_suffix(".raw").write_bytes(codes)
                path.write_bytes(content if kind == "pcm16" else _eight_bits(classes, rate))
                for name, coder in OTHERS[kind].items():
                    sizes[name] += coder(path)
        about = {"corpus": corpus.name, "kind": {"pcm16": "16 bits", "mulaw": "μ-law"}[kind], "samples": count}
        speed = {"speed": [count / rate / each for each in seconds]}
        for name, size in sizes.items():
            yield {**about, "format": name, "bits": 8 * size / count, **(speed if name[2:9] == "wavenet" else {})}
        yield {**about, "format": "the model's log-likelihood", "bits": nats / np.log(2) / count}


def _file(waveform: np.ndarray, rate: int, subtype: str) -> bytes:
    file = BytesIO()
    soundfile.write(file, waveform, rate, format="WAV", subtype=subtype)
    return file.getvalue()


def _eight_bits(classes: np.ndarray, rate: int) -> bytes:
    """μ-law codes in the order of their values, as a WAV file of 8 bits."""
    file = BytesIO()
    soundfile.write(file, (classes.astype(np.int16) - 128) * np.int16(256), rate, format="WAV", subtype="PCM_U8")
    return file.getvalue()


if __name__ == "__main__":
    main()
