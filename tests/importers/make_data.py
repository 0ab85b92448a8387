"""Makes the checkpoints in ``data``, by the original code of each project, and the logits that it computes.

    python -m tests.importers.make_data FOLDER       # of checkouts, by the names and commits of ORIGINALS

Networks are small and random. The originals run as they are; what they no longer find in PyTorch is given to them here.
TensorFlow 1 runs nowhere: the two layouts of it are computed by ``test_layouts.py`` itself.
"""

import subprocess
import sys
import warnings
from contextlib import contextmanager
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import torch

DATA = Path(__file__).with_name("data")
ORIGINALS = {
    "r9y9": ("r9y9+wavenet_vocoder", "a35fff7"),
    "r9y9-legacy": ("r9y9-legacy", "v0.1.1"),
    "kan-bayashi": ("kan-bayashi+PytorchWaveNetVocoder", "d071ed3"),
    "vincentherrmann": ("vincentherrmann+pytorch-wavenet", "26ba289"),
    "nv-wavenet": ("NVIDIA+nv-wavenet", "03f6957"),
}
"""folder and commit of each checkout"""
Q = 32


@contextmanager
def original(folder, layout, inside=""):
    """The modules of a checkout can be imported, and are forgotten again."""
    checkout = folder / ORIGINALS[layout][0]
    told = subprocess.run(["git", "-C", checkout, "describe", "--always", "--tags"], capture_output=True, text=True)
    print(layout, told.stdout.strip())
    before = set(sys.modules)
    sys.path.insert(0, str(checkout / inside))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.path.pop(0)
        for name in set(sys.modules) - before:
            if str(checkout) in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]


