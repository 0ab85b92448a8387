"""``wavenet pixelcnn train``, ``sample`` and ``evaluate``."""

import json

import numpy as np
import pytest
from matplotlib.image import imread

from wavenet.cli.main import main
from wavenet.pixelcnn import sampling

SETTINGS = ("--updates", "6", "--batch-size", "4", "--validate-every", "3", "--model.height", "6", "--model.width", "6",
            "--model.levels", "2", "--model.layers", "1", "--model.channels", "6", "--model.head-channels", "6",
            "--model.first-kernel-size", "3")  # fmt: skip


@pytest.fixture(autouse=True)
def images(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    arrays = {}
    for split, count in (("train", 20), ("validation", 5), ("test", 8)):
        arrays |= {split: random.integers(0, 2, (count, 6, 6), np.uint8), f"{split}_labels": np.arange(count) % 3}
    np.savez("images.npz", **arrays)


@pytest.fixture
def model():
    main(["pixelcnn", "train", "--data", "images.npz", "--out", "run", *SETTINGS, "--model.classes", "3"])
    return "run/model"


def failing(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return ended.value.code, capsys.readouterr().err


def test_train_sample_and_evaluate(model, capsys):
    main(["pixelcnn", "sample", "--model", model, "-o", "drawn.png", "--count", "5", "--columns", "3"])
    assert imread("drawn.png").shape[:2] == (3 * 13, 3 * 20)
    first = imread("drawn.png")
    main(["pixelcnn-sample", "--model", model, "-o", "drawn.png", "--count", "5", "--columns", "3", "--seed", "1"])
    assert not np.array_equal(imread("drawn.png"), first)
    capsys.readouterr()
    main(["pixelcnn", "evaluate", "--model", model, "images.npz", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["images"] == 8
    assert told["uniform"]["bits_per_dimension"] == pytest.approx(1)
    assert told["model"]["interval_95"][0] < told["model"]["nats"] < told["model"]["interval_95"][1]
    main(["pixelcnn", "evaluate", "--model", model, "images.npz", "--json", "--count", "3"])
    assert json.loads(capsys.readouterr().out)["images"] == 3
    main(["pixelcnn", "evaluate", "--model", model, "images.npz"])
    assert f"{told['model']['nats']:.2f}" in capsys.readouterr().out


def test_the_next_command_is_told(capsys):
    main(["pixelcnn-train", "--data", "images.npz", "--out", "deep/run", *SETTINGS])
    told = "deep/run/model: a PixelCNN; wavenet pixelcnn-sample --model deep/run/model -o samples.png\n"
    assert capsys.readouterr().out == told


def test_a_completed_image_begins_as_the_given_one(model):
    main(
        [
            "pixelcnn-sample",
            "--model",
            model,
            "-o",
            "drawn.png",
            "--count",
            "2",
            "--complete",
            "images.npz",
            "--rows",
            "4",
        ]
    )
    picture = imread("drawn.png")[::3, ::3, 0]
    with np.load("images.npz") as file:
        np.testing.assert_array_equal(picture[:4, :6], file["test"][0, :4])
        np.testing.assert_array_equal(picture[:4, 7:13], file["test"][1, :4])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--label 3 -o a.png", "label is 3, and must be an integer from 0 to 2"),
        ("--count 0 -o a.png", "count is 0"),
        ("--columns 0 -o a.png", "columns is 0"),
        ("--rows 7 --complete images.npz --count 2 -o a.png", "rows is 7"),
        ("--complete images.npz -o a.png", "images.npz: has 8 test images; lower --count to that"),
        ("--complete missing.npz -o a.png", "missing.npz: cannot be read: No such file or directory"),
        ("-o a.jpg", "cannot draw a.jpg: unknown suffix '.jpg'; name a file .png"),
        ("-o images.npz", "unknown suffix"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_one_line(model, capsys, arguments, message):
    code, told = failing(capsys, "pixelcnn", "sample", "--model", model, *arguments.split())
    assert code == 2
    assert message in told
    assert told.count("\n") == 1


def test_a_picture_that_cannot_be_written_is_told_before_the_work(model, capsys, monkeypatch):
    def sample(*given):
        raise AssertionError("drawn")

    monkeypatch.setattr(sampling, "sample", sample)
    assert failing(capsys, "pixelcnn", "sample", "--model", model, "-o", "a.jpg")[0] == 2
    assert failing(capsys, "pixelcnn", "sample", "--model", model, "-o", "no/a.png")[0] == 1


def test_a_model_of_audio_is_not_taken(capsys):
    code, told = failing(capsys, "pixelcnn", "evaluate", "--model", "nowhere", "images.npz")
    assert (code, "nowhere" in told) == (2, True)


def test_an_unknown_word_after_pixelcnn_suggests_the_command(capsys):
    code, told = failing(capsys, "pixelcnn", "trian")
    assert code == 2
    assert "pixelcnn-train" in told
