from experiments.mutation.faults import faults

SOURCE = '''"""Documentation with 1."""
import x
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import y
class A(B, total=False):
    size: Literal[3] = 3
@cached(maxsize=5)
def f(a: int = 3, *, b=True) -> "A[1]":
    if a < 2 and not b:
        raise ValueError("é", f"{a + 1}")
    g(a, key=2.5)
    a += 1
    return -a if b else min(a, 2)
'''


def test_each_operator_number_condition_and_argument_can_be_wrong():
    assert {(fault.line, fault.text) for fault in faults(SOURCE)} == {
        (7, "4"),
        (9, "4"), (9, "False"),
        (10, "(a <= 2)"), (10, "(a < 2 or not b)"), (10, "(not (a < 2 and (not b)))"), (10, "3"), (10, "(b)"),
        (11, "pass"),
        (12, "g(a)"), (12, "pass"), (12, "5.0"),
        (13, "a -= 1"), (13, "2"),
        (14, "return None"), (14, "(a)"), (14, "(-a if not b else min(a, 2))"), (14, "max(a, 2)"), (14, "3"),
    }  # fmt: skip


def test_a_fault_changes_its_own_place_alone_and_still_compiles():
    for fault in faults(SOURCE):
        planted = fault.planted(SOURCE)
        assert fault.compiles(SOURCE)
        changed = [i for i, (a, b) in enumerate(zip(SOURCE.split("\n"), planted.split("\n"), strict=True), 1) if a != b]
        assert changed == [fault.line], fault


LEFT_ALONE = """
parser.add_argument("--a", help="the %s" % 3, metavar="A")
Kind = Literal[1, 2]
axes.plot(x, color="red", linewidth=0.5)
zip(a, b, strict=True)
time.sleep(0.5)
a.astype(int, copy=False)
p + 1e-9
if __name__ == "__main__":
    f(1)
raise NotImplementedError
f(default=None)
"""


def test_what_only_people_read_and_what_changes_no_result_is_left_alone():
    found = {(fault.line, fault.text) for fault in faults(LEFT_ALONE)}
    statements = {(line, "pass") for line in (2, 4, 5, 7, 12)}  # the calls themselves
    assert found == statements | {(8, "(p - 1e-09)")}
