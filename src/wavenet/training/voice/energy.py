"""The energy score: how well two draws from a network tell what is likely, and not only what is in the middle.

A network that minimises an absolute error says the median of all that may be, which is smoother than any recording.
One that draws noise, and minimises the mean distance of its draws to the recording less half of the distance of two
draws, learns the distribution itself (Gneiting and Raftery, 2007, Strictly proper scoring rules, prediction, and
estimation, section 4.3; of spectra of speech: Gritsenko et al., 2020, A spectral energy distance for parallel speech
synthesis, arXiv:2008.01160).
"""

from torch import Tensor

PATCHES = ((1, 1), (8, 1), (4, 5), (3, 16))
"""frames of a patch, and parts of the band: a distance is that of patches as a whole, so the score sees what is likely
together"""


def energy_score(first: Tensor, second: Tensor, target: Tensor, inside: Tensor) -> Tensor:
    """Of two draws of spectra (B, F, n_mels); ``inside`` (B, F, 1) is false where a sequence has ended."""
    to_target = (distance(first, target, inside) + distance(second, target, inside)) / 2
    return to_target - distance(first, second, inside) / 2


def distance(a: Tensor, b: Tensor, inside: Tensor) -> Tensor:
    """The root mean square difference of patches, on average over patches and their shapes."""
    found = [_of_patches(a - b, inside, frames, parts) for frames, parts in PATCHES if frames <= a.shape[1]]
    return sum(found[1:], found[0]) / len(found)


def _of_patches(difference: Tensor, inside: Tensor, frames: int, parts: int) -> Tensor:
    B, F, bands = difference.shape
    number, width = F // frames, max(bands // parts, 1)
    kept = difference[:, : number * frames, : bands // width * width]
    patches = kept.reshape(B, number, frames, -1, width).transpose(2, 3).flatten(3)
    roots = (patches.square().mean(-1) + 1e-6).sqrt().mean(2)
    weights = inside[:, : number * frames, 0].reshape(B, number, frames).float().mean(2)
    return (roots * weights).sum() / weights.sum()
