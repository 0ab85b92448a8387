"""From a checkpoint to a model folder: which layout it has, folding, the check, the folder and its card."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from wavenet import atomic, made, untrusted
from wavenet.config import AudioConfig, ModelConfig
from wavenet.engine import folder, reference
from wavenet.engine.conditioning import Conditioning, ConditioningNetwork, ConditioningStream, global_bias
from wavenet.engine.folder import Tensors
from wavenet.engine.interface import LocalConditioning
from wavenet.engine.weights import Weights
from wavenet.errors import CheckpointError, UsageError, suggestion
from wavenet.importers import checkpoint, pytorch
from wavenet.importers.checkpoint import Checkpoint
from wavenet.importers.layout import Given, Imported, Layout, summary
from wavenet.importers.layouts import LAYOUTS
from wavenet.importers.network import model_of
from wavenet.importers.parts import Parts

COMMAND = "import"
CHECKED = 64
"""samples for which the folded network is run"""
RATES = ("sample_rate", "sampling_rate")


@dataclass
class Folded:
    """A checkpoint as the contents of a model folder."""

    source: Checkpoint
    layout: Layout
    audio: AudioConfig
    model: ModelConfig
    tensors: Tensors
    found: Imported
    beside: str = ""
    """the name of the file of settings that was read beside the checkpoint"""
    checks: list[str] = field(default_factory=list)
    """how it was checked"""


@np.errstate(all="ignore")  # what is not finite is refused by name
def fold(source: Path, layout: str = "", sample_rate: int = 0, stacks: int = 0, hop_length: int = 0) -> Folded:
    """Read a checkpoint and fold it into the plain network.

    Args:
        source: a checkpoint.
        layout: a name of ``LAYOUTS``; empty: by the names of the tensors.
        sample_rate: in Hz; 0: that of the file beside the checkpoint.
        stacks: how often the dilations start again; 0: what the checkpoint, or the layout, says.
        hop_length: samples per frame of the features, where the checkpoint does not tell; 0: unknown.

    Raises:
        CheckpointError: the file is damaged, or its network cannot be folded; what is in the way is named.
        UsageError: something has to be given.
    """
    found = checkpoint.read(source)
    chosen = _layout(found, layout)
    beside, settings = _beside(found.path, chosen)
    given = Given(stacks, hop_length, settings, found.settings)
    parts = Parts(found.path, chosen.renamed(found.tensors))
    try:
        imported = chosen.fold(parts, given)
    except UsageError as error:
        raise UsageError(f"{found.path}: {error}") from None
    parts.finish(chosen.name)
    model, tensors = model_of(imported.network, found.path)
    rate = sample_rate or given.number(*RATES)
    if not rate:
        raise UsageError(f"{found.path}: nothing tells the sample rate; give --sample-rate, in Hz")
    audio = AudioConfig(
        sample_rate=rate,
        gain=imported.gain,
        pre_emphasis=imported.pre_emphasis,
        quantizer="linear" if model.scalar_input else "mu_law",
    )
    done = Folded(found, chosen, audio, model, tensors, imported, beside)
    done.checks = _checked(done)
    return done


def _layout(found: Checkpoint, name: str) -> Layout:
    if name and name not in LAYOUTS:
        raise UsageError(f"unknown layout {name!r}{suggestion(name, LAYOUTS)}")
    if name:
        return LAYOUTS[name]
    fitting = [each for each in LAYOUTS.values() if each.fits(found.tensors)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = " or ".join(f"--layout {each.name}" for each in fitting)
        raise UsageError(f"{found.path}: its tensors may be those of several versions; give {names}")
    some = ", ".join(map(repr, sorted(found.tensors)[:3]))
    raise CheckpointError(
        f"{found.path}: no known layout has its {len(found.tensors)} tensors, such as {some}; known: "
        f"{', '.join(LAYOUTS)}"
    )


def _beside(path: Path, layout: Layout) -> tuple[str, Mapping[str, Any]]:
    """The name and the settings of the file beside a checkpoint, if it is there; sections of it are joined."""
    beside = path.with_name(layout.beside) if layout.beside else path
    if beside == path or not beside.exists():
        return "", {}
    try:
        untrusted.check(beside)  # before it is opened: a pipe might never end
        if pytorch.is_saved(beside):
            return beside.name, pytorch.settings(beside)
        settings = untrusted.json_object(beside)
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{beside}: {error}") from None
    for section in [value for value in settings.values() if isinstance(value, dict)]:
        settings = section | settings
    return beside.name, settings


def _checked(done: Folded) -> list[str]:
    """Run the folded network on classes at random, and say what was checked."""
    model, generator = done.model, np.random.default_rng(0)
    weights = Weights(model, done.tensors)
    classes = generator.integers(0, model.quantization_channels, CHECKED)
    features = bias = None
    if model.conditioned:
        speaker = model.speakers[0] if model.speakers else None
        bias = global_bias(model, done.tensors, Conditioning(speaker).weights(model))
    if model.takes_features:
        stream = ConditioningStream(ConditioningNetwork(model, done.tensors))
        frames = -(-CHECKED // model.steps_per_frame)
        stream.feed(generator.normal(size=(frames, model.features.channels)).astype(np.float32))
        stream.finish()
        features = LocalConditioning(stream.rows(0, CHECKED)[0], stream.steps_per_row)
    logits = reference.block(weights, reference.State(weights, bias, features), classes, features)
    if not np.isfinite(logits).all():
        raise CheckpointError(f"{done.source.path}: the folded network computes values that are not finite")
    used = len(done.layout.renamed(done.source.tensors))
    others = len(done.source.tensors) - used
    return [
        f"each of its {used} tensors was used once, and fits"
        + f"; {others} of the optimiser were left out" * (others > 0),
        f"the folded network gives finite logits for {CHECKED} samples at random",
        f"networks of this layout give, folded, the logits of {done.layout.proof}, within 1e-4 (tests/importers)",
        "not with your recordings: wavenet evaluate tells its bits per sample on some, which should be as in training",
    ]


def write(done: Folded, out: Path) -> None:
    """Write the model folder, with a card that names the source."""
    folder.write(out, done.audio, done.model, done.tensors)
    with atomic.writing(out / "README.md") as temporary:
        temporary.write_text(card(done), "utf-8")


def report(done: Folded) -> list[str]:
    """What is told of an import, a line for each thing."""
    model, rate = done.model, done.audio.sample_rate
    beside = f", with {done.beside}" if done.beside else ""
    lines = [
        f"source: {done.source.path.name}, a {done.source.kind}{beside}; layout {done.layout.name}, of "
        f"{done.layout.project}",
        f"network: {summary(model)}, {1000 * model.receptive_field / rate:.0f} ms at {rate} Hz",
        f"output: {model.output}; input: "
        + ("values of 16 bits" if model.scalar_input else f"{model.quantization_channels} classes"),
    ]
    if (done.audio.gain, done.audio.pre_emphasis) != (1, 0):
        lines.append(f"gain {done.audio.gain:g} and pre-emphasis {done.audio.pre_emphasis:g}, as in {done.beside}")
    if model.speakers:
        lines.append(f"speakers: 0 to {len(model.speakers) - 1}, as there")
    if model.tags:
        lines.append(f"tags: {', '.join(model.tags[:4])} …: the values that condition globally")
    for name, values in (
        ("folded", done.found.folded),
        ("to supply", done.found.supply),
        ("differs", done.found.differs),
        ("checked", done.checks),
    ):
        lines += [f"{name}: {value}" for value in values]
    return lines


def card(done: Folded) -> str:
    """The model card of an imported model."""
    lines = [f"- {textwrap.fill(line, 116, subsequent_indent='  ')}" for line in report(done)]
    return "\n".join(
        [
            f"# Imported from {done.layout.project}",
            "",
            *lines,
            "",
            "Its data and its licence are those of the checkpoint.",
            "",
            made.mark(COMMAND),
            "",
        ]
    )
