#include "kernels/largest.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <random>
#include <vector>

using namespace leitmotif;

TEST_CASE("the largest of many scores are found, however they are spread, and the first of equals") {
  std::mt19937 random(1);
  Largest largest(500);
  for (std::size_t trial = 0; trial < 200; ++trial) {
    const std::size_t n = 1 + random() % 500, wanted = 1 + random() % n;
    const int values = trial % 3 == 0 ? 4 : 100000;  // many ties, or few
    const float unit = trial % 2 == 0 ? 1e-6f : 30.0f;
    std::vector<float> scores(n);
    for (float& score : scores) score = unit * static_cast<float>(static_cast<int>(random() % values) - values / 2);
    std::vector<float> sorted = scores;
    std::sort(sorted.begin(), sorted.end(), std::greater<>());

    std::vector<std::size_t> places, expected;
    largest.for_each(scores, wanted, [&](std::size_t place) { places.push_back(place); });
    std::sort(places.begin(), places.end());
    const float last = sorted[wanted - 1];
    std::size_t ties = wanted;
    for (float score : scores) ties -= score > last ? 1 : 0;
    for (std::size_t i = 0; i < n; ++i) {
      const bool equal = scores[i] == last && ties > 0;
      if (equal) --ties;
      if (scores[i] > last || equal) expected.push_back(i);
    }
    REQUIRE(places == expected);

    const std::size_t slack = random() % 20;
    const float limit = largest.reached_by(scores, wanted, slack);
    const auto reach = static_cast<std::size_t>(
        std::count_if(scores.begin(), scores.end(), [&](float score) { return score >= limit; }));
    REQUIRE(reach >= wanted);
    if (reach > wanted + slack) REQUIRE(limit == last);
  }
}
