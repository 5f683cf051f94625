

# first

# second
a = 1 # same line
# between


# after a gap
b = f(1, # one
  # before two
  2, # two
  # at the end
)
c = [ # open
  1 # without a comma
  , # behind the comma
  2
]
d = if x # cond
  then y # then
  else z # else
e = a # op
  + # behind the op
  b # end
f(x, # p
  y # q
  ) = # eq
  x
g = let # let
  # own
  x = 1 # x
  # last
  in # in
  x # body
h = { # open
  ## doc of a
  a = 1, ## not a doc
  # free

  # free too
  b, # b
  # end
}
i = fn ( # p
  x) => # arrow
  x
j = (# paren
  1 # one
  # end
)
k = r # r
  with # w
  { # b
  a # path
  . b = # eq
  1 # v
  }
l = x[ # i
  0 # j
  ] . # dot
  y
m = - # minus
  1
type T = # t
  Int # i
  | # bar
  Str # s
type U = { # u
  # own
  a: Int # a
  , .. # rest
  # end
}
assert a # c
  else # e
  "m" # m
param p # p
  : # colon
  Int # int
  = 1
n = - # sign
  9223372036854775808
o = '''
  ~{x # inside
  }
  ''' # behind
import_ = import( # i
  "./x.plx" # x
  , y = 1 # y
  )
q = [x # e
  for # f
  i # i
  , x # x
  in # in
  xs # xs
  if # if
  y # y
]
# end
    # indented end
