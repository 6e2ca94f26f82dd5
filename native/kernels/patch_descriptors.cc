#include "kernels/patch_descriptors.h"

#include "kernels/sliding_max.h"

namespace leitmotif {

namespace {

constexpr std::size_t kMost = 512;

}  // namespace

std::vector<PatchBlock> patch_blocks(std::span<const std::int32_t> positions, std::size_t width) {
  std::vector<PatchBlock> blocks;
  for (std::size_t i = 0; i < positions.size();) {
    const std::size_t first = i, row = static_cast<std::size_t>(positions[i]) / width;
    while (i < positions.size() && static_cast<std::size_t>(positions[i]) < (row + 1) * width) ++i;
    if (!blocks.empty() && blocks.back().count + (i - first) <= kMost)
      blocks.back().count += i - first;
    else
      blocks.push_back({first, i - first});
  }
  return blocks;
}

void describe_patches(const ActivationMap& map, std::size_t side, std::span<const std::int32_t> positions,
                      const Whitening& whitening, PatchScratch& scratch, float* out) {
  if (positions.empty()) return;
  scratch.rows.resize(positions.size() * map.channels);
  sliding_max_at(map, side, positions, scratch.windows, scratch.rows.data());
  whiten_in_place(scratch.rows.data(), positions.size(), whitening, out);
}

}  // namespace leitmotif
