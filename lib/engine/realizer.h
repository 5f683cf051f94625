// The realizers and their JSON forms. Text-valued fields take a string, a ref list ["dref:…",
// "part"…], a promise or claim list, or
// {"__text__": [piece…]}.
//
//   {"kind": "exec",   "args": [TEXT, …]}
//   {"kind": "script", "interpreter": [TEXT, …], "text": TEXT}        written to a file, run as
//   INTERPRETER… FILE
//        sh is ["sh", "-eu"], bash is ["bash", "-eu"] (with -o pipefail), python(text) is
//        ["python3"]
//   {"kind": "script", "interpreter": […], "file": REF}               python(./train.py)
//        a python interpreter gets PYTHONPATH with the plx module when the object has "python":
//        true
//   {"kind": "source", "path": "/abs", "hash": "sha256:HEX", "include": […], "exclude": […]} never
//   part of an identity
//   {"kind": "fetchurl", "url":…, "sha256" or "sha1":…, "mode": "unpack,remove", "filename":…,
//   "force_download": false}
//   {"kind": "fetchlocal", "path":…, "sha256" or "sha1":…, "mode":…, "filename":…}
//   {"kind": "mknode", "artifacts": {PATH: TEXT, …}}   {"kind": "mkfile", "path":…, "text": TEXT}
//   {"kind": "checkpaths", "paths": [REF, …]}          {"kind": "realized"}
//   each may have "outputs": N where it is not 1
#pragma once
