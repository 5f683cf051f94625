#!/usr/bin/env python3
"""Where each part of Pylightnix went: a case for each row of that table, under the row's name."""

import hashlib
import json
import os
import subprocess
import unittest

from seed import PLXC, ZEROS, Case, equal, error, read_json

ROWS = {}

PIPELINE = """
data = stage(name = "data", n = 3, csv = promise / "a/b.csv", raw = claim / "r", realize = sh("mkdir $out/a; echo 1 > $csv"))
use = stage(name = "use", d = data, f = data.csv, w = data / "a", realize = sh("cat $f > $out/o"))
"""


def row(name):
    def add(function):
        assert name not in ROWS
        ROWS[name] = function
        return function
    return add


@row("Path Hash HashPart DRef RRef Name trimhash mkdref undref rref2dref mkrref unrref mkname assert_valid_* "
     "PYLIGHTNIX_NAMEPAT")
def _(case):
    case.write(PIPELINE)
    dref, (rref,) = case.dref("data"), case.realize("data").lines
    equal((len(dref), dref[37:]), (42, "-data"))
    equal((rref[:5], len(rref[5:37]), rref[37:]), ("rref:", 32, "-" + dref[5:]))
    case.write('{"name": "a", "x": "dref:' + "G" * 32 + '-a"}', "c.json")  # no ref: just a string
    equal(case.run("store", "deps", *case.run("store", "instantiate", "c.json").lines).lines, [])
    for wrong, code, status in ((f"dref:{ZEROS}-a.b", "E0701", 2), (f"rref:{ZEROS}-a", "E0701", 2),
                                (f"dref:{ZEROS}-none", "E0702", 4), ("./here", "E0718", 2)):
        error(case.run("store", "path", wrong, status=status), code)
    case.write('x = stage(name = "a b", realize = sh("true"))')
    error(case.run("instantiate", "p.plx", status=3), "E0602")


@row("path2rref rref2path store_dref2path store_cfgpath")
def _(case):
    case.write(PIPELINE)
    (rref,) = case.realize("data", "--out-link=link").lines
    dref = case.dref("data")
    equal(case.run("store", "path", dref).lines, [str(case.store / dref[5:])])
    equal(case.run("store", "path", rref).lines, [str(case.store / dref[5:] / rref[5:37])])
    for ref in ("link", os.path.realpath(case.folder / "link"), rref):
        equal(json.loads(case.run("show", ref, "--json").out)["ref"], rref)


@row("RefPath mkrefpath")
def _(case):
    case.write(PIPELINE)
    dref, (link,) = case.dref("data"), case.realize("use", "--out-link=link").lines
    config = json.loads(case.run("show", "--config", link).out)
    equal((config["d"], config["f"], config["w"]), (dref, [dref, "a", "b.csv"], [dref, "a"]))
    equal(case.run("lens", "link.f", "--refpath").lines, [dref + "/a/b.csv"])


@row("PYLIGHTNIX_PROMISE_TAG CLAIM_TAG PromisePath promise claim config_promises config_substitutePromises "
     "assert_promise_fulfilled")
def _(case):
    case.write(PIPELINE)
    dref = case.dref("data")
    raw = json.loads(case.run("show", "--config", "--raw", dref).out)
    equal((raw["csv"], raw["raw"]), (["__promise__", "a", "b.csv"], ["__claim__", "r"]))
    resolved = json.loads(case.run("show", "--config", dref).out)
    equal((resolved["csv"], resolved["raw"]), ([dref, "a", "b.csv"], [dref, "r"]))
    case.realize("data")  # nobody looks after a claim
    case.write('two = stage(name = "two", outputs = 2, x = promise / "x", match = match_n(2), realize = sh("touch $out1/x"))')
    result = case.realize("two", status=1)
    error(result, "E0716")  # every output has to keep it
    assert "`x` of `two`" in result.err, result.err
    equal(case.count("two"), 0)
    case.write('link = stage(name = "link", x = promise / "x", realize = sh("ln -s nowhere $x"))')
    assert "`x` is a link to something that is not there" in case.realize("link", status=1).err
    case.write('lax = stage(name = "lax", x = promise / "x", check_promises = false, realize = sh("true"))')
    case.realize("lax")


