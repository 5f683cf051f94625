## A module with something of everything.
##
## Its text has *emphasis*, <b>raw HTML</b> and a second paragraph.

param lr: Float = 0.1

## How often. # This is no comment of its own.
param epochs: Int

# ---- types

## An optimizer's name.
type Opt = "adam"
  | "sgd"

_private(x) = x

# ---- functions ----

## Adds.
##
## ```plx
## add(1, b = 2) == 3
## ```
add(
  a: Int, # the first
  b: Int = (1 + 2), # the second
  ..rest,
) -> Int = (a + b)

no_args() = [1]

## Not documented further: a < b & c.
table: {[Str]: Int} = { a = 1 }

# ---- types

type Late = Int

test "not shown" = true

assert lr > 0 else "lr must be above 0"

