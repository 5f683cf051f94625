lib = import("/etc/hosts.plx")
