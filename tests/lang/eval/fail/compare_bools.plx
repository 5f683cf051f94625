r = true < false
