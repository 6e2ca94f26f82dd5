#include "kernels/tensor_layout.h"

#include <doctest/doctest.h>

#include <limits>
#include <numeric>
#include <vector>

#include "kernels/control.h"

using namespace leitmotif;

TEST_CASE("pixels are packed in every layout, with the last row and column repeated") {
  // 2 x 3 pixels; value of channel c at (y, x): 100 c + 10 y + x.
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < 2; ++y)
    for (int x = 0; x < 3; ++x)
      for (int c = 0; c < 3; ++c) pixels.push_back(static_cast<std::uint8_t>(100 * c + 10 * y + x));
  std::vector<float> values(3 * 256);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 256) + 1000.0f * (i / 256);

  for (bool bgr : {false, true})
    for (bool channels_first : {false, true}) {
      std::vector<float> out(3 * 4 * 5, -1);
      pack_pixels({pixels.data(), 2, 3}, {values.data(), bgr, channels_first}, 4, 5, out);
      for (std::size_t y = 0; y < 4; ++y)
        for (std::size_t x = 0; x < 5; ++x)
          for (std::size_t c = 0; c < 3; ++c) {
            const std::size_t source =
                100 * (bgr ? 2 - c : c) + 10 * std::min<std::size_t>(y, 1) + std::min<std::size_t>(x, 2);
            const std::size_t at = channels_first ? (c * 4 + y) * 5 + x : (y * 5 + x) * 3 + c;
            REQUIRE(out[at] == static_cast<float>(source + 1000 * c));
          }
    }
}

TEST_CASE("a tensor becomes a map at sizes around the tile, cropped, from both layouts") {
  for (std::size_t c : {1, 15, 16, 17, 40})
    for (std::size_t w : {1, 15, 16, 17, 33})
      for (std::size_t columns : {std::size_t{1}, w}) {
        const std::size_t h = 3, rows = 2;
        std::vector<float> first(h * w * c), last(h * w * c), a(rows * columns * c), b(a.size());
        std::iota(first.begin(), first.end(), 0.0f);
        for (std::size_t p = 0; p < h * w; ++p)
          for (std::size_t j = 0; j < c; ++j) last[p * c + j] = first[j * h * w + p];
        to_activation_map({first.data(), h, w, c, true}, false, rows, columns, a);
        to_activation_map({last.data(), h, w, c, false}, false, rows, columns, b);
        REQUIRE(a == b);
        for (std::size_t y = 0; y < rows; ++y)
          for (std::size_t x = 0; x < columns; ++x)
            for (std::size_t j = 0; j < c; ++j)
              REQUIRE(a[(y * columns + x) * c + j] == static_cast<float>((j * h + y) * w + x));
      }
}

TEST_CASE("negative values are cut to zero on request, else refused; NaN is always refused") {
  std::vector<float> values{1, -2, 3, -4}, out(4);
  const OutputTensor tensor{values.data(), 1, 2, 2, true};
  CHECK_THROWS_AS(to_activation_map(tensor, false, 1, 2, out), InvalidArgument);
  to_activation_map(tensor, true, 1, 2, out);
  CHECK(out == std::vector<float>{1, 3, 0, 0});
  values[3] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(to_activation_map(tensor, true, 1, 2, out), InvalidArgument);
}
