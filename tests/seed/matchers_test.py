#!/usr/bin/env python3
"""Matchers and keys: what each chooses of the same realizations, as Pylightnix would.

The stage has six realizations, one a run. Each has a number, `n`, and a file `score` of which these are the first lines; run 4 has
no such file. What a matcher chooses is the list of their numbers."""

from seed import Case, equal, error

SCORES = ["3", "-inf", "1e1", "no number", None, "2"]

PIPELINE = """
param turn: Int = 0
scored = stage(
  name = "scored", hash_realizer = false, match = MATCHER,
  realize = sh('''
    echo ~{turn} > $out/n
    test "~{turn}" = 4 || { echo "~{scores[turn]}"; seq 2000; } > $out/score
  '''),
)
scores = ["3", "-inf", "1e1", "no number", "", "2"]
number(r) = int(trim(read_text(r / "n")))
"""

# matcher → chosen, or the code of an error: E0806 if the stage was run and is still not enough, E0807 if there are too many
CASES = [
    # the greatest score first; what has none comes last, and stays: 1, 3 and 4 are equal, and go by hash
    ('match_best("score")', [2]),
    ('match_best("score", 3)', [2, 0, 5]),
    ('match([worst("score")], rmax = 2)', [1, 5]),
    ('match([best("score"), key(number)], rmin = 6, rmax = 6)', [2, 0, 5, 4, 3, 1]),
    ('match([best("missing"), key(number)])', [5]),
    # by time
    ('match_latest()', [5]),
    ('match_latest(3)', [5, 4, 3]),
    # none leaves out
    ('match([key(fn (r) => if number(r) > 3 then null else number(r))])', [3]),
    ('match([key(fn (r) => if number(r) > 3 then null else number(r))], rmin = 5, rmax = 5)', "E0806"),
    ('match([key(fn (r) => null)], rmin = null, rmax = 1)', []),
    ('match([exact([])])', "E0806"),
    # numbers come before texts, and one key after the other decides
    ('match([key(fn (r) => if number(r) == 2 then "text" else 0), key(number)], rmax = 2)', [2, 5]),
    ('match([key(fn (r) => mod(number(r), 2)), key(fn (r) => -number(r))], rmax = 6)', [1, 3, 5, 0, 2, 4]),
    # bounds
    ('match([key(number)], rmin = 0, rmax = 0)', []),
    ('match([key(number)], rmin = null, rmax = null)', [5, 4, 3, 2, 1, 0]),
    ('match([key(number)], rmin = null, rmax = 2)', [5, 4]),
    ('match_n(2, [key(number)])', [5, 4]),
    ('match_n(8)', "E0806"),
    ('match_some(8)', "E0806"),
    # exclusive
    ('match_only()', "E0807"),
    ('match([key(number)], rmax = 6, exclusive = true)', [5, 4, 3, 2, 1, 0]),
    ('match([key(number)], rmax = 5, exclusive = true)', "E0807"),
    ('match([key(fn (r) => if number(r) < 5 then null else 1)], exclusive = true)', [5]),
]

# These choose all; the order is that of the hashes, the greatest first.
BY_HASH = ["match_all()", "match_some(6)", "match([texthash()], rmin = 6, rmax = 6)", "match_n(6)",
           "match([key(fn (r) => 1)], rmin = 6, rmax = 6)"]


def write(case, matcher):
    case.write(PIPELINE.replace("MATCHER", matcher))


def build(case):
    write(case, "match_all()")
    for turn in range(len(SCORES)):
        case.realize("scored", "--rebuild", f"--set=turn={turn}")
    equal(case.count("scored"), len(SCORES))


def check(case, matcher, wanted):
    write(case, matcher)
    if isinstance(wanted, str):
        # The run makes number 0 once more, which is the same realization.
        error(case.realize("scored", status=1), wanted)
        return
    result = case.realize("scored", "--print=path", "--assert-realized")
    equal([int(open(path + "/n").read()) for path in result.lines], wanted)
    # A warning names what was chosen without a score.
    without = [n for n in wanted if n in (3, 4)] if '("score"' in matcher else wanted if "missing" in matcher else []
    equal("W0803" in result.err, bool(without))


def check_by_hash(case, matcher):
    write(case, matcher)
    rrefs = case.realize("scored", "--assert-realized").lines
    equal(rrefs, sorted(rrefs, reverse=True))
    equal(len(rrefs), len(SCORES))


def check_exact(case):
    write(case, "match_all()")
    rrefs = case.realize("scored").lines
    write(case, f'match([exact(["{rrefs[4]}", "{rrefs[1]}"])], rmin = 2, rmax = 2)')
    equal(case.realize("scored").lines, [rrefs[1], rrefs[4]])


def check_equal_times(case):
    """Outputs of one run began at one time."""
    case.write("""
      many = stage(
        name = "many", outputs = 4, match = match_latest(4), realize = sh("for o in $outs; do echo $o > $o/x; done"),
      )
    """)
    rrefs = case.realize("many").lines
    equal(rrefs, sorted(rrefs, reverse=True))
    case.write(case.folder.joinpath("p.plx").read_text().replace("match_latest(4)", "match_latest()"))
    equal(case.realize("many").lines, rrefs[:1])


def check_unchosen(case):
    """A rebuild that the matcher does not choose is worth a warning, and one that it chooses is not."""
    write(case, 'match_best("score")')
    error(case.realize("scored", "--rebuild", "--set=turn=5"), "W0801")
    equal(case.realize("scored", "--rebuild", "--set=turn=2").err, "")


def check_bounds(case):
    for bounds in ("rmin = 2, rmax = 1", "rmin = -1", "rmax = -1", "rmin = 1, rmax = 0"):
        write(case, f"match([], {bounds})")
        error(case.run("eval", "p.plx#scored", status=3), "E0655")


def main():
    with Case() as case:
        build(case)
        for matcher, wanted in CASES:
            try:
                check(case, matcher, wanted)
            except AssertionError as e:
                raise SystemExit(f"{matcher}: {e}")
        for matcher in BY_HASH:
            check_by_hash(case, matcher)
        check_exact(case)
        check_unchosen(case)
        check_bounds(case)
    with Case() as case:
        check_equal_times(case)


main()
