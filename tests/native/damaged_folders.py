"""Small random model folders, most of them damaged, for ``fuzz.py``."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load, save

from wavenet.config import AudioConfig, ContextConfig, FeatureConfig, ModelConfig
from wavenet.engine import folder

NUMBERS = (0, -1, 1, 2, 3, 16, 17, 63, 64, 255, 1023, 65536, 10**5, 2**31 - 1, 2**31, 2**63, 10**18, 10**30, 0.5, -0.0)
VALUES = (*NUMBERS, "1", None, True, [], {}, [1] * 50, float("nan"), float("inf"), 1e308, "\ud800", "x" * 10_000)
HUGE = (1e38, -1e38, 3e38, 1e-38, 1e-44, 1e20, 0.0)
NOT_FINITE = (np.nan, np.inf, -np.inf)

Rng = np.random.Generator


def pick(rng: Rng, options: Any) -> Any:
    return options[rng.integers(len(options))]


def random_config(rng: Rng) -> ModelConfig:
    stacks = int(rng.integers(1, 4))
    deep = rng.random() < 0.05  # few channels, and a receptive field of up to some million samples
    sizes = [int(n) for n in rng.integers(1, 3 if deep else 40, 4)]
    plain = ModelConfig(
        layers=stacks * int(rng.integers(10, 20) if deep else rng.integers(1, 4)),
        stacks=stacks,
        kernel_size=int(rng.integers(1, 3 if deep else 9)),
        input_kernel_size=int(rng.integers(1, 4)),
        residual_channels=sizes[0],
        dilation_channels=sizes[1],
        skip_channels=sizes[2],
        head_channels=sizes[3],
        quantization_channels=int(rng.integers(2, 70)),
    )
    return conditioned(rng, plain) if rng.random() < 0.5 else plain


def conditioned(rng: Rng, config: ModelConfig) -> ModelConfig:
    """With any combination of the modes of conditioning."""
    scales = pick(rng, [(), (), (1,), (3, 2)])
    features = FeatureConfig(
        kinds=("file",) if scales or rng.random() < 0.5 else (),
        hop_length=math.prod(scales) if scales else int(pick(rng, [1, 2, 7, 100])),
        file_channels=int(rng.integers(1, 20)),
    )
    return replace(
        config,
        speakers=pick(rng, [(), ("ann", "bob")]),
        speaker_channels=int(rng.integers(1, 10)),
        tags=pick(rng, [(), ("loud",)]),
        features=features,
        condition_channels=int(rng.integers(1, 20)),
        condition_layers=int(rng.integers(3)),
        upsample_scales=scales,
        contexts=tuple(random_context(rng) for _ in range(rng.integers(3))),
    )


def random_context(rng: Rng) -> ContextConfig:
    stacks, taps = int(rng.integers(1, 3)), int(rng.integers(1, 9))
    sizes = [int(n) for n in rng.integers(1, 40, 3)]
    layers, pool = stacks * int(rng.integers(1, 6)), taps * int(rng.integers(1, 9))
    return ContextConfig(pool, taps, layers, stacks, int(rng.integers(1, 5)), *sizes)


def random_tensors(rng: Rng, config: ModelConfig) -> folder.Tensors:
    shapes = folder.tensor_shapes(config)
    tensors = {name: rng.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}
    if rng.random() < 0.7:
        for name, shape in folder.calibration_shapes(config).items():
            tensors[name] = rng.uniform(0.01, 0.1, shape).astype(np.float32)
    return tensors


def write(rng: Rng, path: Path) -> None:
    """A model folder, damaged three times in four."""
    config = random_config(rng)
    folder.write(path, AudioConfig(), config, random_tensors(rng, config))
    settings, weights = path / "config.json", path / "model.safetensors"
    damages = (
        (settings, flipped_bits),
        (settings, edited_settings),
        (settings, edited_settings),
        (weights, flipped_bits),
        (weights, edited_header),
        (weights, edited_tensors),
        (weights, edited_values),
        (weights, edited_values),
    )
    for _ in range(int(pick(rng, [0, 0, 1, 1, 1, 1, 1, 2]))):
        file, damage = pick(rng, damages)
        try:
            file.write_bytes(damage(rng, file.read_bytes()))
        except Exception:
            continue  # the damage before left nothing to edit


def flipped_bits(rng: Rng, data: bytes) -> bytes:
    """Some bits of one stretch flipped, a stretch cut out or put in, or the end cut off."""
    changed = bytearray(data)
    at = int(rng.integers(len(data)) if rng.random() < 0.5 else rng.integers(min(len(data), 400)))  # or in a header
    match rng.integers(6):
        case 0:
            del changed[at:]
        case 1:
            del changed[at : at + int(rng.integers(1, 20))]
        case 2:
            changed[at:at] = rng.bytes(int(rng.integers(1, 20)))
        case _:
            for _ in range(int(rng.integers(1, 4))):
                changed[min(at + int(rng.integers(8)), len(data) - 1)] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def edited_settings(rng: Rng, data: bytes) -> bytes:
    """One value or key of config.json changed; what comes out is JSON, mostly."""
    settings = json.loads(data)
    model = settings["model"]
    group = pick(rng, [settings, settings["audio"], model, model, model["features"], *model["contexts"]])
    key = pick(rng, sorted(group))
    match rng.integers(8):
        case 0:
            del group[key]
        case 1:
            group[key + pick(rng, ["s", "", "\0", "é"])] = group.pop(key)
        case 2:
            return b"[" * 100_000 if rng.random() < 0.5 else data.replace(b"1", b"9" * int(rng.integers(1, 6000)), 1)
        case _:
            group[key] = pick(rng, VALUES)
    return json.dumps(settings).encode()


def edited_header(rng: Rng, data: bytes) -> bytes:
    """The JSON of a safetensors file, or the length before it."""
    length = int.from_bytes(data[:8], "little")
    if rng.random() < 0.2:
        return int(abs(pick(rng, NUMBERS))).to_bytes(16, "little")[:8] + data[8:]
    header = json.loads(data[8 : 8 + length])
    entry = header[pick(rng, sorted(header))]
    match rng.integers(3):
        case 0:
            entry["dtype"] = pick(rng, ["BF16", "F64", "F16", "I8", "I32", "F8_E4M3", "BOOL", "X", 3])
        case 1:
            entry["shape"] = [int(pick(rng, NUMBERS)) for _ in range(int(rng.integers(5)))]
        case _:
            entry["data_offsets"] = sorted(int(pick(rng, NUMBERS)) for _ in range(2))
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data[8 + length :]


def edited_tensors(rng: Rng, data: bytes) -> bytes:
    """One tensor missing, renamed, misshapen, of another type, not finite; or a calibration that cannot be."""
    tensors: dict[str, Any] = load(data)
    name = pick(rng, sorted(tensors))
    tensor = tensors[name]
    match rng.integers(6):
        case 0:
            del tensors[name]
        case 1:
            tensors[name + pick(rng, [".", "2"])] = tensors.pop(name)
        case 2:
            tensors[name] = tensor.reshape(-1)[: int(rng.integers(tensor.size + 1))]
        case 3:
            tensors[name] = tensor.astype(pick(rng, [np.float64, np.float16, np.int8, np.int64, bool]))
        case 4:
            tensor.reshape(-1)[rng.integers(tensor.size)] = pick(rng, NOT_FINITE)
        case _:
            tensors[pick(rng, folder.CALIBRATION)][-1] = pick(rng, (*HUGE, *NOT_FINITE, -1.0, 1e-39))
    return save({n: np.ascontiguousarray(t) for n, t in tensors.items()})


def edited_values(rng: Rng, data: bytes) -> bytes:
    """Finite weights beyond all reason, which no reader refuses."""
    tensors = load(data)
    chosen = list(tensors) if rng.random() < 0.3 else [pick(rng, sorted(tensors))]
    for name in chosen:
        values = tensors[name].reshape(-1)
        values[rng.random(values.size) < pick(rng, [0.01, 0.5, 1])] = pick(rng, HUGE)
    return save(tensors)
