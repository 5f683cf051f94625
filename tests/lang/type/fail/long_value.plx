x: "a" | "b" = "a long string that nobody wants to see in full, and that goes on for much longer than a line"
