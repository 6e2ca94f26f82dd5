#include "kernels/photo_view.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace leitmotif {

namespace {

// Two neighbouring pixels along an axis, and the share of the second.
struct Between {
  std::size_t first, second;
  double share;
};

// Where the coordinate lies among `size` pixels, mirrored at the borders as often as it takes.
Between locate(double coordinate, std::size_t size) {
  const auto n = static_cast<double>(size);
  double folded = std::abs(std::fmod(coordinate, 2 * n));
  if (folded > n) folded = 2 * n - folded;
  const double position = std::clamp(folded - 0.5, 0.0, n - 1);
  const auto first = static_cast<std::size_t>(position);
  return {first, std::min(first + 1, size - 1), position - static_cast<double>(first)};
}

// Gamma and gain of every 8-bit value, to 0..255.
std::array<std::vector<double>, 3> curves(const Light& light) {
  std::array<std::vector<double>, 3> result;
  for (std::size_t c = 0; c < 3; ++c) {
    result[c].resize(256);
    for (std::size_t v = 0; v < 256; ++v)
      result[c][v] = 255 * std::min(1.0, light.gains[c] * std::pow(static_cast<double>(v) / 255, light.gamma));
  }
  return result;
}

std::uint8_t to_byte(double value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5);
}

}  // namespace

void render_view(const Pixels& photo, const Placement& placement, const Light& light, std::size_t out_height,
                 std::size_t out_width, const Control& control, std::span<std::uint8_t> out) {
  const auto curve = curves(light);
  std::uint8_t* target = out.data();
  for (std::size_t i = 0; i < out_height; ++i) {
    control.check();
    const double v = static_cast<double>(i) + 0.5;
    for (std::size_t j = 0; j < out_width; ++j, target += 3) {
      const double u = static_cast<double>(j) + 0.5;
      const Between x = locate(placement.xx * u + placement.xy * v + placement.x0, photo.width);
      const Between y = locate(placement.yx * u + placement.yy * v + placement.y0, photo.height);
      const std::uint8_t* above = photo.data + 3 * y.first * photo.width;
      const std::uint8_t* below = photo.data + 3 * y.second * photo.width;
      double colour[3];
      for (std::size_t c = 0; c < 3; ++c) {
        const double upper = above[3 * x.first + c] * (1 - x.share) + above[3 * x.second + c] * x.share;
        const double lower = below[3 * x.first + c] * (1 - x.share) + below[3 * x.second + c] * x.share;
        colour[c] = curve[c][to_byte(upper * (1 - y.share) + lower * y.share)];
      }
      const double grey = (colour[0] + colour[1] + colour[2]) / 3;
      for (std::size_t c = 0; c < 3; ++c) target[c] = to_byte(grey + light.saturation * (colour[c] - grey));
    }
    control.report(static_cast<double>(i + 1) / static_cast<double>(out_height));
  }
}

}  // namespace leitmotif