@row("Config RConfig mkconfig config_dict config_serialize config_hash config_name config_deps assert_valid_config "
     "warn_rref_deps")
def _(case):
    case.write('a = stage(z = 1e16, a = [], e = "é\\u{1F600}", hash_realizer = false, realize = sh("true"))')
    text = json.dumps({"a": [], "e": "é\U0001F600", "z": 1e16}, indent=4, sort_keys=True)
    dref = case.dref("a")
    equal(dref, "dref:" + hashlib.sha256(text.encode()).hexdigest()[:32] + "-unnamed")
    equal(case.run("show", "--config", "--raw", dref).out, text)
    case.write(PIPELINE)
    equal(case.run("store", "deps", case.dref("use")).lines, [case.dref("data")])
    case.write(f'r = stage(name = "r", x = "rref:{ZEROS}-{ZEROS}-a", realize = sh("true"))')
    error(case.run("instantiate", "p.plx"), "W0601")


@row("ConfigAttrs config_cattrs store_cattrs build_cattrs")
def _(case):
    case.write("""a = stage(name = "a", i = 3, f = 0.5, yes = true, no = false, none = null, xs = [1, "b"], r = { x = 1 },
      realize = sh('''
        echo "$i|$f|$yes|$no|$none|$xs|${r-unset}" > $out/env
        cat $PLX_CONFIG > $out/config
      '''))""")
    path = case.path("a")
    equal((path / "env").read_text(), "3|0.5|1|||1 b|unset\n")
    equal(read_json(path / "config")["r"], {"x": 1})
    equal(case.run("lens", str(path) + ".r.x").lines, ["1"])


@row("Context mkcontext context_add context_eq context_deref context_serialize store_context")
def _(case):
    case.write(PIPELINE + 'top = stage(name = "top", u = use, realize = sh("cat $PLX_CONTEXT > $out/c"))')
    (top,), (use,), (data,) = (case.realize(name).lines for name in ("top", "use", "data"))
    direct = {case.dref("use"): [use]}
    whole = {case.dref("data"): [data], **direct}
    equal(json.loads(case.run("store", "context", top, "--json").out), whole)
    equal(json.loads(case.run("store", "context", top, "--direct", "--json").out), direct)
    path = case.path("top")
    equal(read_json(path / "context.json"), direct)
    equal(read_json(path / "c"), whole)
    # A realization in an equal context is used, one in another is not.
    case.realize("top", "--assert-realized")
    case.write((case.folder / "p.plx").read_text().replace("echo 1", "date +%N"))
    (new,) = case.realize("data").lines
    equal(json.loads(case.run("store", "context", *case.realize("top").lines, "--json").out)[case.dref("data")], [new])


@row("Derivation Closure Manager assert_valid_closure assert_have_realizers")
def _(case):
    case.write(PIPELINE)
    plan = json.loads(case.run("instantiate", "p.plx#use", "--plan", "-").out)
    equal([d["dref"] for d in plan["derivations"]], [case.dref("data"), case.dref("use")])
    equal(plan["targets"], [case.dref("use")])
    plan["derivations"].pop(0)
    case.write(json.dumps(plan), "broken.json")
    error(case.run("realize", "--plan", "broken.json", status=3), "E0815")
    # A derivation that is known by its dref only has no realizer.
    case.write(f'x = stage(name = "x", d = "{case.dref("data")}", realize = sh("true"))')
    error(case.realize("x", status=1), "E0805")


@row("PYLIGHTNIX_ROOT STORE TMP STORE_VERSION store_initialize assert_store_initialized")
def _(case):
    equal(case.run("store", "init").lines, [str(case.store)])
    case.run("store", "init", "--must-not-exist", status=4)
    error(case.run("store", "ls", "--store", "nowhere", status=4), "E0704")


