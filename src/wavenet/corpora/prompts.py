"""Telephone prompts as Debian packages them: unpacked ``asterisk-core-sounds-*-g722`` and, for the texts,
``asterisk-core-sounds-*``.

Each voice has a folder with recordings, ``sounds/en_US_f_Allison/digits/1.g722``. The texts are in
``core-sounds-en.txt.gz``, with lines such as ``digits/1: one``.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from wavenet.corpora.row import Row, printable, walk
from wavenet.corpora.text import lines

HELD_OUT_VOICE = "en_US_f_Allison"
HELD_OUT = (
    "agent-user", "conf-getchannel", "conf-getconfno", "conf-roll-callcomplete",
    "confbridge-begin-glorious-c", "confbridge-dec-list-vol-out", "confbridge-only-one",
    "confbridge-pin", "confbridge-remove-last-out", "confbridge-rest-list-vol-in", "dictate/both_help",
    "dir-first", "dir-nomore", "feature-not-avail-line", "privacy-incorrect", "privacy-unident",
    "ss-noservice", "tt-somethingwrong", "vm-msgforwarded", "vm-nobodyavail", "vm-nobox", "vm-rec-busy",
    "vm-rec-unv", "vm-sorry",
)  # fmt: skip
"""English prompts that form the whole test split: no model is trained or tuned on them"""

_VOICE = re.compile(r"([a-z]{2})_[A-Z]{2}_[fm]_(\w+)")
_NO_SPEECH = {
    "beep", "beeperr", "ascending-2tone", "descending-2tone", "confbridge-join", "confbridge-leave", "tt-monkeys",
}  # fmt: skip


def matches(source: Path) -> bool:
    """Whether a folder has this layout: an unpacked package, or its folder of sounds."""
    return bool(_voices(source))


def rows(source: Path) -> Iterator[Row]:
    """One row per prompt, voice by voice; tones and silence, whose texts are in brackets, are skipped.

    The id is ``en_US_f_Allison/digits/1``. The speaker is the name in it, so that one person is one speaker in two
    languages. The text is empty if there is none.
    """
    for voice in _voices(source):
        language, speaker = _VOICE.fullmatch(voice.name).groups()  # type: ignore[union-attr]
        texts = _texts(source, voice, language)
        for path in walk(voice, {".g722"}):
            name = printable(path.relative_to(voice).with_suffix(""))
            text = texts.get(name, "")
            held_out = voice.name == HELD_OUT_VOICE and name in HELD_OUT
            split = "test" if held_out else None
            yield Row(f"{voice.name}/{name}", path, speaker.lower(), text, split, _skip(name, text))


def _voices(source: Path) -> list[Path]:
    folders = (source / "usr/share/asterisk/sounds", source / "sounds", source)
    return sorted(
        voice
        for folder in folders
        if folder.is_dir()
        for voice in folder.iterdir()
        if voice.is_dir() and _VOICE.fullmatch(voice.name) and any(voice.glob("*.g722"))
    )


def _texts(source: Path, voice: Path, language: str) -> dict[str, str]:
    name = f"core-sounds-{language}.txt"
    for folder in (voice / "../../../doc" / f"asterisk-core-sounds-{language}", source, voice.parent):
        for path in (folder / f"{name}.gz", folder / name):
            if path.is_file():
                pairs = (line.partition(":") for _, line in lines(path) if not line.startswith(";"))
                return {key.strip(): text.strip() for key, _, text in pairs}
    return {}


def _skip(name: str, text: str) -> str:
    if name.startswith("silence/"):
        return "no speech: silence"
    if re.fullmatch(r"\[[^]]*\]", text) or name in _NO_SPEECH:
        return f"no speech: {text.strip('[] ') or name}"
    return ""
