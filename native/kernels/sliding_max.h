// Sliding maximum of an activation map: the patch vectors of object saliency (paper section 3.8), before whitening.
#pragma once

#include <cstddef>
#include <span>

#include "kernels/activation_map.h"

namespace leitmotif {

// out(y, x, j) = max of channel j over the side x side square of rows y - side/2 .. y - side/2 + side - 1 and the same
// columns, clipped at the border (an odd side is centred; an even one reaches one cell further up and left).
//
// out: h * w * c values in the map's layout, apart from the map. side >= 1, of any size. Exact. Rows, then columns;
// along each, a window of length 2^k is made of two of length 2^(k-1), so a side costs about 2 log2(side) maxima a
// value. Relies on the map being non-negative, and does not check it. Allocates (h * w + max(w, 2 h)
// + 2 side) * 64 floats at most. Thread-safe.
void sliding_max(const ActivationMap& map, std::size_t side, std::span<float> out);

}  // namespace leitmotif
