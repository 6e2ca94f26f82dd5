// How far a region of a photo is trusted to show a thing, by its feature saliency.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace leitmotif {

// f^(theta / 2) of each region, f relative to the most salient region of its photo: so an edge between two regions gets
// (f_i f_j)^(theta / 2), as eq. 14 trusts regions. 1 where saliency is empty or theta is 0; 0 where nothing of a photo
// is salient. Saliency: finite, not negative.
std::vector<double> relative_trust(std::span<const float> saliency, std::span<const std::int32_t> owner, double theta);

}  // namespace leitmotif