@row("store_config(_) store_deps store_deepdeps store_deepdepRrefs store_drefs store_rrefs(_) store_deref(_) store_buildtime")
def _(case):
    case.write(PIPELINE)
    (use,) = case.realize("use").lines
    equal(sorted(case.run("store", "ls").lines), sorted([case.dref("data"), case.dref("use")]))
    equal(case.run("store", "ls", case.dref("use")).lines, [use])
    equal(case.run("store", "deps", use).lines, case.realize("data").lines)
    case.write(PIPELINE + 'top = stage(name = "top", u = use, realize = sh("true"))')
    (top,), (data,) = case.realize("top").lines, case.realize("data").lines
    equal(case.run("store", "deps", top).lines, [use])
    equal(sorted(case.run("store", "deps", "--recursive", top).lines), sorted([use, data]))
    equal(sorted(case.run("store", "deps", "--recursive", case.dref("top")).lines), sorted([case.dref("use"), case.dref("data")]))
    time = (case.path("use") / "__buildtime__.txt").read_text().strip()
    assert json.loads(case.run("show", use, "--json").out)["buildtime"].startswith("20" + time[:2]), time


@row("store_instantiate store_realize")
def _(case):
    case.write('{"name": "plain", "x": ["__promise__", "f"]}', "c.json")
    (dref,) = case.run("store", "instantiate", "c.json").lines
    equal(case.run("store", "instantiate", "c.json").lines, [dref])
    case.write("text", "good/f")
    case.write("text", "bad/g")
    (rref,) = case.run("store", "commit", dref, "good").lines
    equal(case.run("store", "commit", dref, "good").lines, [rref])  # equal artifacts, equal context
    equal(case.run("store", "cat", rref + "/f").out, "text")
    error(case.run("store", "commit", dref, "bad", status=1), "E0716")


@row("store_gc rmref")
def _(case):
    case.write(PIPELINE)
    case.realize("use", "--out-link=link")
    data = case.realize("data").lines[0]
    case.run("store", "gc")
    equal(len(case.run("store", "ls").lines), 2)
    assert case.run("store", "rm", data, status=4).err
    (case.folder / "link").unlink()
    case.run("store", "gc", "--dry-run")
    equal(len(case.run("store", "ls").lines), 2)
    case.run("store", "gc")
    equal(case.run("store", "ls").lines, [])


@row("mkdrv(config, matcher, realizer, check_promises)")
def _(case):
    case.write("""
      a = mkdrv({ name = "a", x = 1 }, match_only(), sh("touch $out/x"), check_promises = true, hash_realizer = false)
      b = stage(name = "a", x = 1, hash_realizer = false, match = match_latest(), realize = sh("touch $out/y"))
      same = a == b
    """)
    equal(case.dref("a"), case.dref("b"))
    equal(case.run("eval", "p.plx#same").lines, ["true"])


@row("Overwriting either the matcher or the realizer of dref")
def _(case):
    case.write("""
      base = stage(name = "base", hash_realizer = false, match = match_latest(), realize = sh("date +%N > $out/x; echo r >> ~{log}"))
      log = "LOG"
      best = redefine(base, matcher = match_best("x"))
      other = redefine(base, realizer = sh("echo 2 > $out/x"))
      a = stage(name = "a", d = base, realize = sh("cp $d/x $out"), match = match_latest())
      b = stage(name = "b", d = best, realize = sh("cp $d/x $out"), match = match_latest())
      matchers = stage(name = "both", a = a, b = b, realize = sh("true"))
      realizers = stage(name = "both", a = base, b = other, realize = sh("true"))
      scored(n) = stage(name = "scored", n = n, match = match([key(fn (r) => int(trim(read_text(r / n))))]), realize = sh("echo 1 > $out/n"))
      once = stage(name = "once", a = scored("n"), b = [scored("n")], realize = sh("true"))
    """.replace("LOG", f"{case.folder}/runs"))
    for name in ("matchers", "realizers"):
        result = case.realize(name, status=3)
        error(result, "E0814")
        assert "here with one" in result.err and "here with another" in result.err, result.err
    # Two targets may differ; what they share is realized once, also if it is forced.
    for runs in (1, 2):
        case.realize("a", "b", "--rebuild=base")
        equal((case.folder / "runs").read_text(), "r\n" * runs)
    # A stage that is written once has one matcher, however often it is evaluated.
    case.realize("once")


@row("instantiate(_) instantiate_inplace InstantiateArg")
def _(case):
    case.write('param n: Int = 1\na = stage(name = "a", n = n, realize = sh("exit 1"))')
    (one,), (two,) = (case.run("instantiate", "p.plx#a", *args).lines for args in ((), ("--set=n=2",)))
    assert one != two
    equal(case.run("instantiate", "p.plx#a", "--set=n=2").lines, [two])
    equal(case.count("a"), 0)


