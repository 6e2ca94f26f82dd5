#include "kernels/sliding_max.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace leitmotif;

namespace {

// The definition, position by position.
std::vector<float> by_definition(const ActivationMap& map, std::size_t side) {
  const auto [data, h, w, c] = map;
  std::vector<float> out(h * w * c, 0);
  const auto first = [&](std::size_t p) { return p < side / 2 ? 0 : p - side / 2; };
  const auto last = [&](std::size_t p, std::size_t n) { return std::min(n, p - side / 2 + side); };
  for (std::size_t y = 0; y < h; ++y)
    for (std::size_t x = 0; x < w; ++x)
      for (std::size_t v = first(y); v < last(y, h); ++v)
        for (std::size_t u = first(x); u < last(x, w); ++u)
          for (std::size_t j = 0; j < c; ++j) {
            float& value = out[(y * w + x) * c + j];
            value = std::max(value, map.at(v, u)[j]);
          }
  return out;
}

}  // namespace

TEST_CASE("sliding maxima equal their definition for every side and shape") {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> value(0, 1);
  struct Shape {
    std::size_t h, w, c;
  };
  for (const auto& [h, w, c] : {Shape{1, 1, 1}, {1, 9, 3}, {9, 1, 3}, {5, 7, 17}, {6, 4, 130}, {3, 3, 257}}) {
    std::vector<float> values(h * w * c), out(values.size());
    for (auto& v : values) v = value(random) < 0.3f ? 0 : value(random);
    for (std::size_t side : {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 31, 1000000}) {
      CAPTURE(h);
      CAPTURE(w);
      CAPTURE(c);
      CAPTURE(side);
      const ActivationMap map{values.data(), h, w, c};
      sliding_max(map, side, out);
      const auto expected = by_definition(map, side);
      REQUIRE(out == expected);

      // At some positions alone: every one, every third, one, and those of one row.
      std::vector<float> scratch;
      for (std::size_t step : {std::size_t{1}, std::size_t{3}, h * w, w})
        for (std::size_t first : {std::size_t{0}, (h * w) / 2}) {
          std::vector<std::int32_t> positions;
          for (std::size_t p = first; p < h * w; p += step) positions.push_back(static_cast<std::int32_t>(p));
          std::vector<float> some(positions.size() * c);
          sliding_max_at(map, side, positions, scratch, some.data());
          for (std::size_t i = 0; i < positions.size(); ++i)
            REQUIRE(std::equal(&some[i * c], &some[i * c] + c, &expected[positions[i] * c]));
        }
    }
  }
}
