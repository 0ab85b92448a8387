"""The network's inputs for an excerpt of a recording: its classes, with the past before them, and its conditioning."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from wavenet import outputs
from wavenet.audio.front_end import FrontEnd
from wavenet.config import TrainConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine.conditioning import Conditioning, Tags
from wavenet.errors import UsageError, suggestion
from wavenet.model.conditioning import ConditioningInputs
from wavenet.training.frames import Frames


@dataclass(frozen=True)
class Batch:
    """B excerpts of T samples each."""

    past: NDArray[np.int64]
    """(B, required_past - 1 + T) classes, the input of the network"""
    targets: NDArray[np.int64]
    """(B, T) target classes; ``Distribution.no_sample`` after the end of a recording"""
    global_weights: NDArray[np.float32] | None = None
    """as in ``ConditioningInputs``"""
    features: NDArray[np.float32] | None = None
    before: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, parts: "Sequence[Batch]") -> "Batch":
        """Join batches with the same T."""
        joined = [
            None if getattr(parts[0], name) is None else np.concatenate([getattr(part, name) for part in parts])
            for name in cls.__dataclass_fields__
        ]
        return cls(*joined)  # type: ignore[arg-type]

    def conditioning(self, device: torch.device) -> ConditioningInputs | None:
        """The conditioning inputs of the network."""
        given = [self.global_weights, self.features, self.before]
        if all(each is None for each in given):
            return None
        return ConditioningInputs(*(None if each is None else torch.from_numpy(each).to(device) for each in given))


class Excerpts:
    """The excerpts of one split of a prepared corpus, with the settings of a run.

    Raises:
        UsageError: the corpus lacks what the network is conditioned on.
    """

    def __init__(self, corpus: PreparedCorpus, split: str, config: TrainConfig) -> None:
        self._corpus, self._split, self._config = corpus, split, config
        self.utterances = corpus.split(split, config.speaker or None)
        if config.features_from and config.model.takes_features:
            self.utterances = self.utterances.with_features(config.features_from)
        if split == "train" and config.train_seconds:
            self.utterances = self.utterances.drawn(config.train_seconds * corpus.sample_rate)
        model = config.model
        self._front_end = FrontEnd(config.audio, model)
        self._no_sample = outputs.of(model).no_sample
        self.lengths = self._front_end.steps(self.utterances.lengths)
        """steps of each utterance; all counts here are in steps of the network"""
        self._frames = (
            Frames(corpus, self.utterances, self._front_end, config.features_from) if model.takes_features else None
        )
        self._global_weights = self._weights() if model.global_channels else None

    def _weights(self) -> NDArray[np.float32]:
        """The weights of each utterance, as in ``ConditioningInputs``: (N, speakers + tags)."""
        names = self._corpus.speakers
        if self._config.model.speakers and (self.utterances.speakers < 0).any():
            raise UsageError(f"{self._corpus.folder}: an utterance has no speaker, which model.speakers needs")
        tags = self._tags()
        rows = []
        for identity, speaker in zip(self.utterances.ids, self.utterances.speakers, strict=True):
            name = names[speaker] if self._config.model.speakers else None
            try:
                rows.append(Conditioning(name, tags.get(identity)).weights(self._config.model))
            except UsageError as error:
                raise UsageError(f"{self._corpus.folder}: {identity}: {error}") from None
        return np.stack([row for row in rows if row is not None])

    def _tags(self) -> Mapping[str, Tags]:
        """The tags of utterances by id; of those that the corpus has, the ones that the model has too."""
        known = self._config.model.tags
        if self._config.tags_from:
            return read_tags(self._config.tags_from)
        if known and not self._corpus.tags:
            raise UsageError(
                f"{self._corpus.folder} has no tags, but model.tags names {known[0]!r}; prepare a manifest with a "
                "column 'tags', or give --tags-from"
            )
        for tag in known:
            if tag not in self._corpus.tags:
                raise UsageError(
                    f"{self._corpus.folder}: no recording has the tag {tag!r}, which model.tags names"
                    f"{suggestion(tag, self._corpus.tags)}"
                )
        return self._corpus.tagged(self._split, known) if known else {}

    @property
    def digest(self) -> str:
        """A digest of the recordings and of the corpus' tags, which does not depend on where the corpus is."""
        read: list[object] = [self.utterances.ids, self.utterances.lengths.tolist()]
        if self._config.model.tags and not self._config.tags_from:
            assert self._global_weights is not None
            read.append(self._global_weights.tolist())
        return sha256(json.dumps(read).encode()).hexdigest()

    def waveform(self, utterance: int) -> NDArray[np.float32]:
        """A complete utterance (T,)."""
        return self._corpus.waveform(self.utterances, utterance)

    def batch(self, utterance: int, start: int, T: int, rng: np.random.Generator | None = None) -> Batch:
        """Samples start … start + T - 1 of an utterance; ``start`` is a multiple of ``ModelConfig.alignment``.

        With random numbers, noise as in ``TrainConfig.input_noise`` is added to the past, and tags are dropped as in
        ``TrainConfig.tag_dropout``; the targets are unchanged.
        """
        model = self._config.model
        reach, length = model.required_past, int(self.lengths[utterance])
        first, stop = max(start - reach, 0), min(start + T, length)
        classes = self.classes(utterance, first, stop)
        out = np.full((1, reach + T), self._front_end.silence)
        offset = reach - (start - first)
        out[0, offset : offset + len(classes)] = classes
        targets = out[:, reach:].copy()
        targets[0, stop - start :] = self._no_sample
        if rng is not None and self._config.input_noise:
            out[0, offset : offset + len(classes)] = self._noisy(classes, rng)
        weights = self._weights_of(utterance)
        if rng is not None and weights is not None and self._config.tag_dropout > rng.random():
            weights[:, len(model.speakers) :] = 0
        return Batch(out[:, :-1], targets, weights, *self._features(utterance, start, T))

    def classes(self, utterance: int, first: int, stop: int) -> NDArray[np.int64]:
        """Classes first … stop - 1, in steps of the network."""
        return self._front_end.encode_excerpt(
            first,
            stop,
            int(self.utterances.lengths[utterance]),
            partial(self._corpus.waveform, self.utterances, utterance),
            partial(self._frames.of, utterance) if self._frames else None,
        )

    def _noisy(self, classes: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        deviation = self._config.input_noise * rng.random()  # from none to all of it, constant over a window
        noise = np.rint(deviation * rng.standard_normal(len(classes))).astype(np.int64)
        return (classes + noise).clip(0, self._config.model.quantization_channels - 1)

    def _weights_of(self, utterance: int) -> NDArray[np.float32] | None:
        return None if self._global_weights is None else self._global_weights[utterance : utterance + 1].copy()

    def _features(
        self, utterance: int, start: int, T: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]] | tuple[()]:
        if self._frames is None:
            return ()
        first, stop = self._front_end.frames_seen(start, T)
        ahead = self._config.model.look_ahead
        frames = self._frames.of(utterance, first - ahead, stop + ahead)
        return frames[None], np.array([max(-first, 0)])


def read_tags(path: str) -> dict[str, Tags]:
    """The tags of each utterance, from the file that ``TrainConfig.tags_from`` names; raises UsageError."""
    try:
        tags = json.loads(Path(path).read_text("utf-8"))
        if not isinstance(tags, dict) or not all(isinstance(each, list | dict) for each in tags.values()):
            raise ValueError("not {utterance: [tag, …]}")
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: tags cannot be read: {error}") from None
    return tags