def randomised(model, seed):
    """Every parameter matters: biases are not zero, nor are weights all alike."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            if name.endswith(("weight_g", "original0")):
                weight.copy_(weight * (1 + 0.2 * noise))
            else:
                weight.add_(noise * (0.3 if weight.ndim == 1 else 0.5 * max(weight[0].numel(), 1) ** -0.5))
    return model.eval()


def inputs(samples, frames, channels, seed=5):
    generator = np.random.default_rng(seed)
    return generator.integers(0, Q, samples), generator.normal(size=(channels, frames)).astype(np.float32)


def keep(name, content, classes, logits, features=None, first=0):
    """Write ``NAME.pth`` and ``NAME.npz``: the inputs, and the logits (samples, outputs) after the first and on."""
    torch.save(content, DATA / f"{name}.pth")
    arrays = {"classes": np.asarray(classes), "logits": np.asarray(logits, np.float32), "first": first}
    if features is not None:
        arrays["features"] = features.T
    np.savez_compressed(DATA / f"{name}.npz", **arrays)


def one_hot(classes):
    return torch.nn.functional.one_hot(torch.as_tensor(classes), Q).T.float()[None]


def from_r9y9(folder):
    shape = {"layers": 6, "stacks": 2, "residual_channels": 6, "gate_channels": 8, "skip_out_channels": 7}
    with original(folder, "r9y9"):
        network = import_module("wavenet_vocoder.wavenet").WaveNet
        upsampling = {"upsample_scales": [2, 3], "cin_pad": 1, "freq_axis_kernel_size": 3, "cin_channels": 5}
        conditioned = {"cin_channels": 5, "gin_channels": 4, "n_speakers": 3, "use_speaker_embedding": True}
        conditioned |= {"upsample_conditional_features": True, "upsample_params": upsampling}
        classes, features = inputs(120, 22, 5)
        for spelling in ("old", "new"):
            kept = torch.nn.utils.weight_norm
            if spelling == "new":
                torch.nn.utils.weight_norm = torch.nn.utils.parametrizations.weight_norm
            model = randomised(network(Q, **shape, **conditioned), 1)
            torch.nn.utils.weight_norm = kept
            with torch.no_grad():
                logits = model(one_hot(classes), torch.as_tensor(features)[None], torch.tensor([[2]]))[0].T
            keep(
                f"r9y9_{spelling}",
                {"state_dict": model.state_dict(), "global_step": 1},
                classes,
                logits,
                features[:, 1:-1],
            )  # without cin_pad
        for name, outputs, distribution in (("logistics", 6, "Logistic"), ("gaussian", 2, "Normal")):
            model = network(outputs, **shape, cin_channels=5, scalar_input=True, output_distribution=distribution)
            model = randomised(model, 2)
            classes = np.random.default_rng(3).integers(0, 65_536, 90)
            values = torch.as_tensor((classes - 32_768) / 32_768, dtype=torch.float32)[None, None]
            repeated = torch.as_tensor(np.repeat(features[:, :18], 5, axis=1))[None]
            with torch.no_grad():
                logits = model(values, repeated)[0].T
            keep(f"r9y9_{name}", {"state_dict": model.state_dict()}, classes, logits, features[:, :18])
    version = type(sys)("wavenet_vocoder.version")  # which its installation writes
    version.__version__ = "0.1.1"
    sys.modules["wavenet_vocoder.version"] = version
    with original(folder, "r9y9-legacy"):
        network = import_module("wavenet_vocoder.wavenet").WaveNet
        conditioned = {"cin_channels": 5, "gin_channels": 4, "n_speakers": 3, "freq_axis_kernel_size": 3}
        conditioned |= {"upsample_conditional_features": True, "upsample_scales": [2, 3]}
        model = randomised(network(Q, **shape, **conditioned, legacy=True), 3)
        classes, features = inputs(120, 20, 5)
        features = abs(features)
        with torch.no_grad():
            logits = model(one_hot(classes), torch.as_tensor(features)[None], torch.tensor([[1]]))[0].T
        keep("r9y9_legacy", {"state_dict": model.state_dict()}, classes, logits, features)


def from_kan_bayashi(folder):
    with original(folder, "kan-bayashi"):
        network = import_module("wavenet_vocoder.nets.wavenet").WaveNet
        for name, factor in (("upsampled", 4), ("repeated", 0)):
            model = randomised(network(Q, 5, 6, 7, 3, 2, 3, factor), 4)
            classes, features = inputs(80, 20, 5)
            given = features if factor else np.repeat(features, 4, axis=1)
            with torch.no_grad():
                logits = model(torch.as_tensor(classes)[None], torch.as_tensor(given)[None])[0]
            content = {"model": model.state_dict(), "iterations": 1}
            keep(f"kan_bayashi_{name}", content, classes, logits, features)


def padded(input_, target_size, dimension=0, value=0, pad_start=False):
    """What its own function does by an interface that PyTorch no longer has."""
    assert dimension == 2
    more = target_size - input_.shape[2]
    return torch.nn.functional.pad(input_, (more, 0) if pad_start else (0, more), value=value)


def from_vincentherrmann(folder):
    sys.modules["audio_data"] = type(sys)("audio_data")  # which needs librosa, and is not used by the network
    with original(folder, "vincentherrmann"):
        network = import_module("wavenet_model").WaveNetModel
        import_module("wavenet_modules").constant_pad_1d = padded
        for name, bias in (("plain", False), ("biases", True)):
            model = randomised(network(3, 2, 5, 6, 7, 8, Q, 32, 3, bias=bias), 5)
            classes, _ = inputs(80, 1, 1)
            with torch.no_grad():
                logits = model(one_hot(classes))
            keep(f"vincentherrmann_{name}", model, classes, logits, first=len(classes) - len(logits))
    del sys.modules["audio_data"]


def from_nv_wavenet(folder):
    with original(folder, "nv-wavenet", "pytorch"):
        torch.nn.init.xavier_uniform = torch.nn.init.xavier_uniform_
        torch.nn.functional.tanh, torch.nn.functional.sigmoid = torch.tanh, torch.sigmoid
        place = spec_from_file_location("wavenet", folder / ORIGINALS["nv-wavenet"][0] / "pytorch/wavenet.py")
        module = sys.modules["wavenet"] = module_from_spec(place)  # for a moment, its name is ours
        place.loader.exec_module(module)
        model = randomised(module.WaveNet(Q, 6, 4, 6, 7, Q, 5, 12, 3), 6)
        classes, features = inputs(90, 30, 5)
        with torch.no_grad():
            logits = model((torch.as_tensor(features)[None], torch.as_tensor(classes)[None]))[0].T[
                1:
            ]  # the first row is made of zeros
        keep("nv_wavenet", {"model": model, "iteration": 1}, classes, logits, features)


if __name__ == "__main__":
    for make in (from_r9y9, from_kan_bayashi, from_vincentherrmann, from_nv_wavenet):
        torch.manual_seed(0)
        make(Path(sys.argv[1]))
