b = true
n: Int =
  if b
  then "yes"
  else 0
