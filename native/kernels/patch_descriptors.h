// Patch descriptors of object saliency (paper section 3.8): u_p = w(sliding maximum at p), a block of positions at a
// time, so that the maxima are whitened where they are made, and never stand in memory together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/activation_map.h"
#include "kernels/whitening.h"

namespace leitmotif {

// Some of a map's positions that go through together: `count` from the `first` on.
struct PatchBlock {
  std::size_t first, count;
};

// All positions (y * w + x, ascending) of a map in blocks: those of whole rows, of as many rows as have 512 positions
// at most, but of one at least.
std::vector<PatchBlock> patch_blocks(std::span<const std::int32_t> positions, std::size_t width);

// One thread's room.
struct PatchScratch {
  std::vector<float> windows, rows;
};

// u_p at the positions of a block (ascending), into out (positions, d); the square's rows and columns as sliding_max()
// has them. The map is finite and non-negative, which is not checked. A product's rounding hangs on its size, so that
// the last bits of u_p hang on what else is in its block.
void describe_patches(const ActivationMap& map, std::size_t side, std::span<const std::int32_t> positions,
                      const Whitening& whitening, PatchScratch& scratch, float* out);

}  // namespace leitmotif
