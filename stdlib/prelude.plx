## Stages, realizers and matchers: what pipelines are made of. Every module sees these names without an import, and may use them for
## something of its own. The names that begin with `_` are the evaluator's primitives.

# ---- stages

## A derivation: a step of a pipeline, whose identity is its config and the way it is realized.
##
## `realize` says how it is made, `match` which of its realizations are used. `outputs` is how many realizations one run
## makes, `resources` what it needs (`{ cpus = 4 }`), `timeout` the seconds it may take, `silent_timeout` those it may print
## nothing, `retry` how often it is tried again, `passenv` the environment variables that reach it. With
## `check_promises = false` nobody looks whether promises were kept; with
## `hash_realizer = false` the realizer is no part of the identity. All other arguments are the config; `name` is what
## the store shows.
##
## ```plx
## stage(name = "greet", whom = "world", text = promise / "hello.txt", realize = sh("echo hello $whom > $text")).whom == "world"
## ```
stage(
  realize: Realizer,
  match: Matcher = match_only(), # allow: shadow
  outputs: Int = 1,
  resources: Record? = null,
  timeout: Number? = null,
  silent_timeout: Number? = null,
  retry: Int = 0,
  passenv: [Str] = [],
  check_promises: Bool = true,
  hash_realizer: Bool = true,
  ..config,
) -> Stage = mkdrv(
  config,
  match,
  realize,
  check_promises,
  hash_realizer,
  outputs,
  resources,
  timeout,
  retry,
  passenv,
  silent_timeout,
)

## The stage with another config, matcher or realizer. `config` is a function from the old config to the new one. What is not given stays; a
## new matcher alone leaves the identity as it is.
##
## ```plx
## (let slow = stage(name = "train", lr = 0.1, realize = sh("true"))
##  in redefine(slow, config = fn (c) => c with { lr = 0.2 }).lr) == 0.2
## ```
redefine(
  stage: Stage, # allow: shadow
  config: Fn? = null,
  matcher: Matcher? = null,
  realizer: Realizer? = null,
) -> Stage =
  let
    old = _stage_parts(stage)
  in
  if is_null(config) && is_null(realizer) then
    _restage(stage, matcher = matcher)
  else
    mkdrv(
      ..merge(old, {
        config   = if is_null(config) then old.config else config(old.config),
        matcher  = matcher ?? old.matcher,
        realizer = realizer ?? old.realizer,
      }),
    )

## The same stage, with the promise that it need not run: what the store has is used, and if that is not enough, the realization fails.
##
## ```plx
## (let s = stage(name = "long", realize = sh("sleep 1000")) in realized(s) == s)
## ```
realized(stage: Stage) -> Stage = _restage(stage, realizer = _realizer({ kind = "realized" })) # allow: shadow

# ---- realizers

## Runs a program with arguments; the first element is the program. No shell is involved.
##
## ```plx
## type_of(exec(["cp", "-R", mkfile("a", "text") / "a", promise / "copy"])) == "Realizer"
## ```
exec(args: [Text | Path | Ref | Stage | Promise | Claim]) -> Realizer =
  if args == [] then
    _fail("E0658", "`exec` needs a program to run")
  else
    _realizer({ kind = "exec", args })

## Runs a shell script (POSIX `sh`, with `-eu`): a text, or a file.
##
## ```plx
## type_of(sh("echo hello > $out/hello.txt")) == "Realizer"
## ```
sh(text: Text | Path | Ref) -> Realizer = _script(["sh", "-eu"], text, {})

## Runs a `bash` script, with `-eu` and `pipefail`: a text, or a file.
##
## ```plx
## type_of(bash("sort $data | uniq > $out/lines")) == "Realizer"
## ```
bash(text: Text | Path | Ref) -> Realizer = _script(["bash", "-eu", "-o", "pipefail"], text, {})

