# a
## b
// c
/* d */ e /* f
 g **/ h /* never ends *
