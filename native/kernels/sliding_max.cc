#include "kernels/sliding_max.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "kernels/prefetch.h"
#include "kernels/simd/simd.h"

namespace leitmotif {

namespace {

// Channels go through in blocks: what the columns leave of a block for the rows stays in the second-level cache.
constexpr std::size_t kBlock = 64;
constexpr std::size_t kAhead = 2;  // columns

// Windows of some items of a line; what lies wholly beyond its ends changes nothing.
simd::LineWindows windows(std::size_t length, std::size_t side, std::size_t first, std::size_t count) {
  return {length, std::min(side / 2, length - 1), std::min(side - 1 - side / 2, length - 1), first, count};
}

}  // namespace

void sliding_max_at(const ActivationMap& map, std::size_t side, std::span<const std::int32_t> positions,
                    std::vector<float>& scratch, float* out) {
  const auto [data, h, w, c] = map;
  const auto& simd = simd::ops();
  const std::size_t y0 = static_cast<std::size_t>(positions.front()) / w;
  const std::size_t rows = static_cast<std::size_t>(positions.back()) / w - y0 + 1, line = w * kBlock;
  scratch.resize((rows + 1) * line + 2 * std::max(h, w) * kBlock);
  float *maxima = scratch.data(), *row = maxima + rows * line, *window = row + line;
  const simd::LineWindows along = windows(h, side, y0, rows);
  const std::size_t top = y0 - std::min(y0, along.before), bottom = std::min(h, y0 + rows + along.after);
  for (std::size_t j = 0; j < c; j += kBlock) {
    const std::size_t n = std::min(kBlock, c - j);
    for (std::size_t x = 0; x < w; ++x) {
      // A column's values lie so far apart that the processor does not look ahead for itself.
      if (x + kAhead < w)
        for (std::size_t y = top; y < bottom; ++y) prefetch(map.at(y, x + kAhead) + j, n);
      simd.window_max(maxima + x * n, w * n, data + x * c + j, w * c, n, along, window);
    }
    for (std::size_t i = 0; i < positions.size();) {
      const std::size_t y = static_cast<std::size_t>(positions[i]) / w, first = i;
      while (i < positions.size() && static_cast<std::size_t>(positions[i]) < (y + 1) * w) ++i;
      float* to = out + first * c + j;
      const float* from = maxima + (y - y0) * w * n;
      if (i - first == w) {
        simd.window_max(to, c, from, n, n, windows(w, side, 0, w), window);
        continue;
      }
      simd.window_max(row, n, from, n, n, windows(w, side, 0, w), window);
      for (std::size_t p = first; p < i; ++p, to += c)
        std::memcpy(to, row + (static_cast<std::size_t>(positions[p]) - y * w) * n, n * sizeof(float));
    }
  }
}

void sliding_max(const ActivationMap& map, std::size_t side, std::span<float> out) {
  std::vector<std::int32_t> all(map.positions());
  std::iota(all.begin(), all.end(), 0);
  std::vector<float> scratch;
  if (!all.empty()) sliding_max_at(map, side, all, scratch, out.data());
}

}  // namespace leitmotif