@row("realize realizeMany realize_inplace force_rebuild assert_realized realize_args RealizeArg")
def _(case):
    case.write("""
      a = stage(name = "a", match = match_some(1), realize = sh("cat $PLX_ARGS > $out/args"))
      b = stage(name = "b", a = a, match = match_latest(), realize = sh("echo $(ls -d $a | wc -l) > $out/n"))
    """)
    error(case.realize("a", "--assert-realized", status=5), "E0809")
    case.realize("a")
    case.realize("a", "--assert-realized")
    error(case.realize("a", "--rebuild", "--assert-realized", status=5), "E0809")
    case.realize("b", "--rebuild=a", "--arg=a.x=[1]", "--arg=a.y=word")
    args = [read_json(path / "args") for path in case.paths("a")]
    equal(sorted(map(str, args)), ["{'x': [1], 'y': 'word'}", "{}"])
    equal((case.path("b") / "n").read_text(), "2\n")
    error(case.realize("a", "--one", status=5), "E1014")


@row("realizeSeq RealizeSeqGen repl_realize repl_build repl_buildargs repl_continue(Many) repl_continueBuild repl_rref(s) "
     "repl_cancel(Build) ReplHelper ERR_*")
def _(case):
    case.write(PIPELINE)
    case.realize("use", "--interrupt=data")
    equal([line.split()[0] for line in case.run("sessions").lines], ["data"])
    case.run("continue", "--default")
    equal(case.run("sessions").lines, [])
    equal((case.path("use", "--assert-realized") / "o").read_text(), "1\n")
    case.realize("use", "--interrupt=use")
    case.run("cancel")
    equal(case.run("sessions").lines, [])


@row("recursion_manager")
def _(case):
    case.write(f"""
      inner = stage(name = "inner", realize = sh("true"))
      outer = stage(name = "outer", realize = sh("PLX_ROOT={case.folder}/root {PLXC} realize {case.folder}/p.plx#inner"))
    """)
    result = case.run("realize", "p.plx#outer", "--log=stream", status=1)
    assert "error[E0821]" in result.err, result.err
    case.write('x = import("./p.plx")')
    error(case.run("check", "p.plx", status=3), "E0303")


@row("mksymlink")
def _(case):
    case.write(PIPELINE)
    case.realize("data", "--out-link=result")
    equal(os.path.realpath(case.folder / "result"), str(case.path("data")))
    case.realize("data", "--out-link=late", "--timestamp")
    time = (case.path("data") / "__buildtime__.txt").read_text().strip()
    equal(os.path.realpath(case.folder / f"{time}_late"), str(case.path("data")))


@row("Matcher Key match latest exact best texthash match_n match_latest match_best match_all match_some match_only")
def _(case):
    # Each matcher by itself is in matchers_test.py; here what dependents see of none and of several.
    case.write("""
      none = stage(name = "none", match = match_all(), realize = sh("touch $out/x"))
      three = stage(name = "three", outputs = 3, match = match_n(3), realize = sh("for o in $outs; do echo $o > $o/x; done"))
      use = stage(name = "use", n = none, t = three / "x", realize = sh("echo [$n] $(ls $t | wc -l) > $out/o; cp $PLX_CONFIG $out/c"))
      text = stage(name = "text", t = three, realize = sh("cat ~{three}/x"))
      texts = stage(name = "texts", t = three, realize = sh("for f in ~{paths(three / "x")}; do test -f $f; done"))
    """)
    path = case.path("use")
    equal((path / "o").read_text(), "[] 3\n")
    config = read_json(path / "c")
    equal((config["n"], [os.path.dirname(p) for p in config["t"]]), ([], case.realize("three", "--print=path").lines))
    equal(case.count("none"), 0)
    error(case.realize("text", status=1), "E0812")
    case.realize("texts")


@row("Realizer Build B BuildArgs mkbuild(args) build_wrapper(_) build_config build_context build_name build_deref(_) "
     "build_path(s)")
def _(case):
    case.write(PIPELINE + """
      py = stage(name = "py", d = data, f = data.csv, realize = python('''
        import json, plx
        b = plx.build()
        (b.outpath / "o").write_text(json.dumps([b.config["name"], str(b.path(b.config["f"])), b.args]))
      '''))
    """)
    name, path, args = read_json(case.path("py") / "o")
    equal((name, path, args), ("py", str(case.path("data") / "a/b.csv"), {}))