## Runs a Python program: a text, or a file. `import plx` gives it `build()`, `config`, `path()` and `outpath`.
##
## ```plx
## type_of(python('''
##   from plx import build
##   b = build()
##   (b.outpath / "n.txt").write_text(str(b.config["n"]))
## ''')) == "Realizer"
## ```
python(text: Text | Path | Ref) -> Realizer = _script(["python3"], text, { python = true })

## Runs a script, a text or a file, with any interpreter: a program, or a list of a program and the arguments before the script.
##
## ```plx
## type_of(script(["awk", "-f"], "BEGIN { print 1 + 1 }")) == "Realizer"
## ```
script(interpreter: Text | Path | Ref | [Text | Path | Ref], text: Text | Path | Ref) -> Realizer =
  if interpreter == [] then
    _fail("E0658", "`script` needs an interpreter")
  else
    _script(if is_list(interpreter) then interpreter else [interpreter], text, {})

_script(interpreter, text, more) = _realizer({
  kind = "script",
  interpreter,
  [if is_text(text) then "text" else "file"] = text,
  ..more,
})

# ---- stages that are always there

## Downloads a file and, if it is an archive, unpacks it. `sha256` or `sha1` is the hash of the file as it is downloaded.
##
## `mode` is "unpack,remove" (unpack, and drop the archive), "unpack" (keep both) or "as-is". `filename` is the file's
## name, by default the last part of the URL; `name` is the stage's, by default made of the file's. With `force_download` an
## interrupted download is not resumed. `resources`, `timeout`, `silent_timeout`, `retry` and `check_promises` are those of `stage`. Further
## arguments become attributes of the stage, such as a promise of what is in the archive.
##
## ```plx
## fetchurl(
##   url    = "http://ftp.gnu.org/gnu/hello/hello-2.10.tar.gz",
##   sha256 = "31e066137a962676e89f69d1b65382de95a7ef7d914b8cb956f41ea72e0f516b",
##   src    = promise / "hello-2.10",
## ).name == "hello-2_10"
## ```
fetchurl(
  url: Str,
  sha256: Str? = null,
  sha1: Str? = null,
  mode: Str = "unpack,remove",
  name: Str? = null,
  filename: Str? = null,
  force_download: Bool = false,
  check_promises: Bool = true,
  resources: Record? = null,
  timeout: Number? = null,
  silent_timeout: Number? = null,
  retry: Int = 0,
  ..attributes,
) -> Stage =
  let
    file = _file_name(filename ?? _url_file(url))
    what = { url, filename = file, mode = _fetch_mode(mode), .._fetch_hash(sha256, sha1) }
  in
  mkdrv(
    { name = name ?? _stage_name(file), ..what, .._fetch_attributes("fetchurl", attributes) },
    match_only(),
    _realizer({ kind = "fetchurl", force_download, ..what }),
    check_promises,
    hash_realizer  = false,
    resources      = resources,
    timeout        = timeout,
    silent_timeout = silent_timeout,
    retry          = retry,
  )

## Copies a file of this machine into the store and, if it is an archive, unpacks it: what `fetchurl` does, from a path. The path, which is a
## Path or an absolute one as a string, is no part of the identity; the hash is.
##
## ```plx
## fetchlocal("/usr/share/dict/words", sha256 = join([0 for i in range(64)]), mode = "as-is").filename == "words"
## ```
fetchlocal(
  path: Str | Path,
  sha256: Str? = null,
  sha1: Str? = null,
  mode: Str = "unpack,remove",
  name: Str? = null,
  filename: Str? = null,
  check_promises: Bool = true,
  resources: Record? = null,
  timeout: Number? = null,
  silent_timeout: Number? = null,
  retry: Int = 0,
  ..attributes,
) -> Stage =
  let
    place = if is_path(path) then _place(path) else path
    file = _file_name(filename ?? _url_file(place))
    what = { filename = file, mode = _fetch_mode(mode), .._fetch_hash(sha256, sha1) }
  in
  if !starts_with(place, "/") then
    _fail(
      "E0651",
      "`fetchlocal` needs an absolute path, not \"~{place}\"",
      "write ./~{place} for a path relative to this file",
    )
  else
    mkdrv(
      { name = name ?? _stage_name(file), ..what, .._fetch_attributes("fetchlocal", attributes) },
      match_only(),
      _realizer({ kind = "fetchlocal", path = place, ..what }),
      check_promises,
      hash_realizer  = false,
      resources      = resources,
      timeout        = timeout,
      silent_timeout = silent_timeout,
      retry          = retry,
    )

