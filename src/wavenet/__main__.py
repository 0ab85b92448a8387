"""``wavenet`` and ``python -m wavenet``: Ctrl-C ends both in one line, also while modules are imported."""

import gc
import sys

COLLECTED_AFTER = 100_000
"""new objects between two searches for cycles: more than the modules of a command have, which are none to be found"""


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
