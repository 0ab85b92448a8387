"""The model folder: ``config.json``, ``model.safetensors``, ``README.md`` (docs/model-folder.md).

The tensors are the paper's plain parameters, named below. Nothing in a folder is executable, and a folder with anything
unexpected is rejected with a message that names it.
"""

import json
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from wavenet import atomic, made, outputs, untrusted
from wavenet.config import AudioConfig, ContextConfig, ModelConfig, check_front_end
from wavenet.config.checks import instance
from wavenet.engine import other_files
from wavenet.errors import ModelFolderError, NoModelError, UsageError, suggestion
from wavenet.settings import from_dict

FORMAT = "wavenet-model"
VOICE_FORMAT = "wavenet-voice"
"""format of a folder that holds a model and what turns text into its features: ``tts/folder.py``"""
PIXELCNN_FORMAT = "wavenet-pixelcnn"
"""format of a model of images: ``pixelcnn/folder.py``"""
RECOGNISER_FORMAT = "wavenet-recogniser"
"""format of a recogniser of phones: ``recognition/folder.py``"""
KINDS = {FORMAT: "model", VOICE_FORMAT: "voice", PIXELCNN_FORMAT: "PixelCNN", RECOGNISER_FORMAT: "recogniser"}
"""what a folder of each format is"""
FORMAT_VERSION = 1
SHIPPED = made.SHIPPED
CALIBRATION = ("calibration.inputs", "calibration.skip", "calibration.hidden")
"""tensors of which a model has all or none: the steps of the int8 grids"""

Tensors = dict[str, NDArray[np.float32]]
Settings = TypeVar("Settings")


@dataclass(frozen=True)
class ModelFolder:
    """The contents of a model folder."""

    audio: AudioConfig
    model: ModelConfig
    tensors: Tensors
    name: str = ""
    """what its folder is called"""


def tensor_shapes(model: ModelConfig) -> dict[str, tuple[int, ...]]:
    """The name and shape of every tensor of a network; convolutions are (out, in, taps), the oldest tap first."""
    R, D, S = model.residual_channels, model.dilation_channels, model.skip_channels
    H, Q = model.head_channels, 1 if model.scalar_input else model.quantization_channels
    shapes: dict[str, tuple[int, ...]] = {"input.weight": (R, Q, model.input_kernel_size), "input.bias": (R,)}
    for i in range(model.layers):
        shapes |= _conv(f"layers.{i}.dilated", 2 * D, R, model.kernel_size)
        if i < model.layers - 1:
            shapes |= _conv(f"layers.{i}.residual", R, D, 1)
        shapes |= _conv(f"layers.{i}.skip", S, D, 1)
        shapes |= _projections(i, model)
    shapes |= _conditioning(model)
    for n, context in enumerate(model.contexts):
        shapes |= _context(f"contexts.{n}", context)
    return shapes | _conv("head.hidden", H, S, 1) | _conv("head.output", outputs.of(model).channels, H, 1)


def _projections(layer: int, model: ModelConfig) -> dict[str, tuple[int, ...]]:
    """V of section 2.5, for each series that conditions a layer."""
    widths = {"global_condition": model.global_channels, "condition": model.local_channels}
    widths |= {f"contexts.{n}": context.skip_channels for n, context in enumerate(model.contexts)}
    gates = 2 * model.dilation_channels
    return {f"layers.{layer}.{name}.weight": (gates, width, 1) for name, width in widths.items() if width}


def _conditioning(model: ModelConfig) -> dict[str, tuple[int, ...]]:
    """The speakers' embeddings and the conditioning network; transposed convolutions are (in, out, taps)."""
    C = model.condition_channels
    shapes: dict[str, tuple[int, ...]] = {}
    if model.speakers:
        shapes["speakers.weight"] = (len(model.speakers), model.speaker_channels)
    if not model.takes_features:
        return shapes
    width = model.features.channels
    for i in range(model.condition_layers):
        shapes |= _conv(f"conditioning.convs.{i}", C, width, model.condition_kernel_size)
        width = C
    for i, scale in enumerate(model.upsample_scales):
        shapes |= {f"conditioning.upsampling.{i}.weight": (width, C, 3 * scale)}
        shapes |= {f"conditioning.upsampling.{i}.bias": (C,)}
        width = C
    return shapes