@row("build_setoutpaths build_outpaths build_outpath")
def _(case):
    case.write('a = stage(name = "a", outputs = 2, match = match_n(2), realize = sh("test $out = $out1; echo 1 > $out1/n; echo 2 > $out2/n"))')
    equal(sorted((path / "n").read_text() for path in case.paths("a")), ["1\n", "2\n"])
    case.write('a = stage(name = "a", outputs = 2, match = match_n(2), realize = sh("true"))')
    error(case.realize("a", status=1), "E0806")  # equal outputs are one realization


@row("mknode mkfile checkpaths redefine realized")
def _(case):
    case.write("""
      node = mknode(artifacts = { "a.txt" = "A", "sub/b" = "B" })
      file = mkfile("greeting", "hello", filename = "g.txt")
      three = stage(name = "three", outputs = 3, match = match_n(3), realize = sh("for o in $outs; do echo $o > $o/x; ln -s gone $o/z; done; touch $out2/y"))
      good = checkpaths({ x = three / "x", all = [node / "sub", file] })
      bad = checkpaths({ y = three / "y" })
      dangling = checkpaths({ z = three / "z" })
      none = checkpaths({ x = stage(name = "none", match = match([], rmin = null), realize = sh("true")) / "x" })
      other = redefine(file, config = fn (c) => merge(c, { more = 1 }))
      there = realized(file)
      gone = realized(other)
    """)
    equal((case.path("node") / "sub/b").read_text(), "B")
    equal((case.path("file") / "g.txt").read_text(), "hello")
    case.realize("good")
    result = case.realize("bad", status=1)
    equal(result.err.count("error[E0811]"), 2)  # one for each realization without it
    equal(case.realize("dangling", status=1).err.count("error[E0811]"), 3)  # a link to nothing is no path
    error(case.realize("none", status=1), "E0811")  # a path of no realization is none
    case.realize("there")
    error(case.realize("gone", status=5), "E0810")
    case.realize("other")
    case.realize("gone")


@row("fetchurl fetchlocal")
def _(case):
    path = case.write("words\n", "words.txt")
    good = hashlib.sha256(b"words\n").hexdigest()
    case.write(f"""
      good = fetchlocal(path = "{path}", sha256 = "{good}", mode = "as-is", name = "w", filename = "w.txt", x = promise / "w.txt")
      bad = fetchlocal(path = "{path}", sha1 = "{'0' * 40}")
    """)
    equal((case.path("good") / "w.txt").read_text(), "words\n")
    assert "error[E09" in case.realize("bad", status=1).err


@row("lsref lsdref lsrref catref rmref shell shellref du find diff")
def _(case):
    case.write(PIPELINE)
    (rref,) = case.realize("data").lines
    equal(case.run("store", "ls", rref).lines, ["__buildtime__.txt", "__log__.txt", "__meta__.json", "a/", "context.json"])
    equal(case.run("store", "cat", rref + "/a/b.csv").out, "1\n")
    equal(case.run("store", "find", "--name", "da*").lines, [rref])
    assert case.dref("data") in case.run("store", "du").out
    case.run("diff", rref, rref)
    case.run("store", "rm", rref)
    equal(case.count("data"), 0)


@row("Lens mklens get val refpath syspath dref rref resolve as_dict")
def _(case):
    case.write(PIPELINE)
    (rref,) = case.realize("use", "--out-link=link").lines
    equal(case.run("lens", "link.d.n").lines, ["3"])
    equal(case.run("lens", "link.d", "--dref").lines, [case.dref("data")])
    equal(case.run("lens", "link.d", "--rref").lines, case.realize("data").lines)
    equal(case.run("lens", "link.f", "--path").lines, [str(case.path("data") / "a/b.csv")])
    equal(json.loads(case.run("lens", "link.d", "--config").out)["n"], 3)
    equal(case.run("eval", "p.plx#use.d.n").lines, ["3"])


