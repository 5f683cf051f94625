explode(x) = x.boom
