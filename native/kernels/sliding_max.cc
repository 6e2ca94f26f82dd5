#include "kernels/sliding_max.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "kernels/simd/simd.h"

namespace leitmotif {

namespace {

// Channels go through in blocks, so that a line of the map stays in the first-level cache.
constexpr std::size_t kBlock = 128;

// Window maxima along lines of vectors of `width` channels.
class Line {
 public:
  // Windows reach from `side / 2` before a position; what lies wholly beyond the border changes nothing.
  Line(std::size_t length, std::size_t side, std::size_t block)
      : length_(length),
        before_(std::min(side / 2, length - 1)),
        side_(before_ + std::min(side - 1 - side / 2, length - 1) + 1),
        scratch_((length + side_ - 1) * block) {}

  // source and target: `length` vectors, `stride` floats apart; they may be the same.
  void run(const float* source, float* target, std::size_t stride, std::size_t width) {
    const auto& simd = simd::ops();
    const std::size_t padded = length_ + side_ - 1;
    const auto vector = [&](std::size_t i) { return scratch_.data() + i * width; };

    // Zero is neutral: the map is not negative.
    std::fill(scratch_.begin(), scratch_.end(), 0.0f);
    for (std::size_t i = 0; i < length_; ++i)
      std::memcpy(vector(before_ + i), source + i * stride, width * sizeof(float));
    // vector(i) becomes the maximum of those from i to i + reach - 1, reach the largest power of two within the side.
    const std::size_t reach = std::bit_floor(side_);
    for (std::size_t step = 1; step < reach; step *= 2)
      for (std::size_t i = 0; i + step < padded; ++i) simd.max_into(vector(i), vector(i + step), width);
    for (std::size_t i = 0; i < length_; ++i) {
      if (side_ > reach) simd.max_into(vector(i), vector(i + side_ - reach), width);
      std::memcpy(target + i * stride, vector(i), width * sizeof(float));
    }
  }

 private:
  std::size_t length_, before_, side_;
  std::vector<float> scratch_;
};

}  // namespace

void sliding_max(const ActivationMap& map, std::size_t side, std::span<float> out) {
  const auto [data, h, w, c] = map;
  const std::size_t block = std::min(c, kBlock);
  Line row(w, side, block), column(h, side, block);
  for (std::size_t j = 0; j < c; j += block) {
    const std::size_t width = std::min(block, c - j);
    for (std::size_t y = 0; y < h; ++y) row.run(data + y * w * c + j, out.data() + y * w * c + j, c, width);
    for (std::size_t x = 0; x < w; ++x) column.run(out.data() + x * c + j, out.data() + x * c + j, w * c, width);
  }
}

}  // namespace leitmotif
