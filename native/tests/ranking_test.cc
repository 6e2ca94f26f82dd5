#include "kernels/ranking.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "kernels/control.h"

using namespace leitmotif;

namespace {

std::vector<std::int32_t> ranked(const std::vector<float>& scores, std::size_t top,
                                 const std::vector<std::int32_t>& exclude = {}) {
  std::vector<std::int32_t> ids(top);
  ids.resize(rank(scores, exclude, ids));
  return ids;
}

}  // namespace

TEST_CASE("the ranking is that of a stable sort by falling score, cut") {
  std::mt19937 random(3);
  std::uniform_int_distribution<int> value(-20, 20);  // many ties
  std::vector<float> scores(500);
  for (float& score : scores) score = static_cast<float>(value(random));
  std::vector<std::int32_t> sorted(scores.size());
  std::iota(sorted.begin(), sorted.end(), 0);
  std::stable_sort(sorted.begin(), sorted.end(), [&](auto a, auto b) {
    return scores[static_cast<std::size_t>(a)] > scores[static_cast<std::size_t>(b)];
  });
  for (const std::size_t top : {0, 1, 7, 250, 499, 500, 900}) {
    const auto expected =
        std::vector(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(top, 500)));
    CHECK(ranked(scores, top) == expected);
  }
  const std::vector<std::int32_t> exclude{sorted[3], sorted[0], sorted[3]};
  auto without = sorted;
  std::erase_if(without, [&](auto id) { return id == exclude[0] || id == exclude[1]; });
  CHECK(ranked(scores, 500, exclude) == without);
  without.resize(10);
  CHECK(ranked(scores, 10, exclude) == without);
}

TEST_CASE("a ranking of nothing is empty; scores that are not finite and foreign ids are refused") {
  CHECK(ranked({}, 5).empty());
  CHECK(ranked({1}, 5, {0}).empty());
  CHECK_THROWS_AS(ranked({1, std::numeric_limits<float>::quiet_NaN()}, 1), InvalidArgument);
  CHECK_THROWS_AS(ranked({1, 2}, 1, {2}), InvalidArgument);
  CHECK_THROWS_AS(ranked({1, 2}, 1, {-1}), InvalidArgument);
}
