"""``wavenet`` and ``python -m wavenet``: Ctrl-C ends both in one line, also while modules are imported."""

import gc
import sys

COLLECTED_AFTER = 10_000
"""new objects between two searches for cycles; with Python's 700 they take a tenth of the time of a short command"""


def main() -> None:
    """Run the command; see ``cli.main``."""
    gc.set_threshold(COLLECTED_AFTER)
    try:
        from wavenet.cli.main import main as run

        run()
    except KeyboardInterrupt:
        if sys.stderr:
            print("wavenet: interrupted", file=sys.stderr)
        sys.exit(130)
    finally:
        gc.freeze()  # nothing is searched when the process ends


if __name__ == "__main__":
    main()
