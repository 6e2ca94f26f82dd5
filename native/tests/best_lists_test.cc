#include "kernels/best_lists.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

using namespace leitmotif;

TEST_CASE("lists hold the best scores, equal ones by smaller id, in whatever order they come") {
  std::mt19937 random(3);
  // Few different scores, of both signs and zeros of both: many ties.
  std::vector<std::pair<float, std::int32_t>> all;
  for (std::int32_t id = 0; id < 500; ++id) {
    const int score = static_cast<int>(random() % 40) - 20;
    all.emplace_back(score == 0 && id % 2 ? -0.0f : static_cast<float>(score) / 7, id);
  }
  std::vector<std::pair<float, std::int32_t>> expected = all;
  std::sort(expected.begin(), expected.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  for (std::size_t kept : {1, 2, 37, 499, 500, 600}) {
    BestLists lists(3, kept);
    for (std::size_t row : {0, 2}) {
      std::shuffle(all.begin(), all.end(), random);
      for (const auto& [score, id] : all) lists.offer(row, static_cast<std::size_t>(id), score);
      if (kept < 300) CHECK(lists.limit(row) <= expected[kept - 1].first);
      std::vector<std::int32_t> ids(kept), best;
      ids.resize(lists.take(row, ids.data()));
      REQUIRE(ids.size() == std::min(kept, all.size()));
      for (std::size_t i = 0; i < ids.size(); ++i) best.push_back(expected[i].second);
      std::sort(ids.begin(), ids.end());
      std::sort(best.begin(), best.end());
      CHECK(ids == best);
    }
    std::vector<std::int32_t> none(kept);
    CHECK(lists.take(1, none.data()) == 0);
  }
}
