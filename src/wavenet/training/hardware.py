"""What the machine can do, and how the process manages its memory."""

import ctypes
import sys
from contextlib import suppress

import torch

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX = -1, -2, -4


def keep_freed_memory() -> None:
    """Make glibc reuse freed memory instead of returning it to the operating system.

    Each update frees and allocates the same large arrays; if they are mapped again, every page faults and is zeroed
    first. When kept, one thread of a prototype trained a third faster (docs/lab-notebook.md). No effect without glibc.
    """
    if sys.platform != "linux":
        return
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_M_MMAP_MAX, 0)
        libc.mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)
        libc.mallopt(_M_TOP_PAD, 256 * 2**20)


def has_fast_bf16(device: torch.device) -> bool:
    """Whether products in bf16 are faster than in fp32; without suitable instructions they can be ten times slower."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    flags: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()  # missing in older versions: then fp32
    return bool(flags.get("avx512_bf16") or flags.get("amx_bf16") or flags.get("bf16"))
