// How far a region of a photo is trusted to show a thing, by its feature saliency and by how little it is like itself.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace leitmotif {

// (f (1 - s))^(theta / 2) of each region, f relative to the most salient region of its photo: so an edge between two
// regions gets (t_i t_j)^(theta / 2), t = f (1 - s), as eq. 14 trusts regions. s is its likeness to itself, counted
// from 0 to 1: a texture is like itself, and shows no thing. f is 1 where saliency is empty, 0 where nothing of a photo
// is salient; s is 0 where self_similarity is empty. Saliency: finite, not negative; self-similarity: finite.
std::vector<double> relative_trust(std::span<const float> saliency, std::span<const float> self_similarity,
                                   std::span<const std::int32_t> owner, double theta);

}  // namespace leitmotif
