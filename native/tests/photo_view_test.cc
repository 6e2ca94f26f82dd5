#include "kernels/photo_view.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <vector>

using namespace leitmotif;

namespace {

constexpr Light kAsIs{1, {1, 1, 1}, 1};
constexpr Placement kInPlace{1, 0, 0, 0, 1, 0};

std::vector<std::uint8_t> random_photo(std::size_t height, std::size_t width) {
  std::mt19937 random(5);
  std::vector<std::uint8_t> result(height * width * 3);
  for (auto& value : result) value = static_cast<std::uint8_t>(random() % 256);
  return result;
}

std::vector<std::uint8_t> render(const std::vector<std::uint8_t>& photo, std::size_t height, std::size_t width,
                                 const Placement& placement, const Light& light, std::size_t out_height,
                                 std::size_t out_width) {
  std::vector<std::uint8_t> out(out_height * out_width * 3);
  render_view({photo.data(), height, width}, placement, light, out_height, out_width, {}, out);
  return out;
}

}  // namespace

TEST_CASE("a view in place and in the same light is the photo") {
  const auto photo = random_photo(7, 9);
  CHECK(render(photo, 7, 9, kInPlace, kAsIs, 7, 9) == photo);
}

TEST_CASE("a view turned by a quarter, and one beyond the border, show the pixels that they should") {
  const std::size_t h = 6, w = 8;
  const auto photo = random_photo(h, w);
  // (u, v) shows (v, h - u): the view's columns are the photo's rows from the bottom.
  const auto turned = render(photo, h, w, {0, 1, 0, -1, 0, h}, kAsIs, w, h);
  for (std::size_t i = 0; i < w; ++i)
    for (std::size_t j = 0; j < h; ++j)
      for (std::size_t c = 0; c < 3; ++c) REQUIRE(turned[(i * h + j) * 3 + c] == photo[((h - 1 - j) * w + i) * 3 + c]);
  // Shifted by three photos to the left and one up: mirrored an odd number of times each way.
  const auto mirrored = render(photo, h, w, {1, 0, -3.0 * w, 0, 1, -1.0 * h}, kAsIs, h, w);
  for (std::size_t i = 0; i < h; ++i)
    for (std::size_t j = 0; j < w; ++j)
      for (std::size_t c = 0; c < 3; ++c)
        REQUIRE(mirrored[(i * w + j) * 3 + c] == photo[((h - 1 - i) * w + (w - 1 - j)) * 3 + c]);
}

TEST_CASE("colours between pixels are bilinear") {
  const std::size_t h = 5, w = 6;
  std::vector<std::uint8_t> photo(h * w * 3);
  for (std::size_t y = 0; y < h; ++y)
    for (std::size_t x = 0; x < w; ++x)
      for (std::size_t c = 0; c < 3; ++c) photo[(y * w + x) * 3 + c] = static_cast<std::uint8_t>(20 * x + 10 * y + c);
  const auto view = render(photo, h, w, {0.5, 0, 1, 0, 0.5, 1}, kAsIs, 4, 4);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j)
      for (std::size_t c = 0; c < 3; ++c) {
        const double x = 0.5 * (j + 0.5) + 1 - 0.5, y = 0.5 * (i + 0.5) + 1 - 0.5;
        REQUIRE(std::abs(view[(i * 4 + j) * 3 + c] - (20 * x + 10 * y + c)) <= 0.51);
      }
}

TEST_CASE("light follows its formula") {
  const auto photo = random_photo(4, 4);
  const Light light{1.3, {0.8, 1.5, 1}, 0.4};
  const auto view = render(photo, 4, 4, kInPlace, light, 4, 4);
  for (std::size_t p = 0; p < 16; ++p) {
    double lit[3], mean = 0;
    for (std::size_t c = 0; c < 3; ++c) {
      lit[c] = std::min(1.0, light.gains[c] * std::pow(photo[3 * p + c] / 255.0, light.gamma));
      mean += lit[c] / 3;
    }
    for (std::size_t c = 0; c < 3; ++c)
      REQUIRE(std::abs(view[3 * p + c] - 255 * (mean + light.saturation * (lit[c] - mean))) <= 0.5 + 1e-9);
  }
}

TEST_CASE("a photo of one pixel fills any view, and cancelling stops it") {
  const std::vector<std::uint8_t> photo{10, 20, 30};
  const auto view = render(photo, 1, 1, {0.7, 0.3, -5, -0.3, 0.7, 9}, kAsIs, 3, 5);
  for (std::size_t p = 0; p < 15; ++p) REQUIRE((view[3 * p] == 10 && view[3 * p + 1] == 20 && view[3 * p + 2] == 30));
  std::int32_t words[2] = {1, 0};
  std::vector<std::uint8_t> out(3);
  CHECK_THROWS_AS(render_view({photo.data(), 1, 1}, kInPlace, kAsIs, 1, 1, Control(words), out), Cancelled);
}
