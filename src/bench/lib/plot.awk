# Draws lines as SVG: lines "series<TAB>x<TAB>y" become one line a series, in the order of their first points.
# Set: title, x_title, y_title, scale (of x: linear or log).

function step(span,    size, lead) { # a round distance of ticks, four to eight of them
    size = 10 ^ int(log(span / 5) / log(10) - (span < 5))
    lead = span / 5 / size
    return size * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10)
}

function px(x) { return left + width * (scale == "log" ? log(x / low) / log(most_x / low) : x / most_x) }

function py(y) { return top + height * (1 - y / most_y) }

function text(x, y, class, words) {
    gsub(/&/, "\\&amp;", words)
    gsub(/</, "\\&lt;", words)
    printf "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>\n", x, y, class, words
}

function thousands(n) { return (n >= 1000) ? sprintf("%d,%03d", int(n / 1000), n % 1000) : n "" }

BEGIN { FS = "\t" }

NF == 3 {
    if (!($1 in points)) names[++series] = $1
    points[$1]++
    xs[$1, points[$1]] = $2
    ys[$1, points[$1]] = $3
    if (!($2 in seen)) { seen[$2] = 1; all_x[++count] = $2 }
    if ($2 + 0 > top_x) top_x = $2 + 0
    if (low == "" || $2 + 0 < low) low = $2 + 0
    if ($3 + 0 > top_y) top_y = $3 + 0
}

END {
    if (!series) { print "nothing to draw" > "/dev/stderr"; exit 1 }
    left = 70; top = 88; width = 600; height = 300
    y_step = step(top_y)
    most_y = y_step * int(top_y / y_step + 0.999999)
    if (scale == "log") most_x = top_x > low ? top_x : low * 2
    else { x_step = step(top_x); most_x = x_step * int(top_x / x_step + 0.999999) }

    print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 710 450\" width=\"710\" height=\"450\" role=\"img\">"
    printf "<title>%s</title>\n", title
    print "<style>"
    print ".paper { fill: #ffffff } .grid { stroke: #d8dee4 } .axis { stroke: #59636e }"
    print "text { font: 13px system-ui, sans-serif; fill: #1f2328 } .head { font-size: 16px; font-weight: 600 }"
    print ".middle { text-anchor: middle } .end { text-anchor: end }"
    print ".line { fill: none; stroke-width: 2.5 }"
    print ".s1 { stroke: #6e7781; fill: #6e7781 } .s2 { stroke: #0550ae; fill: #0550ae }"
    print ".s3 { stroke: #bc6c00; fill: #bc6c00 } .s4 { stroke: #1a7f37; fill: #1a7f37 }"
    print "polyline.line { fill: none } .s1.line, .s3.line { stroke-dasharray: 7 4 }"
    print "@media (prefers-color-scheme: dark) {"
    print ".paper { fill: #0d1117 } .grid { stroke: #30363d } .axis { stroke: #9198a1 } text { fill: #e6edf3 }"
    print ".s1 { stroke: #9ea7b3; fill: #9ea7b3 } .s2 { stroke: #79c0ff; fill: #79c0ff }"
    print ".s3 { stroke: #f0a830; fill: #f0a830 } .s4 { stroke: #56d364; fill: #56d364 }"
    print "}"
    print "</style>"
    print "<rect class=\"paper\" width=\"710\" height=\"450\"/>"
    text(left, 26, "head", title)

    for (i = 1; i <= series; i++) {
        x = left + (i - 1) % 2 * 300
        y = 48 + int((i - 1) / 2) * 20
        printf "<line class=\"line s%d\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", i, x, y - 4, x + 34, y - 4
        text(x + 42, y, "", names[i])
    }

    for (y = 0; y <= most_y + y_step / 2; y += y_step) {
        printf "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>\n", left, py(y), left + width, py(y)
        text(left - 8, py(y) + 4, "end", thousands(y))
    }
    if (scale == "log") {
        for (i = 1; i <= count; i++) text(px(all_x[i]), top + height + 20, "middle", thousands(all_x[i]))
    } else {
        for (x = 0; x <= most_x + x_step / 2; x += x_step) text(px(x), top + height + 20, "middle", thousands(x))
    }
    printf "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", left, top + height, left + width, top + height
    printf "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", left, top, left, top + height
    text(left + width / 2, top + height + 46, "middle", x_title)
    printf "<text class=\"middle\" transform=\"translate(20 %d) rotate(-90)\">%s</text>\n", top + height / 2, y_title

    for (i = 1; i <= series; i++) {
        printf "<polyline class=\"line s%d\" points=\"", i
        for (n = 1; n <= points[names[i]]; n++) printf "%s%.1f,%.1f", (n > 1 ? " " : ""), px(xs[names[i], n]), py(ys[names[i], n])
        print "\"/>"
        for (n = 1; n <= points[names[i]]; n++)
            printf "<circle class=\"s%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"><title>%s: %s s at %s</title></circle>\n", \
                i, px(xs[names[i], n]), py(ys[names[i], n]), names[i], ys[names[i], n], thousands(xs[names[i], n])
    }
    print "</svg>"
}
