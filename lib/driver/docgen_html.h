// Documentation as one HTML page without scripts or outside resources. The text of modules is
// CommonMark, which libcmark renders; raw HTML in it is left out, so that a page of somebody else's
// module can be opened.
#pragma once

#include "driver/docgen.h"

// The whole page, or only the entry `one`, which is one of g's.
void docgen_html(struct buf *out, const struct docgen *g, const struct docgen_entry *one);
