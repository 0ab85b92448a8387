"""What a model folder holds, as names and values for ``wavenet models`` and ``wavenet info``."""

import math
import re
from pathlib import Path

from wavenet.config import LANGUAGES, AudioConfig, ModelConfig
from wavenet.engine import folder
from wavenet.pixelcnn import folder as pixelcnn
from wavenet.recognition.recogniser import Recogniser
from wavenet.tts import folder as voices

CARD = "README.md"
LICENCES = (r"these weights(?: are)? (CC-[\w.-]*\w|MIT)", r"\| licence \|[^|]*?(CC-[\w.-]*\w)")
BITS = r"\*\*this model\*\*.*\*\*([\d.]+)\*\*"
NATS = r"\*\*this model\*\*[^|]*\| \*\*([\d.]+)\*\* nats per image"
NATURALNESS = r"naturalness \(DistillMOS\) ([\d.]+)"


def of(home: Path) -> dict[str, str]:
    """Every fact about a model folder or the folder of a voice; raises ModelFolderError."""
    kind = folder.format_of(home)
    facts = {"folder": str(home), "kind": f"a {folder.KINDS.get(kind, 'model')}"}
    if kind == folder.PIXELCNN_FORMAT:
        return facts | _of_images(home) | {**of_card(home), "size": megabytes(home)}
    if kind == folder.RECOGNISER_FORMAT:
        return facts | _of_recogniser(home) | {**of_card(home), "size": megabytes(home)}
    if kind == folder.VOICE_FORMAT:
        voice = voices.read(home)
        facts["reads"] = LANGUAGES[voice.voice.language].title()
        facts["phones"] = str(len(voice.voice.phones))
        facts["conditioned on"] = voice.voice.conditions.replace("+", " and ").replace("pitch", "F0")
        opened = voice.wavenet
        stages = sum(tensor.size for tensor in voice.tensors.values())
        facts["weights of the stages"] = f"{stages:,}"
    else:
        opened = folder.read(home)
    return (
        facts
        | _network(opened.audio, opened.model)
        | {
            "int8": _calibrated(opened.tensors),
            **of_card(home),
            "size": megabytes(home),
        }
    )


def _of_images(home: Path) -> dict[str, str]:
    network = pixelcnn.read(home)
    m = network.model
    return {
        "images": f"{m.height} × {m.width}, {m.levels} levels, {'in colour' if m.colours == 3 else 'grey'}",
        "network": f"{m.layers + 1} layers of {m.channels} channels; stacks: {m.stacks}",
        "weights": f"{sum(tensor.size for tensor in network.tensors.values()):,}",
        "conditioned on": f"one of {m.classes} classes" if m.classes else "nothing",
    }


def _of_recogniser(home: Path) -> dict[str, str]:
    opened = Recogniser.open(home)
    settings, folder_ = opened.opened.recogniser, opened.opened
    facts = {
        "phones": f"{len(settings.phones)}: {_some(settings.phones, 60)}",
        "hears": "the waveform" if settings.input == "waveform" else "log-mel",
        "frames": f"{1000 * opened.frame_seconds:g} ms, {settings.layers} convolutions over {settings.kernel_size}",
        "look-ahead": f"{1000 * opened.look_ahead('greedy'):.0f} ms greedy, {1000 * opened.look_ahead():.0f} ms bigram",
        "usual confidence": f"{settings.low_confidence:.2f} or more",
    }
    network = {}
    if settings.input == "waveform":
        network = _network(folder_.audio, folder_.model) | {"int8": _calibrated(folder_.tensors)}
    return facts | network | {"weights": f"{sum(tensor.size for tensor in folder_.tensors.values()):,}"}


def _network(audio: AudioConfig, model: ModelConfig) -> dict[str, str]:
    rate = audio.sample_rate / model.decimation
    facts = {
        "sample rate": f"{audio.sample_rate} Hz",
        "network": f"{model.layers} layers in {model.stacks} stacks, kernel {model.kernel_size}; channels: residual "
        f"{model.residual_channels}, dilation {model.dilation_channels}, skip {model.skip_channels}, head "
        f"{model.head_channels}; {model.quantization_channels} classes",
        "weights": f"{weights(model):,}",
        "receptive field": reach(model, rate),
    }
    if audio.quantizer != "mu_law":
        facts["quantiser"] = audio.quantizer
    if model.output != "softmax":
        facts["output"] = model.output
    if model.decimation > 1:
        facts["decimation"] = f"{model.decimation}: {rate:g} steps of the network per second"
    if audio.lpc_order:
        facts["linear prediction"] = f"order {audio.lpc_order}"
    if model.speakers:
        facts["speakers"] = _some(model.speakers)
    if model.tags:
        facts["tags"] = _some(model.tags)
    if model.takes_features:
        features = model.features
        hop = 1000 * features.hop_length / audio.sample_rate
        facts["features"] = f"{', '.join(features.kinds)}: {features.channels} numbers every {hop:g} ms"
    if model.contexts:
        each = (f"{context.layers} layers with {context.receptive_field:,} samples" for context in model.contexts)
        facts["context stacks"] = ", ".join(each)
    return facts


def _calibrated(tensors: folder.Tensors) -> str:
    return "calibrated" if folder.CALIBRATION[0] in tensors else "not calibrated: wavenet calibrate"


def _some(names: tuple[str, ...], most: int = 20) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def weights(model: ModelConfig) -> int:
    """How many weights a network has."""
    return sum(math.prod(shape) for shape in folder.tensor_shapes(model).values())


def reach(model: ModelConfig, rate: float) -> str:
    """The receptive field, in steps of the network and in time; ``rate`` is in steps per second."""
    return f"{model.receptive_field:,} samples ({1000 * model.receptive_field / rate:.0f} ms)"


def of_card(home: Path) -> dict[str, str]:
    """What the model card says: what the model is, its licence, held-out bits per sample. Nothing without a card."""
    try:
        text = re.sub("<!--.*?-->", "", (home / CARD).read_text("utf-8", errors="replace"))
    except OSError:
        return {}
    facts = {}
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    if len(paragraphs) > 1 and (what := re.split(r"[:.] ", f"{paragraphs[1]} ")[0]):
        facts["what"] = what
    if licence := next(filter(None, (re.search(pattern, text) for pattern in LICENCES)), None):
        facts["licence of the weights"] = licence[1]
    if nats := re.search(NATS, text):
        facts["held out"] = f"{nats[1]} nats per image"
    elif bits := re.search(BITS, text):
        facts["held out"] = f"{bits[1]} bits per sample"
    elif naturalness := re.search(NATURALNESS, text):
        facts["held out"] = f"DistillMOS {naturalness[1]}"
    return facts


def megabytes(home: Path) -> str:
    """The size of all files of a folder."""
    return f"{sum(path.stat().st_size for path in home.rglob('*') if path.is_file()) / 1e6:.1f} MB"
