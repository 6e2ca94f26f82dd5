// Windows for tests that change from cell to cell as those of a map do.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/windows.h"
#include "tests/matrices.h"

namespace leitmotif::tests {

// Between unit vectors six cells apart descriptors go over into one another, and lie at every `every`-th position.
struct SmoothWindows {
  std::size_t width;
  std::vector<std::int32_t> positions;
  std::vector<float> descriptors;
  std::size_t columns;

  SmoothWindows(std::size_t h, std::size_t w, std::size_t d, std::uint32_t seed, std::size_t every = 1)
      : SmoothWindows(h, w, clustered((h / kStep + 2) * (w / kStep + 2), d, 1000, seed), every) {}

  // The vectors six cells apart are rows of `corners`, (h / 6 + 2) (w / 6 + 2) at least.
  SmoothWindows(std::size_t h, std::size_t w, const Matrix& corners, std::size_t every = 1)
      : width(w), columns(corners.columns) {
    for (std::size_t p = 0; p < h * w; p += every) {
      positions.push_back(static_cast<std::int32_t>(p));
      const std::size_t x = p % w, y = p / w, first = y / kStep * (w / kStep + 2) + x / kStep;
      const double right = static_cast<double>(x % kStep) / kStep, down = static_cast<double>(y % kStep) / kStep;
      std::vector<double> sum(columns);
      double squares = 0;
      for (std::size_t j = 0; j < columns; ++j) {
        const auto at = [&](std::size_t corner) { return static_cast<double>(corners.view().row(corner)[j]); };
        const std::size_t below = first + w / kStep + 2;
        sum[j] = (1 - down) * ((1 - right) * at(first) + right * at(first + 1)) +
                 down * ((1 - right) * at(below) + right * at(below + 1));
        squares += sum[j] * sum[j];
      }
      for (double value : sum) descriptors.push_back(static_cast<float>(value / std::sqrt(squares)));
    }
  }

  Windows windows() const { return {positions, width, {descriptors.data(), positions.size(), columns}}; }

 private:
  static constexpr std::size_t kStep = 6;
};

}  // namespace leitmotif::tests
