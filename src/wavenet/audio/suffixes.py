"""Suffixes, in lower case, of files that may hold audio; a module of its own because it imports no libraries."""

# fmt: off
SOUNDFILE = frozenset({
    ".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc", ".au", ".snd",
    ".caf", ".w64", ".rf64", ".voc", ".nist", ".sph",
})
"""read by libsndfile"""
FFMPEG = frozenset({
    ".g722", ".m4a", ".m4b", ".mp4", ".mov", ".aac", ".ac3", ".amr", ".ape", ".mka", ".mkv", ".mp2", ".3gp",
    ".tta", ".webm", ".weba", ".wma", ".wv",
})
"""read by FFmpeg"""
# fmt: on
SUFFIXES = SOUNDFILE | FFMPEG
