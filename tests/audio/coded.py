"""Recordings as FFmpeg writes them."""

import io

import av
import numpy as np

from wavenet.audio import files


def ffmpeg_bytes(
    waveform: np.ndarray,
    rate: int,
    container: str,
    codec: str,
    *,
    form: str = "",
    layout: str = "mono",
    bit_rate: int = 0,
    coder: dict[str, str] | None = None,
    **options: str,
) -> bytes:
    """A waveform (T,) or (channels, T) in a container.

    ``form`` is that of the samples as the coder takes them, ``coder`` are its options, ``options`` the container's.
    """
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container, options=options) as out:
        stream = out.add_stream(codec, rate=rate)
        stream.layout = layout
        stream.codec_context.format = form or ("s16" if codec == "g722" else "fltp")
        stream.codec_context.options = coder or {}
        if bit_rate:
            stream.bit_rate = bit_rate
        fifo = av.AudioFifo()
        fifo.write(_frame(np.atleast_2d(waveform), rate, stream.codec_context.format, layout))
        while (frame := fifo.read(stream.codec_context.frame_size or 1024, True)) is not None:
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return buffer.getvalue()


def _frame(waveforms: np.ndarray, rate: int, form: av.AudioFormat, layout: str) -> av.AudioFrame:
    if form.name.startswith("s"):
        scaled = files.to_int16(waveforms)
        waveforms = scaled if form.name.startswith("s16") else scaled.astype(np.int32) << 16
    if not form.is_planar:
        waveforms = np.ascontiguousarray(waveforms.T.reshape(1, -1))
    frame = av.AudioFrame.from_ndarray(waveforms, format=form.name, layout=layout)
    frame.rate = rate
    return frame
