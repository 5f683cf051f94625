./x ../x ./a/b.c ../../x ./ ../ ./. ./.. ./dir/ ./dir/"x" ./dir/(x) ./dir//x .x ..x ... ./x,y ./a+b@c-d_e .../x x./y ./x)
