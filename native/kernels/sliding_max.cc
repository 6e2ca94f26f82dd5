#include "kernels/sliding_max.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "kernels/simd/simd.h"

namespace leitmotif {

namespace {

// Channels go through in blocks, and columns by twos, so that a line of the map stays in the first-level cache and what
// the rows leave of a block for the columns in the second.
constexpr std::size_t kBlock = 64, kColumns = 2;

// Window maxima along lines of items, which are some floats each.
class Line {
 public:
  // Windows reach from `side / 2` before a position; what lies wholly beyond the border changes nothing.
  Line(std::size_t length, std::size_t side, std::size_t most_floats)
      : length_(length),
        before_(std::min(side / 2, length - 1)),
        side_(before_ + std::min(side - 1 - side / 2, length - 1) + 1),
        scratch_((length + side_ - 1) * most_floats) {}

  // copy_in(i, item) and copy_out(i, item) move the i-th item of `size` floats.
  template <class In, class Out>
  void run(std::size_t size, In&& copy_in, Out&& copy_out) {
    const auto& simd = simd::ops();
    float* line = scratch_.data();
    const std::size_t padded = (length_ + side_ - 1) * size;

    // Zero is neutral: the map is not negative.
    std::fill_n(line, before_ * size, 0.0f);
    for (std::size_t i = 0; i < length_; ++i) copy_in(i, line + (before_ + i) * size);
    std::fill(line + (before_ + length_) * size, line + padded, 0.0f);
    // Item i becomes the maximum of those from i to i + reach - 1, reach the largest power of two within the side.
    const std::size_t reach = std::bit_floor(side_);
    for (std::size_t step = 1; step < reach; step *= 2) simd.max_into(line, line + step * size, padded - step * size);
    if (side_ > reach) simd.max_into(line, line + (side_ - reach) * size, length_ * size);
    for (std::size_t i = 0; i < length_; ++i) copy_out(i, line + i * size);
  }

 private:
  std::size_t length_, before_, side_;
  std::vector<float> scratch_;
};

void copy(float* to, const float* from, std::size_t count) {
  std::memcpy(to, from, count * sizeof(float));
}

}  // namespace

void sliding_max(const ActivationMap& map, std::size_t side, std::span<float> out) {
  const auto [data, h, w, c] = map;
  const std::size_t block = std::min(c, kBlock);
  Line row(w, side, block), column(h, side, kColumns * block);
  std::vector<float> rows(h * w * block);
  for (std::size_t j = 0; j < c; j += block) {
    const std::size_t n = std::min(block, c - j);
    for (std::size_t y = 0; y < h; ++y) {
      const float* from = data + y * w * c + j;
      float* to = rows.data() + y * w * n;
      row.run(
          n, [&](std::size_t x, float* item) { copy(item, from + x * c, n); },
          [&](std::size_t x, const float* item) { copy(to + x * n, item, n); });
    }
    for (std::size_t x = 0; x < w; x += kColumns) {
      const std::size_t columns = std::min(kColumns, w - x);
      const float* from = rows.data() + x * n;
      float* to = out.data() + x * c + j;
      column.run(
          columns * n, [&](std::size_t y, float* item) { copy(item, from + y * w * n, columns * n); },
          [&](std::size_t y, const float* item) {
            for (std::size_t i = 0; i < columns; ++i) copy(to + (y * w + i) * c, item + i * n, n);
          });
    }
  }
}

}  // namespace leitmotif
