def f(x): x
const x = 1
from a import b
import "./x.plx"
fn f(x) => x
for x in xs
with x
{ a = 1 }
if x then y else z
var y = 2
function g(x) = 3
