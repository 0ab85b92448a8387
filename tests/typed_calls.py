"""What type checkers know of the Python interface: ``make lint`` checks this file, and nothing runs it."""

from pathlib import Path
from typing import assert_type

import wavenet
from wavenet.generator import Generator
from wavenet.recognition.recogniser import Recogniser
from wavenet.tts.voice import Voice

assert_type(wavenet.open("english"), Voice)
assert_type(wavenet.open("allison", "int8"), Voice)
assert_type(wavenet.open("english_prompts"), Generator)
assert_type(wavenet.open("many_speakers"), Generator)
assert_type(wavenet.open("vocoder", precision="fp32"), Generator)
assert_type(wavenet.open("music"), Generator)
assert_type(wavenet.open(Path("my_run/model")), Generator | Recogniser | Voice)
assert_type(wavenet.open_voice("my_run/voice"), Voice)
assert_type(wavenet.open_generator("my_run/model", precision="bf16"), Generator)
assert_type(wavenet.open_recogniser("my_run/model"), Recogniser)
assert_type(wavenet.Voice.open("english"), Voice)
assert_type(wavenet.Generator.open("vocoder"), Generator)
wavenet.Sampling(seed=3)
wavenet.Conditioning(speaker="ann")
raise wavenet.WavenetError("the end")
