# A download that never ends takes no longer than its stage may.

--- server.py
# Announces much more than it sends.
import socket, sys
s = socket.create_server(("127.0.0.1", 0))
with open("port", "w") as f:
    f.write(str(s.getsockname()[1]))
c = s.accept()[0]
c.recv(4096)
c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nx")
c.recv(4096)
---

--- a.plx
param port: Str

slow = fetchurl("http://127.0.0.1:~{port}/file", sha256 = join([0 for i in range(64)]), timeout = 1)
---

$ mkfifo port; python3 server.py &
> plxc realize a.plx#slow --set "port=$(cat port)" --log=quiet 2>&1 | sed "s/127.0.0.1:[0-9][0-9]*/SERVER/"
| error[E0803]: `file` did not end within its 1 second
|  --> a.plx:3:8
|   |
| 3 | slow = fetchurl("http://127.0.0.1:~{port}/file", sha256 = join([0 for i in range(64)]), timeout = 1)
|   |        ^^^^^^^^ this stage
|   |
|   : fetching http://SERVER/file
|   |
|   = note: the whole log is in $CASE/root/log/HASH1-file.log
|   = help: `plxc log dref:HASH1-file` shows it
