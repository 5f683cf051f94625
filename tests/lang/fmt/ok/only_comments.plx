#!/usr/bin/env plxc
# license

## About this file.
##
##   indented

# end