# What other stages take and a fetch has no use for would be an attribute that does nothing.
_fetch_attributes(fetch, attributes) =
  let
    useless = [
      a
      for a in ["realize", "match", "outputs", "passenv", "hash_realizer"]
      if contains(keys(attributes), a)
    ]
  in
  if useless == [] then
    attributes
  else
    _fail(
      "E0404",
      "`~{fetch}` has no argument `~{useless[0]}`",
      "a fetch runs no program: leave it out",
    )

_fetch_mode(mode) =
  if contains(["unpack,remove", "unpack", "as-is"], mode) then
    mode
  else
    _fail(
      "E0652",
      "\"~{mode}\" is no mode of fetching",
      "the modes are \"unpack,remove\", \"unpack\" and \"as-is\"",
    )

_fetch_hash(sha256, sha1) =
  if sha256 != null && sha1 != null then
    _fail("E0650", "a fetch is given both `sha256` and `sha1`", "`sha256` alone is enough")
  else if sha256 != null then
    { sha256 = _hash_text("sha256", sha256, 64) }
  else if sha1 != null then
    { sha1 = _hash_text("sha1", sha1, 40) }
  else
    _fail("E0650", "a fetch needs the hash of its file", "add `sha256`; `sha256sum FILE` prints it")

_hash_text(kind, text, digits) =
  if match_regex(text, "^[0-9a-fA-F]{~{digits}}$") != null then
    lower(text)
  else
    _fail("E0653", "a `~{kind}` is ~{digits} hexadecimal digits, not \"~{text}\"")

## A stage of files whose text is known: `artifacts` maps paths inside the stage to texts. `sources` are attributes, of stages that it shall
## depend on or anything else.
##
## ```plx
## mknode(artifacts = { "a.txt" = "A", "sub/b.txt" = "B" }, name = "letters").name == "letters"
## ```
mknode(
  sources: Record = {},
  artifacts: { [Str]: Text } = {},
  name: Str = "mknode",
) -> Stage = mkdrv(
  { name, ..sources },
  match_only(),
  _realizer({ kind = "mknode", artifacts = _artifacts(artifacts) }),
)

## A stage of one file with a known text. The file is called `filename`, by default like the stage.
##
## ```plx
## mkfile("greeting", "hello\n", filename = "hello.txt").name == "greeting"
## ```
mkfile(name: Str, contents: Text, filename: Str? = null) -> Stage = mkdrv(
  { name },
  match_only(),
  _realizer({ kind = "mkfile", path = _artifact(filename ?? name), text = contents }),
)

## A stage that is realized if all these paths exist: a record of Refs, or of lists of Refs. They become its attributes.
##
## ```plx
## (let data = mkfile("data", "1,2") in checkpaths({ csv = data / "data" }).name) == "checkpaths"
## ```
checkpaths(
  promises: { [Str]: Ref | Stage | [Ref | Stage] },
  name: Str = "checkpaths",
) -> Stage = mkdrv(
  { name, ..promises },
  match_only(),
  _realizer({
    kind  = "checkpaths",
    paths = concat_map(values(promises), fn (p) => if is_list(p) then p else [p]),
  }),
)

# ---- matchers

