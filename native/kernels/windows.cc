#include "kernels/windows.h"

#include <algorithm>
#include <bit>

#include "kernels/simd/simd.h"

namespace leitmotif {

namespace {

// Windows are offered the part of an anchor on grids of 2^3, then 2^2, 2 and 1 cells: in the middle of what they stand
// for, of which fewer are needed than in the order of rows.
constexpr std::size_t kGrids = 4;

std::size_t grid_of(std::size_t coordinate) {
  constexpr std::size_t half = std::size_t{1} << (kGrids - 2);
  const std::size_t zeros = static_cast<std::size_t>(std::countr_zero(coordinate + half));
  return kGrids - 1 - std::min(zeros, kGrids - 1);
}

}  // namespace

WindowGrid::WindowGrid(const Windows& windows) : width_(windows.width) {
  const auto last = windows.positions.empty() ? 0 : static_cast<std::size_t>(windows.positions.back()) / width_ + 1;
  places_.assign(last * width_, -1);
  for (std::size_t i = 0; i < windows.positions.size(); ++i)
    places_[static_cast<std::size_t>(windows.positions[i])] = static_cast<std::int32_t>(i);
}

std::vector<std::size_t> window_anchors(const Windows& windows, const WindowGrid& grid, std::size_t reach,
                                        double least) {
  const auto dot = simd::ops().dot_double;
  const std::size_t d = windows.descriptors.columns;
  std::vector<std::size_t> of_grid[kGrids];
  for (std::size_t i = 0; i < windows.positions.size(); ++i) {
    const auto p = static_cast<std::size_t>(windows.positions[i]);
    of_grid[std::max(grid_of(p % windows.width), grid_of(p / windows.width))].push_back(i);
  }
  std::vector<std::size_t> anchors;
  std::vector<bool> covered(windows.positions.size(), false);
  for (const auto& some : of_grid)
    for (std::size_t i : some) {
      const float* own = windows.descriptors.row(i);
      if (covered[i] || dot(own, own, d) == 0) continue;
      covered[i] = true;
      anchors.push_back(i);
      const auto p = static_cast<std::size_t>(windows.positions[i]);
      grid.for_each_near(p % windows.width, p / windows.width, reach, [&](std::size_t other) {
        if (!covered[other]) covered[other] = dot(own, windows.descriptors.row(other), d) >= least;
      });
    }
  std::sort(anchors.begin(), anchors.end());
  return anchors;
}

}  // namespace leitmotif
