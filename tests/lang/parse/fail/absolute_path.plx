a = /etc/passwd
b = fetchlocal(/data/x.csv)
