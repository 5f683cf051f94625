# The day as a picture in text, and what there is to know about it.
#
#   awk -F, -v dropped=FILE -f report.awk clean.csv > report.txt

FNR == 1 { next }
{
    bar = ""
    for (i = 0; i < $2 * 10; i++) bar = bar "#"
    printf "%02d:00 %6.2f m  %s\n", $1, $2, bar
    n++
    sum += $2
    if (n == 1 || $2 > max) { max = $2; when = $1 }
}
END {
    while ((getline line < dropped) > 0) lost++
    printf "\n%d readings, mean %.2f m, highest %.2f m at %02d:00\n", n, sum / n, max, when
    if (lost) printf "%d readings were left out\n", lost
}