@row("repl_realize repl_build repl_buildargs repl_continueMany repl_continueBuild repl_rrefs repl_cancelBuild, in the REPL")
def _(case):
    case.write(PIPELINE + """own = stage(name = "own", size = 1, csv = promise / "c", realize = sh("echo $name $size > $csv; ls .. > $out/l"))""")

    def repl(*lines, status=0):
        run = subprocess.run([PLXC, "repl", "p.plx"], cwd=case.folder, env=case.env, input="".join(line + "\n" for line in lines),
                             capture_output=True, text=True)
        assert run.returncode == status, f"{run.returncode}\n{run.stdout}{run.stderr}"
        return run.stdout.splitlines()

    # repl_realize up to a stage; repl_buildargs and repl_build: its environment, and outputs to fill by hand
    shell = "mkdir $out/a; echo $name $n > $csv; echo $out"
    session, out, rref = repl(":interrupt use data", f':shell -c "{shell}"', ":continue")
    equal((session, out), ("data", f"{case.folder}/root/tmp/{out.split('/')[-2]}/out"))
    equal(rref, case.realize("use", "--assert-realized").lines[0])  # repl_rref
    equal((case.path("data") / "a/b.csv").read_text(), "data 3\n")
    # repl_continueBuild is the realizer's turn, repl_continueMany several outputs, repl_cancelBuild leaves nothing
    equal(repl(":interrupt own", ":continue --default", ":sessions")[:1], ["own"])
    equal((case.path("own") / "c").read_text(), "own 1\n")
    many = 'many = stage(name = "many", outputs = 2, match = match_all(), realize = sh("false"))'
    lines = repl(many, ":interrupt many", ':shell -c "echo 1 > $out1/x; echo 2 > $out2/x"', ":continue", ":r many")
    equal((len(lines), sorted(lines[1:3])), (5, sorted(lines[3:])))
    equal(repl(many, ":interrupt --rebuild many", ":cancel", ":sessions"), ["many"])
    equal(list((case.folder / "root/tmp").iterdir()), [])
    # A realization that is there already, and none where the promise is not kept
    (first,) = case.realize("own").lines
    equal(repl(":interrupt --rebuild own", f":continue --rref {first}"), ["own", first])
    equal(repl(":interrupt --rebuild own", ":continue", ":cancel", status=1), ["own"])
    equal(repl("[n for n in [1, 2]]", "it", ":r [own, data]")[2:], [first, *case.realize("data").lines])


@row("a source is a stage of its own")
def _(case):
    """Pylightnix has no sources; what is promised of them is that an edit makes a new derivation."""
    case.write('a = stage(name = "a", s = ./src, realize = sh("ls $s > $out/l; cat $s/x >> $out/l"))')
    case.write("one\n", "src/x")
    case.write("*.o\n", "src/.gitignore")
    case.write("object", "src/y.o")
    (case.folder / "src/link").symlink_to("x")
    first = case.dref("a")
    equal((case.path("a") / "l").read_text(), "link\nx\none\n")
    case.write("changed", "src/y.o")
    equal(case.dref("a"), first)
    case.write("two\n", "src/x")
    assert case.dref("a") != first
    # Evaluated, then edited, then copied: what was hashed is gone.
    case.run("instantiate", "p.plx#a", "--plan", "plan.json")
    case.write("three\n", "src/x")
    assert "error[E08" in case.run("realize", "--plan", "plan.json", "--log=quiet", status=1).err


@row("what is only in the store")
def _(case):
    case.write(PIPELINE)
    (rref,) = case.realize("data").lines
    dref = case.dref("data")
    (case.folder / "p.plx").unlink()
    equal(case.run("realize", dref).lines, [rref])
    equal(case.run("realize", dref[:20]).lines, [rref])


# Rows that are tests of their own, below tests/.
ELSEWHERE = {
    "HELLO demo": "examples/hello_test.py",
    "MNIST demo": "examples/digits_test.py",
    "REPL demo": "examples/interrupt_test.py",
    "fetchurl: modes, name, filename, force_download, resuming": "fetch/download_test.py",
    "Matcher Key: each of them": "seed/matchers_test.py",
}


class Rows(unittest.TestCase):
    def test_elsewhere(self):
        tests = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        equal([path for path in ELSEWHERE.values() if not os.path.isfile(os.path.join(tests, path))], [])

    def test_rows(self):
        for name, function in ROWS.items():
            with self.subTest(name), Case() as case:
                function(case)


if __name__ == "__main__":
    unittest.main()
