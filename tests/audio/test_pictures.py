import os
import subprocess
import sys

import numpy as np
import pytest

from wavenet.audio import pictures
from wavenet.errors import UsageError


def test_a_full_scale_sine_is_at_zero_decibels_at_its_frequency():
    rate = 16_000
    tone = np.sin(2 * np.pi * 1000 * np.arange(rate) / rate)
    levels, (_, seconds, _, kilohertz) = pictures.spectrogram(tone, rate)
    middle = levels[:, levels.shape[1] // 2]
    assert seconds == 1
    assert kilohertz == 8
    assert middle.max() == pytest.approx(0, abs=0.1)
    assert np.argmax(middle) / (len(middle) - 1) * kilohertz == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("samples", [1, 100, 20_000])
def test_waveforms_of_any_length_are_drawn(samples, tmp_path):
    waveform = np.random.default_rng(0).uniform(-1, 1, samples)
    pictures.write(pictures.waveform_and_spectrogram(waveform, 8000, "noise"), tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_curves_are_drawn_with_and_without_points(tmp_path):
    rows = [
        {"update": 1, "hours": 0.1, "train_bits": 4.0},
        {"update": 1, "hours": 0.1, "validation_bits": 4.2},
        {"update": 2, "hours": 0.2, "train_bits": 3.0},
    ]
    for name, some in (("none", []), ("all", rows)):
        pictures.write(pictures.training_curve(some), tmp_path / f"{name}.png")
        assert (tmp_path / f"{name}.png").stat().st_size > 1000


def test_a_curve_has_a_title_updates_and_baselines(tmp_path):
    rows = [{"update": 100 * n, "hours": 0.1 * n, "train_bits": 8 - 0.1 * n} for n in range(1, 31)]
    rows += [{"update": 1000 * n, "hours": float(n), "validation_bits": 6 - 0.2 * n} for n in (1, 2, 3)]
    fig = pictures.training_curve(rows, "my_run", {"uniform": 8.0, "histogram": 6.53})
    assert fig.get_suptitle() == "my_run"
    below, above = fig.axes
    assert [text.get_text() for text in below.get_legend().get_texts()] == [
        "train", "validation", "histogram: 6.53", "uniform: 8.00"]  # fmt: skip
    assert above.get_xlabel() == "updates"
    assert above.get_xlim() == below.get_xlim()
    ticks = {label.get_text(): place for label, place in zip(above.get_xticklabels(), above.get_xticks(), strict=True)}
    assert ticks["1,000"] == pytest.approx(1.0)
    assert ticks["3,000"] == pytest.approx(3.0)
    low, high = below.get_ylim()
    assert low < 5.0 < 6.53 < high  # the least loss, and the baseline nearest to it, are in the picture
    assert below.lines[2].get_ydata()[0] == 6.53


def test_errors_are_drawn_on_a_scale_of_ratios():
    rows = [{"update": 10 * n, "train_esr": 1 / n, "validation_esr": 0.5 / n} for n in (1, 2, 3)]
    (axes,) = pictures.error_curve(rows, "my_amp").axes
    assert axes.get_yscale() == "log"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["train", "validation"]
    assert list(axes.lines[1].get_xdata()) == [10, 20, 30]
    assert not pictures.error_curve([]).axes[0].lines


@pytest.mark.parametrize("voiced", [True, False])
def test_speech_is_drawn_with_its_phones_in_their_places(voiced, tmp_path):
    waveform = np.random.default_rng(0).uniform(-1, 1, 4000)
    phones = [("", 0.1), ("HH", 0.2), ("AY1", 0.5)]
    fig = pictures.speech(waveform, 8000, phones, np.arange(50.0) if voiced else np.empty(0), "hi")
    names = {text.get_text(): text.get_position()[0] for axes in fig.axes for text in axes.texts}
    assert names == pytest.approx({"": 0.05, "HH": 0.15, "AY1": 0.35})
    heights = [line for axes in fig.axes[3:] for line in axes.lines]
    assert len(heights) == voiced
    if voiced:
        assert np.isnan(heights[0].get_ydata()[0])
        assert heights[0].get_xdata()[-1] == pytest.approx(0.495)
    pictures.write(fig, tmp_path / "a.svg")
    assert "<!-- AY1 -->" in (tmp_path / "a.svg").read_text()


def test_the_names_of_short_phones_do_not_touch():
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    phones = [(name, 0.03 * (n + 1)) for n, name in enumerate(["AH0", "N", "DH", "AW1", "K", "TH", "HH", "UW1"] * 4)]
    fig = pictures.speech(np.zeros(8000), 8000, phones, np.empty(0), "hi")
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    boxes = [text.get_window_extent(canvas.get_renderer()) for text in fig.axes[2].texts]
    assert len(boxes) == len(phones)
    assert not any(boxes[i].overlaps(boxes[j]) for i in range(len(boxes)) for j in range(i))


def test_an_unknown_format_is_refused_before_the_work(tmp_path):
    with pytest.raises(UsageError, match=r"unknown suffix '\.pgn'; did you mean '\.png'"):
        pictures.check_writable(tmp_path / "a.pgn")
    pictures.check_writable(tmp_path / "a.png")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("display", ["module://matplotlib_inline.backend_inline", "nosuch"])
def test_a_display_that_is_not_there_is_not_needed(display, tmp_path):
    path = tmp_path / "a.png"
    code = (
        "import os, sys, pathlib; from wavenet.audio import pictures; import numpy as np\n"
        "figure = pictures.waveform_and_spectrogram(np.zeros(800), 8000, 'a')\n"
        "pictures.write(figure, pathlib.Path(sys.argv[1]))\n"
        "print(os.environ['MPLBACKEND'])"
    )
    settings = {**os.environ, "MPLBACKEND": display}
    done = subprocess.run([sys.executable, "-c", code, path], env=settings, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{display}\n"), done.stderr
    assert path.stat().st_size > 5000


def test_letters_that_a_font_lacks_are_drawn_without_a_word(tmp_path):
    pictures.write(pictures.waveform_and_spectrogram(np.zeros(800), 8000, "日本.wav"), tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 5000
