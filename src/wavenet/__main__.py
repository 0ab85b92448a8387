"""``wavenet`` and ``python -m wavenet``: Ctrl-C ends both in one line, also while modules are imported."""

import sys


def main() -> None:
    """Run the command; see ``cli.main``."""
    try:
        from wavenet.cli.main import main as run

        run()
    except KeyboardInterrupt:
        if sys.stderr:
            print("wavenet: interrupted", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
