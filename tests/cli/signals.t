# What happens in the middle: interrupts, kill -9, and two at once. Everything waits on FIFOs, nothing on the clock.

--- slow.plx
slow = stage(
  name = "slow",
  passenv = ["CASE"],
  realize = sh('''
    echo run >> "$CASE/runs"
    echo $$ > "$CASE/started"
    read line < "$CASE/go"
    echo "$line" > "$out/line"
  '''),
)
after = stage(name = "after", slow = slow / "line", realize = sh('''cp "$slow" "$out/copy"'''))
---

$ mkfifo "$CASE/started" "$CASE/go"

# Ctrl-C, and the other two: the realizer is gone, the status is 130, the store is as it was.

$ for signal in INT TERM HUP; do
>   env --default-signal plxc realize -j 1 slow.plx#after &
>   read child < "$CASE/started"
>   kill -s $signal $!
>   wait $!
>   echo "$signal: $?"
>   kill -0 "$child" 2>&1 | grep -o 'No such process'
> done
| INT: 130
| No such process
| TERM: 130
| No such process
| HUP: 130
| No such process
! plxc: slow: started
! plxc: interrupted: nothing done in TIME
! plxc: slow: started
! plxc: interrupted: nothing done in TIME
! plxc: slow: started
! plxc: interrupted: nothing done in TIME

$ plxc store verify
| 2 derivations, 0 realizations, SIZE: 0 faults

# kill -9: the workers see it and end what they run.

$ plxc realize -j 1 slow.plx#after 2> /dev/null &
> read child < "$CASE/started"
> kill -9 $!
> tail --pid="$child" -f /dev/null
> plxc store verify -q; echo "verify: $?"
| verify: 0

# Two at once: the second waits for the first, and the stage runs once.

$ rm "$CASE/runs"; mkfifo said

$ plxc realize -j 1 slow.plx#slow > first 2> first.err &
> first=$!
> read child < "$CASE/started"
> plxc realize -j 1 slow.plx#slow > second 2> said &
> second=$!
> exec 3< said
> read line <&3; echo "$line"
> echo hello > "$CASE/go"
> cat <&3
> wait $first; echo $?
> wait $second; echo $?
> cmp first second && cat first
> cat "$CASE/runs"
| plxc: slow: process PID is realizing it, waiting
| plxc: 1 reused in TIME
| 0
| 0
| rref:HASH1-HASH2-slow
| run

# Evaluation can be interrupted, too.

--- forever.plx
spin(n) = if n == 0 then 0 else fold(range(1000000), 0, fn (a, b) => a + spin(n - 1))
x = trace(0, "begun") + spin(10)
---

$ mkfifo begun; env --default-signal plxc eval forever.plx#x 2> begun &
> exec 3< begun
> read line <&3; echo "$line"
> kill -INT $!
> wait $!; echo $?
> cat <&3
| plxc: trace: forever.plx:2: begun: 0
| 130