## Which realizations of a stage are used. Those for which a key is none are left out; the others are sorted by the keys, the best first. If there
## are fewer than `rmin`, the stage is run; of more than `rmax` the first are taken, or with `exclusive` it is an error. A
## bound that is null is no bound, and what is exclusive needs an `rmax`.
##
## ```plx
## type_of(match([best("accuracy.txt"), latest()], rmin = 1, rmax = 3)) == "Matcher"
## ```
match(keys: [Key] = [], rmin: Int? = 1, rmax: Int? = 1, exclusive: Bool = false) -> Matcher =
  if (rmin ?? 0) < 0 || (rmax ?? 0) < 0 then
    _fail("E0655", "`rmin` and `rmax` of a matcher are not negative")
  else if exclusive && is_null(rmax) then
    _fail("E0655", "an exclusive matcher needs an `rmax`: without it, no number is too large")
  else if rmin != null && rmax != null && rmin > rmax then
    _fail("E0655", "a matcher asks for at least ~{rmin} and at most ~{rmax} realizations")
  else
    _matcher(keys, rmin, rmax, exclusive)

## Exactly `n` realizations, the first by the keys.
##
## ```plx
## match_n(3, [best("accuracy.txt")]) == match([best("accuracy.txt")], rmin = 3, rmax = 3)
## ```
match_n(n: Int = 1, keys: [Key] = []) -> Matcher = match(keys, rmin = n, rmax = n)

## The `n` realizations that were made last.
##
## ```plx
## match_latest() == match_n(1, [latest()])
## ```
match_latest(n: Int = 1) -> Matcher = match_n(n, [latest()])

## The `n` realizations with the greatest number in `file`.
##
## ```plx
## match_best("accuracy.txt") == match_n(1, [best("accuracy.txt")])
## ```
match_best(file: Str, n: Int = 1) -> Matcher = match_n(n, [best(file)])

## All realizations that there are, even none: the stage is never run for its own sake.
##
## ```plx
## match_all() == match([], rmin = null, rmax = null)
## ```
match_all() -> Matcher = match([], rmin = null, rmax = null)

## All realizations, and at least `n`.
##
## ```plx
## match_some() == match([], rmin = 1, rmax = null)
## ```
match_some(n: Int = 1) -> Matcher = match([], rmin = n, rmax = null)

## The only realization; more than one is an error. This is a stage's matcher unless it names another.
##
## ```plx
## match_only() == match([], exclusive = true)
## ```
match_only() -> Matcher = _only

# ---- keys of matchers

## Sorts by the time when the realization was made, the last one first.
##
## ```plx
## match([latest()]) == match_latest()
## ```
latest() -> Key = _key({ kind = "latest" })

## Only these realizations (rrefs as text).
##
## ```plx
## type_of(exact(["rref:00000000000000000000000000000000-00000000000000000000000000000000-train"])) == "Key"
## ```
exact(rrefs: [Str]) -> Key = _key({ kind = "exact", rrefs = _rrefs(rrefs) })

## Sorts by the number in a file of the realization, the greatest first. One without a number comes last, with a warning if it is chosen.
##
## ```plx
## match([best("accuracy.txt")]) == match_best("accuracy.txt")
## ```
best(file: Str) -> Key = _key({ kind = "best", file = _inside(file) })

## Sorts by the number in a file of the realization, the smallest first. One without a number comes last, with a warning if it is chosen.
##
## ```plx
## worst("loss.txt") != best("loss.txt")
## ```
worst(file: Str) -> Key = _key({ kind = "worst", file = _inside(file) })

## Sorts by the realization's hash: an order that means nothing, but is always the same.
##
## ```plx
## type_of(texthash()) == "Key"
## ```
texthash() -> Key = _key({ kind = "texthash" })

## Sorts by what a function says of a realization, which it gets as a Ref whose files `read_text` and `read_json` can read: a number or a
## string, the greatest first, or null to leave it out.
##
## ```plx
## type_of(key(fn (r) => read_json(r / "scores.json").f1)) == "Key"
## ```
key(f: Fn) -> Key = _key_fn(f)

# ---- records

## The record of `f(value)` for each field.
##
## ```plx
## map_values({ a = 1, b = 2 }, fn (x) => x * 10) == { a = 10, b = 20 }
## ```
map_values(r: Record, f: Fn) -> Record = { [k] = f(v) for k, v in r }

# What every stage without a matcher of its own has; made once.
_only = match([], exclusive = true)
