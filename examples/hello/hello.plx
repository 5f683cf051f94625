## GNU Hello, from its tarball to its greeting.
##
## Needs a C compiler and make. `--set mirror=URL` fetches from somewhere else.

param version: Str = "2.10"
param mirror: Str = "http://ftp.gnu.org/gnu/hello"

## The folder `hello-VERSION`, unpacked.
hello_src = fetchurl(
  name   = "hello-src",
  url    = "~{mirror}/hello-~{version}.tar.gz",
  sha256 = "31e066137a962676e89f69d1b65382de95a7ef7d914b8cb956f41ea72e0f516b",
)

hello = stage(
  name      = "hello",
  src       = hello_src / "hello-~{version}",
  configure = ["--prefix=/usr", "--disable-nls", "--disable-dependency-tracking"],
  bin       = promise / "usr/bin/hello",
  realize   = sh('''
    # What is in the store is read-only: build in a copy. With other times than those in the store, which are all the
    # same, make would find files that are older than what they are made of, and ask for autoconf.
    cp -Rp "$src" src
    chmod -R u+w src
    cd src
    ./configure $configure
    make -j "$PLX_CORES"
    make install DESTDIR="$out"
  '''),
)

## What it says.
greeting = stage(
  name    = "greeting",
  bin     = hello.bin,
  text    = promise / "greeting.txt",
  realize = sh('''
    "$bin" > "$text"
    cat "$text"
  '''),
)

default = greeting
