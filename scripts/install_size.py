"""What takes the space in an installation: run it with the Python of the environment.

Counts the files that pip recorded, including bytecode, but not pip itself or setuptools, which environments come with.
"""

from collections import Counter
from importlib.metadata import Distribution, PackagePath, distributions

OWN = "wavenet-audio"
BROUGHT = ("pip", "setuptools")


def rows() -> Counter[str]:
    """Bytes of each distribution in this environment, and of each part of ours."""
    sizes: Counter[str] = Counter()
    for distribution in distributions():
        name = distribution.metadata["Name"]
        if name not in BROUGHT:
            for path, size in _files(distribution):
                sizes[f"{name}: {_part(path)}" if name == OWN else name] += size
    return sizes


def _files(distribution: Distribution) -> list[tuple[PackagePath, int]]:
    found = [(path, path.locate()) for path in distribution.files or []]
    return [(path, where.stat().st_size) for path, where in found if where.is_file()]


def _part(path: PackagePath) -> str:
    if path.suffix == ".so":
        return "the compiled engine"
    parts = path.parts
    if parts[:2] == ("wavenet", "models"):
        return f"the model {parts[2]}"
    tables = parts[:2] == ("wavenet", "tts") and "data" in parts
    return "the tables of the text front end" if tables else "code and bytecode"


def main() -> None:
    """Print a table, the largest first."""
    sizes = rows()
    print("| what | MB |\n|---|---|")
    for name, size in sizes.most_common():
        print(f"| {name} | {size / 1e6:.1f} |")
    print(f"| total | {sizes.total() / 1e6:.1f} |")


if __name__ == "__main__":
    main()