def _context(name: str, context: ContextConfig) -> dict[str, tuple[int, ...]]:
    """A context stack: the filters of the pooling, then layers like those of the main stack."""
    R, D = context.residual_channels, context.dilation_channels
    shapes = _conv(f"{name}.input", R, 1, context.taps)
    for i in range(context.layers):
        shapes |= _conv(f"{name}.layers.{i}.dilated", 2 * D, R, context.kernel_size)
        if i < context.layers - 1:
            shapes |= _conv(f"{name}.layers.{i}.residual", R, D, 1)
        shapes |= _conv(f"{name}.layers.{i}.skip", context.skip_channels, D, 1)
    return shapes


def calibration_shapes(model: ModelConfig) -> dict[str, tuple[int, ...]]:
    """The name and shape of the tensors that ``int8`` needs in addition."""
    return dict(zip(CALIBRATION, ((model.layers,), (1,), (1,)), strict=True))


def shapes_beside(model: ModelConfig, present: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The shapes of all tensors that must be there if these are."""
    calibrated = any(name in CALIBRATION for name in present)
    return tensor_shapes(model) | (calibration_shapes(model) if calibrated else {})


def _conv(name: str, out: int, inputs: int, taps: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (out, inputs, taps), f"{name}.bias": (out,)}


def tensor_file(tensors: Mapping[str, NDArray[Any]], metadata: dict[str, str] | None = None) -> bytes:
    """The content of a ``.safetensors`` file with these tensors, in whatever order their memory is."""
    from safetensors.numpy import save  # which reading does without

    # the library (0.8.0) exchanges the values of arrays in Fortran's order: findings/safetensors_fortran_order.sh
    return save({name: np.asarray(tensor, order="C") for name, tensor in tensors.items()}, metadata)


def find(model: str | Path, kind: str | None = FORMAT) -> Path:
    """The folder of a model of one format, such as ``VOICE_FORMAT``: a path, or the name of a shipped one.

    Raises:
        UsageError: it is no path and no name.
        NoModelError: there is neither. A folder of the other kind is returned here and rejected when it is read.

    """
    instance("model", model, (str, os.PathLike), "a path, or the name of a shipped model")
    if not str(model):
        raise NoModelError(f"the name of the model is empty{suggestion('', shipped(kind))}, or name a folder")
    path = Path(model)
    try:
        path.stat()
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:  # such as a name that is too long
        raise NoModelError(f"{model}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if (path / "config.json").exists():
        return path
    for inside in ("model", "voice"):
        if (path / inside / "config.json").exists():
            raise NoModelError(f"{model}: is a training run, not a {inside} folder; its {inside} is {path / inside}")
    if str(model) in shipped():
        return SHIPPED / str(model)
    if path.is_dir():
        return path  # reading it says what is missing
    if path.is_file():
        raise NoModelError(other_files.told(path))
    known = shipped(kind)
    what = KINDS[kind or FORMAT]
    way_out = suggestion(str(model), known) if known else f"; name the folder of a {what}"
    raise NoModelError(f"{model}: is neither a {what} folder nor a shipped {what}{way_out}")


def shipped(kind: str | None = None) -> list[str]:
    """The names of what is shipped in the package, of one format or of all."""
    homes = sorted(path.parent for path in SHIPPED.glob("*/config.json"))
    return [home.name for home in homes if kind is None or format_of(home) == kind]


def read(path: Path) -> ModelFolder:
    """Read and check a model folder.

    Raises:
        ModelFolderError: a file is missing or corrupt, the version is unknown, or a tensor is missing, extra, of
            another shape, or not finite.

    """
    settings = read_settings(path / "config.json", FORMAT, FORMAT_VERSION, _Settings)
    return ModelFolder(
        settings.audio, settings.model, _read_tensors(path / "model.safetensors", settings.model), path.name
    )


@dataclass(frozen=True)
class _Settings:
    audio: AudioConfig
    model: ModelConfig

    def __post_init__(self) -> None:
        check_front_end(self.audio, self.model)


def format_of(path: Path) -> str:
    """The format in a folder's ``config.json``, such as ``FORMAT``; raises ModelFolderError."""
    return str(_read_config(path / "config.json").get("format"))


def read_settings(path: Path, kind: str, version: int, cls: type[Settings]) -> Settings:
    """The settings in a ``config.json`` of one format and version; raises ModelFolderError."""
    config = _read_config(path)
    found, named = config.pop("format_version", None), config.pop("format", None)
    if named != kind and all(each in KINDS for each in map(str, (named, kind))):
        raise NoModelError(_other_kind(path.parent, str(named), kind))
    if named != kind or type(found) is not int:
        raise ModelFolderError(f"{path}: does not have the settings of a {kind} (format {kind!r} expected)")
    if found != version:
        way_out = "update wavenet-audio" if found > version else "export the model again"
        raise ModelFolderError(f"{path}: format_version is {found}, but this program reads {version}; {way_out}")
    try:
        return from_dict(cls, config, str(path))
    except UsageError as error:
        raise ModelFolderError(str(error)) from None


def _other_kind(home: Path, kind: str, wanted: str) -> str:
    """The message for a folder of another kind than the requested one."""
    if kind == VOICE_FORMAT:
        return f"{home}: is a voice; use it with wavenet say --voice {home}; its model is {home / 'wavenet'}"
    if kind == PIXELCNN_FORMAT:
        return f"{home}: is a PixelCNN, a model of images; use it with wavenet pixelcnn-sample --model {home}"
    if kind == RECOGNISER_FORMAT:
        return f"{home}: is a recogniser of phones; use it with wavenet recognise {home} RECORDING"
    return f"{home}: is a model, not a {KINDS[wanted]}; use it with wavenet generate or vocode"


def _read_config(path: Path) -> dict[str, Any]:
    try:
        return untrusted.json_object(path)
    except FileNotFoundError:
        raise NoModelError(f"{path}: no such file; a model folder has config.json and its weights") from None
    except PermissionError:
        raise NoModelError(f"{path}: cannot be read: permission denied; copy the model folder again") from None
    except (OSError, ValueError) as error:
        raise ModelFolderError(f"{path}: cannot be read: {error}; copy the model folder again") from None


def load_tensors(path: Path, kinds: Sequence[str] = ("F32",)) -> dict[str, NDArray[Any]]:
    """Every tensor of a safetensors file, whose data types must be among ``kinds``; raises ModelFolderError."""
    try:
        return untrusted.tensors(path, kinds)[0]
    except FileNotFoundError:
        raise NoModelError(f"{path}: no such file; copy the model folder again") from None
    except PermissionError:
        raise NoModelError(f"{path}: cannot be read: permission denied; copy the model folder again") from None
    except (OSError, ValueError) as error:
        raise ModelFolderError(f"{path}: is corrupt or incomplete: {error}; copy the model folder again") from None


def check_tensors(
    path: Path,
    tensors: Mapping[str, NDArray[Any]],
    expected: Mapping[str, tuple[int, ...]],
    integers: Collection[str] = (),
) -> None:
    """Raise a ModelFolderError unless tensors are finite float32, or int8 where named, and exactly those expected."""
    for name in expected.keys() - tensors.keys():
        raise ModelFolderError(f"{path}: tensor {name!r} is missing")
    for name in tensors.keys() - expected.keys():
        raise ModelFolderError(f"{path}: unknown tensor {name!r}{suggestion(name, expected.keys())}")
    for name in expected:
        tensor = tensors[name]
        if tensor.shape != expected[name]:
            raise ModelFolderError(
                f"{path}: tensor {name!r} has shape {tensor.shape}, but config.json says {expected[name]}"
            )
        if name in integers:
            continue
        if tensor.dtype != np.float32:
            raise ModelFolderError(f"{path}: tensor {name!r} is {tensor.dtype}, and must be float32")
        if not np.isfinite(tensor).all():
            raise ModelFolderError(f"{path}: tensor {name!r} contains values that are not finite")
    for name in expected.keys() & set(CALIBRATION):  # the inverse of a subnormal step may overflow
        if tensors[name].min() < np.finfo(np.float32).tiny:
            raise ModelFolderError(
                f"{path}: tensor {name!r} contains a step that is not positive; calibrate the model again"
            )


def _read_tensors(path: Path, model: ModelConfig) -> Tensors:
    tensors = load_tensors(path)
    check_tensors(path, tensors, shapes_beside(model, tensors))
    return tensors


def write(path: Path, audio: AudioConfig, model: ModelConfig, tensors: Mapping[str, NDArray[np.float32]]) -> None:
    """Write ``config.json`` and ``model.safetensors`` into a folder, each atomically; other files stay.

    The tensors may include those of the calibration, all or none.
    """
    expected = shapes_beside(model, tensors)
    assert {name: tensor.shape for name, tensor in tensors.items()} == expected
    atomic.make_folder(path)
    settings = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "audio": asdict(audio),
        "model": asdict(model),
    }
    with atomic.writing(path / "model.safetensors") as temporary:
        temporary.write_bytes(tensor_file({name: tensors[name].astype(np.float32) for name in expected}))
    with atomic.writing(path / "config.json") as temporary:
        temporary.write_text(json.dumps(settings, indent=2) + "\n", "utf-8")
