fetch(name, digest) = fetchurl(url = "http://example.org/" + name, sha256 = digest)
a = fetch("x", 12)
