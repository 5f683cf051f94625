# Draws the clusters as an SVG picture: petal length to the right, petal width upward.
#
#   awk -v inertia=N -f plot.awk labels.csv centers.csv flowers.csv > clusters.svg

BEGIN {
    FS = ","
    width = 720; height = 480; left = 64; bottom = 56; top = 56; right = 24
    split("#4477aa #ee6677 #228833 #ccbb44 #66ccee #aa3377", color, " ")
    split("setosa versicolor virginica", species, " ")
}

FNR == 1 { part++ }
part == 1 { label[FNR] = $1; next }
part == 2 { centers = FNR; cx[FNR] = $3; cy[FNR] = $4; next }
FNR > 1 {
    n++
    px[n] = $3; py[n] = $4; kind[n] = $5
    if ($3 > max_x) max_x = $3
    if ($4 > max_y) max_y = $4
}

function sx(v) { return left + v / (int(max_x) + 1) * (width - left - right) }
function sy(v) { return height - bottom - v / (int(max_y) + 1) * (height - bottom - top) }

function text(x, y, anchor, size, words) {
    printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\">%s</text>\n", x, y, anchor, size, words
}

# The three species are a circle, a square and a triangle.
function mark(x, y, species_name, fill) {
    if (species_name == "setosa")
        printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>\n", x, y, fill
    else if (species_name == "versicolor")
        printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"7\" height=\"7\" fill=\"%s\"/>\n", x - 3.5, y - 3.5, fill
    else
        printf "<path d=\"M%.1f %.1fl4.5 8h-9z\" fill=\"%s\"/>\n", x, y - 5, fill
}

function axes(    v) {
    for (v = 0; v <= int(max_x) + 1; v++) {
        printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>\n", sx(v), sy(0), sx(v), sy(int(max_y) + 1)
        text(sx(v), sy(0) + 20, "middle", 12, v)
    }
    for (v = 0; v <= int(max_y) + 1; v++) {
        printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>\n", sx(0), sy(v), sx(int(max_x) + 1), sy(v)
        text(sx(0) - 10, sy(v) + 4, "end", 12, v)
    }
    text(width / 2, height - 14, "middle", 13, "petal length, cm")
    printf "<text transform=\"translate(20 %d) rotate(-90)\" text-anchor=\"middle\" font-size=\"13\">petal width, cm</text>\n", height / 2
}

END {
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\">\n", width, height
    printf "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n", width, height
    text(left, 30, "start", 17, n " irises in " centers " clusters, inertia " inertia)
    axes()
    for (i = 1; i <= n; i++) mark(sx(px[i]), sy(py[i]), kind[i], color[(label[i] - 1) % 6 + 1])
    for (c = 1; c <= centers; c++)
        printf "<path d=\"M%.1f %.1fm-7-7l14 14m0-14l-14 14\" stroke=\"black\" stroke-width=\"3\"/>\n", sx(cx[c]), sy(cy[c])
    for (s = 1; s <= 3; s++) {
        mark(left + 24, top + 12 + 20 * s, species[s], "#555")
        text(left + 36, top + 16 + 20 * s, "start", 12, species[s])
    }
    print "</svg>"
}
