#include "kernels/windows.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "kernels/simd/simd.h"
#include "tests/smooth_windows.h"

using namespace leitmotif;
using tests::SmoothWindows;

namespace {

std::vector<std::size_t> anchors_of(const SmoothWindows& map, std::size_t reach, double least) {
  return window_anchors(map.windows(), WindowGrid(map.windows()), reach, least);
}

double cosine(const SmoothWindows& map, std::size_t a, std::size_t b) {
  const MatrixView u = map.windows().descriptors;
  return simd::ops().dot_double(u.row(a), u.row(b), u.columns);
}

}  // namespace

TEST_CASE("a grid knows which windows stand where") {
  const std::vector<std::int32_t> positions{1, 3, 9, 10};  // of a map 4 cells wide
  const std::vector<float> descriptors(8, 0.0f);
  const WindowGrid grid({positions, 4, {descriptors.data(), 4, 2}});
  CHECK(grid.width() == 4);
  CHECK(grid.height() == 3);
  const auto all = [&](auto... where) {
    std::vector<std::size_t> found;
    grid.for_each_in(where..., [&](std::size_t window) { found.push_back(window); });
    return found;
  };
  using Found = std::vector<std::size_t>;
  CHECK(all(0u, 0u, 99u, 99u) == Found{0, 1, 2, 3});
  CHECK(all(2u, 0u, 4u, 3u) == Found{1, 3});
  CHECK(all(0u, 1u, 4u, 2u).empty());
  Found near;
  grid.for_each_near(0, 1, 1, [&](std::size_t window) { near.push_back(window); });
  CHECK(near == Found{0, 2});
  CHECK(WindowGrid({{}, 4, {nullptr, 0, 2}}).height() == 0);
}

TEST_CASE("every window has an anchor that is near and like it") {
  for (const std::size_t every : {1, 3}) {
    const SmoothWindows map(21, 30, 16, 5, every);
    const auto anchors = anchors_of(map, 4, 0.8);
    CHECK(std::is_sorted(anchors.begin(), anchors.end()));
    CHECK(std::adjacent_find(anchors.begin(), anchors.end()) == anchors.end());
    CHECK(anchors.size() < map.positions.size() / 3);
    for (std::size_t i = 0; i < map.positions.size(); ++i)
      CHECK(std::any_of(anchors.begin(), anchors.end(), [&](std::size_t anchor) {
        const std::int32_t p = map.positions[i], q = map.positions[anchor];
        const bool near = std::abs(p % 30 - q % 30) <= 4 && std::abs(p / 30 - q / 30) <= 4;
        return i == anchor || (near && cosine(map, i, anchor) >= 0.8);
      }));
  }
}

TEST_CASE("windows that are not alike stand for themselves, those of length zero for none") {
  SmoothWindows map(9, 10, 8, 6, 1);
  std::vector<std::size_t> all(map.positions.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  CHECK(anchors_of(map, 0, 0.8) == all);
  CHECK(anchors_of(map, 4, 1.1) == all);
  std::fill(map.descriptors.begin(), map.descriptors.end(), 0.0f);
  CHECK(anchors_of(map, 4, 0.8).empty());
}
