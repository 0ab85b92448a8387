"""Opens ``.nam`` files, guitar amplifiers and pedals as networks (https://github.com/sdatkinson/NeuralAmpModelerCore).

A file is JSON: version, architecture, config, weights, and optionally metadata and a sample rate. Whatever it holds,
it is read in bounded time and memory.
"""

import os
import re
from pathlib import Path
from typing import Any

from wavenet import untrusted
from wavenet.amp import others, slimming, wavenets
from wavenet.amp.fields import Fields
from wavenet.amp.model import Model, Network
from wavenet.amp.weights import Weights
from wavenet.errors import AmpError, NoAmpError, UsageError, warn

MOST_BYTES = 2**24
DEEPEST = 4
"""models inside models"""
MOST_SUBMODELS = 32
MOST_PAST = 2**20
"""samples of silence before the first sample: 22 s at 48 kHz"""
OLDEST, NEWEST = (0, 5, 0), (0, 7, 0)
ARCHITECTURES = ("WaveNet", "LSTM", "ConvNet", "Linear", "SlimmableContainer")
_RATES = (1_000, 1_000_000)
_LEVELS = (-200.0, 200.0)
_TOP = ("version", "architecture", "config", "weights", "metadata", "sample_rate", "notes")


def read(path: str | os.PathLike[str], quality: float | None = None) -> Model:
    """The model in a file, at a quality.

    Args:
        path: of the file.
        quality: from 0, the smallest network, to 1, the largest, for a file that holds several; None: the largest.

    Raises:
        NoAmpError: there is no such file.
        AmpError: it is no such file, or of a model that cannot be run.
        UsageError: a quality that is not from 0 to 1, or for a file that holds one network.
    """
    if quality is not None and not 0 <= quality <= 1:
        raise UsageError(f"--quality is {quality:g}, and must be from 0, the smallest network, to 1, the largest")
    name = str(path)
    try:
        found = untrusted.json_object(Path(path), MOST_BYTES)
    except FileNotFoundError:
        raise NoAmpError(f"{name}: there is no such file; name a .nam file") from None
    except OSError as error:
        raise NoAmpError(f"{name}: {error.strerror or error}; name a .nam file") from None
    except ValueError as error:
        raise AmpError(f"{name}: is no .nam file: {error}; download or export it again") from None
    model, sizes = _model(Fields(found, name, ""), 1.0 if quality is None else quality, 0)
    if quality is not None and not sizes:
        raise UsageError(f"{name} holds a network of one size; leave --quality out")
    if model.network.outputs != 1:
        raise AmpError(
            f"{name}: gives {model.network.outputs} channels, and wavenet plays models of one; train such a model"
        )
    return model


def _model(fields: Fields, quality: float, depth: int) -> tuple[Model, bool]:
    """A model, and whether the file holds it in several sizes."""
    if depth > DEEPEST:
        raise AmpError(f"{fields.path}: models are nested deeper than {DEEPEST}; export the model again")
    _check_version(fields)
    architecture = fields.choice("architecture", fields.text("architecture"), ARCHITECTURES)
    config = fields.below("config")
    rate = _sample_rate(fields)
    if architecture == "SlimmableContainer":
        return _contained(fields, config, rate, quality, depth), True
    weights = Weights(fields.get("weights"), fields.path, fields.place("weights"))
    network, sizes = _network(architecture, config, weights, quality, rate, depth)
    return _described(fields, architecture, network, rate, len(weights)), sizes


def _network(
    architecture: str, config: Fields, weights: Weights, quality: float, rate: float | None, depth: int
) -> tuple[Network, bool]:
    if architecture == "LSTM":
        return others.lstm(config, weights), False
    if architecture == "ConvNet":
        return others.convnet(config, weights), False
    if architecture == "Linear":
        return others.linear(config, weights), False

    def condition(found: object, where: str) -> Network:
        model, _ = _model(Fields(found, config.path, where), 1.0, depth + 1)
        if model.sample_rate != rate:
            raise AmpError(f"{config.path}: {where} is for another sample rate than the model; export the model again")
        return model.network

    network, shapes = wavenets.parse(config, weights, condition)
    return slimming.slimmed(network, shapes, quality, config.path), any(shape.widths for shape in shapes)


def _contained(fields: Fields, config: Fields, rate: float | None, quality: float, depth: int) -> Model:
    """The model of a container for a quality: the first whose max_value is above it, else the last."""
    listed = [Fields(one, config.path, config.place(f"submodels[{i}]"))
              for i, one in enumerate(config.items("submodels", MOST_SUBMODELS))]  # fmt: skip
    config.finish()
    fields.ignore("weights")
    limits = [one.number("max_value", 0, 1e6) for one in listed]
    if limits != sorted(set(limits)) or limits[-1] < 1:
        raise config.error("submodels", limits, "of ascending max_value, the last at least 1")
    models = []
    for one in listed:
        model, _ = _model(one.below("model"), 1.0, depth + 1)
        if None not in (rate, model.sample_rate) and model.sample_rate != rate:
            raise AmpError(f"{fields.path}: {one.where} is for another sample rate; export the model again")
        models.append(model)
        one.finish()
    chosen = models[next((i for i, limit in enumerate(limits) if quality < limit), -1)]
    return _described(fields, chosen.architecture, chosen.network, rate or chosen.sample_rate, chosen.weights, chosen)


def _check_version(fields: Fields) -> None:
    version = fields.text("version")
    parts = re.fullmatch(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})", version)
    found = tuple(map(int, parts.groups())) if parts else (0, 0, 0)
    if found < OLDEST or found[:2] > NEWEST[:2]:
        raise AmpError(
            f"{fields.path}: {fields.place('version')} is {version!r}, and wavenet plays 0.5.0 to 0.7.x; export the "
            "model with a trainer that writes one of these"
        )
    if found > NEWEST:
        warn(f"{fields.path}: version {version} is newer than 0.7.0, the last that is known; it may sound otherwise")


def _sample_rate(fields: Fields) -> float | None:
    if not fields.has("sample_rate") or fields.get("sample_rate") == -1:
        return None
    return fields.number("sample_rate", *_RATES)


def _described(
    fields: Fields, architecture: str, network: Network, rate: float | None, weights: int, inner: Model | None = None
) -> Model:
    """The network with what the file says of its levels; a container's silence falls back on its model's."""
    levels: dict[str, float | None] = {}
    metadata = fields.below("metadata") if fields.has("metadata") else Fields({}, fields.path, "metadata")
    for own, key in (
        ("loudness", "loudness"),
        ("input_level", "input_level_dbu"),
        ("output_level", "output_level_dbu"),
    ):
        fallback: float | None = getattr(inner, own) if inner else None
        levels[own] = metadata.number(key, *_LEVELS) if metadata.has(key) else fallback
    fields.ignore(*_TOP)
    fields.finish()
    name: Any = metadata.values.get("name")
    title = name if isinstance(name, str) and name else inner.name if inner else Path(fields.path).stem
    model = Model(title, architecture, network, rate, weights, **levels)
    if model.silence > MOST_PAST:
        raise AmpError(
            f"{fields.path}: the network looks back {model.silence:,} samples, and wavenet plays at most "
            f"{MOST_PAST:,}; train a smaller model"
        )
    return model
