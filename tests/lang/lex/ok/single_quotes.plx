'a' '' 'it' 'open
' x
