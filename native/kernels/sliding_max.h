// Sliding maximum of an activation map: the patch vectors of object saliency (paper section 3.8), before whitening.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/activation_map.h"

namespace leitmotif {

// out(y, x, j) = max of channel j over the side x side square of rows y - side/2 .. y - side/2 + side - 1 and the same
// columns, clipped at the border (an odd side is centred; an even one reaches one cell further up and left).
//
// out: h * w * c values in the map's layout, apart from the map. side >= 1, of any size. Exact; the map is finite,
// which is not checked. Columns, then rows, six maxima a value. Allocates (h * w + 2 max(h, w)) * 64 floats.
// Thread-safe.
void sliding_max(const ActivationMap& map, std::size_t side, std::span<float> out);

// The same at some positions: y * w + x, ascending, at least one; out (positions, c). Costs what the rows from the
// first position to the last cost. `scratch` grows to what is needed.
void sliding_max_at(const ActivationMap& map, std::size_t side, std::span<const std::int32_t> positions,
                    std::vector<float>& scratch, float* out);

}  // namespace leitmotif
