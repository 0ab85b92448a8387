import numpy as np
import pytest
from safetensors.numpy import load, save

from tests.evaluation.sources import MODEL, RATE, write_model
from wavenet import recordings
from wavenet.audio import files
from wavenet.config import AudioConfig
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import AudioError, ModelFolderError, UsageError
from wavenet.evaluation import evaluate as module
from wavenet.evaluation.baselines import FILE
from wavenet.evaluation.evaluate import evaluate
from wavenet.generator import Generator

ALL = ["uniform", "histogram", "bigram", "ar", "model"]


def test_the_test_split_is_scored_beside_baselines_of_the_training_split(model, corpus):
    found = evaluate(model, corpus)
    assert list(found.bits_per_sample) == ALL
    assert found.bits_per_sample["uniform"] == pytest.approx(4.0)
    assert [score.samples for score in found.scores] == [1200, 1600]
    assert found.data.fitted_samples == 2400 + 2800
    assert found.data.split == "test"
    assert not (model / FILE).exists()


def test_the_bits_of_the_model_are_minus_the_log_likelihood_of_the_waveform(model, corpus, clips):
    generator = Generator.open(model)
    for score, name in zip(evaluate(model, corpus).scores, ("0.wav", "1.wav"), strict=True):
        nats = generator.log_likelihood(files.read(clips / name, RATE))
        assert score.bits["model"] == pytest.approx(-nats.sum(dtype=np.float64) / np.log(2), rel=1e-6)


@pytest.mark.parametrize("block", [1, 61, 200])
def test_scoring_in_blocks_is_scoring_the_whole(model, corpus, monkeypatch, block):
    whole = evaluate(model, corpus)
    monkeypatch.setattr(module.recordings, "BLOCK", block)  # not below four receptive fields: 28 samples
    for score, expected in zip(evaluate(model, corpus).scores, whole.scores, strict=True):
        assert score.bits == pytest.approx(expected.bits, rel=1e-6)


def test_another_split_and_a_limit_can_be_chosen(model, corpus):
    assert evaluate(model, corpus, split="validation").samples == 2000
    found = evaluate(model, corpus, split="train", limit_seconds=0.75)
    assert found.samples == 3000
    assert found.seconds == 0.75


def test_the_baselines_use_no_more_of_the_training_split_than_said(model, corpus, monkeypatch):
    monkeypatch.setattr(module, "FIT_SECONDS", 0.8)
    fitted = module.fit(Generator.open(model), PreparedCorpus(corpus))
    assert fitted.samples == 3200


def test_saved_baselines_give_a_clip_the_same_table_as_the_corpus(model, corpus, clips):
    with_corpus = evaluate(model, corpus, save_baselines=True)
    assert list(evaluate(model, clips / "0.wav").scores[0].bits) == ALL
    clip = evaluate(model, clips)
    assert clip.scores[:2] == tuple(
        type(score)(score.name.removeprefix("clips/"), score.samples, pytest.approx(score.bits))
        for score in with_corpus.scores
    )
    assert clip.data.fitted_samples == with_corpus.data.fitted_samples
    assert clip.data.split is None


def test_a_clip_without_saved_baselines_has_the_uniform_alone(model, clips):
    found = evaluate(model, clips / "0.wav")
    assert list(found.bits_per_sample) == ["uniform", "model"]
    assert found.data.fitted_samples == 0
    assert found.interval is None


def test_a_clip_of_another_rate_is_resampled(model, clips):
    files.write(clips / "high.wav", files.read(clips / "0.wav", RATE).repeat(2), 2 * RATE)
    assert evaluate(model, clips / "high.wav").samples == 1200


def test_saved_baselines_of_other_settings_are_refused(model, corpus, clips):
    evaluate(model, corpus, save_baselines=True)
    write_model(model, AudioConfig(RATE))
    with pytest.raises(ModelFolderError, match="other settings; fit them again"):
        evaluate(model, clips)


def test_a_corpus_of_another_rate_is_refused_with_the_way_out(tmp_path, corpus):
    other = write_model(tmp_path / "other", AudioConfig(8000))
    with pytest.raises(UsageError, match=r"prepared at 4000 Hz, .* 8000 Hz; prepare it .* --sample-rate 8000"):
        evaluate(other, corpus)


@pytest.mark.parametrize("setting", [{"split": "test"}, {"save_baselines": True}])
def test_a_clip_has_no_splits_to_choose_from(model, clips, setting):
    with pytest.raises(UsageError, match=f"is not a prepared corpus, which {next(iter(setting))} needs"):
        evaluate(model, clips, **setting)


@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan")])
def test_a_limit_that_is_none_is_refused(model, clips, limit):
    with pytest.raises(UsageError, match=r"limit_seconds is .*, and must be more than 0"):
        evaluate(model, clips, limit_seconds=limit)


def test_an_unknown_split_is_refused(model, corpus):
    with pytest.raises(UsageError, match="did you mean 'test'"):
        evaluate(model, corpus, split="tset")


def test_a_model_whose_weights_overflow_is_named_as_broken(model, clips):
    weights = module.folder.read(model)
    huge = {name: np.full_like(tensor, 1e38) for name, tensor in weights.tensors.items()}
    module.folder.write(model, weights.audio, MODEL, huge)
    with np.errstate(all="ignore"), pytest.raises(ModelFolderError, match=r"likelihood of 0\.wav is not finite"):
        evaluate(model, clips / "0.wav")


def test_what_is_left_out_is_in_the_result(model, clips):
    (clips / "3.wav").write_bytes(b"")
    found = evaluate(model, clips)
    assert len(found.scores) == 4
    assert len(found.data.skipped) == 1


def test_a_file_that_breaks_while_it_is_scored_is_one_line(model, clips, monkeypatch):
    chosen, _ = recordings.from_files(clips, RATE)
    (clips / "0.wav").write_bytes(b"")
    with pytest.raises(AudioError, match=r"0\.wav: is empty"):
        module.score(Generator.open(model), None, chosen)


def test_what_are_no_baselines_is_not_replaced_by_them_and_baselines_of_another_model_are(model, corpus):
    path = model / "baselines.safetensors"
    path.write_text("mine")
    with pytest.raises(UsageError, match=r"baselines\.safetensors already exists and contains no baselines; move it"):
        evaluate(model, corpus, save_baselines=True)
    assert path.read_text() == "mine"
    path.write_bytes(save({"bigram.counts": np.zeros((2, 2), np.uint32)}, {"format": "wavenet-baselines"}))
    evaluate(model, corpus, save_baselines=True)
    assert set(load(path.read_bytes())) == {"bigram.counts", "ar.coefficients", "ar.noise"}
