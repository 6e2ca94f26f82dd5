#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "kernels/cross_match.h"
#include "kernels/generalised_max_pooling.h"
#include "kernels/region_reduction.h"

using namespace leitmotif;

namespace {

// Unit vectors, and images of 0 to 6 regions (one of 1500).
struct Fixture {
  std::size_t d;
  std::vector<float> values;
  std::vector<std::int32_t> starts{0};

  Fixture(std::size_t images, std::size_t columns, unsigned seed) : d(columns) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    for (std::size_t i = 0; i < images; ++i)
      starts.push_back(starts.back() + (i == 2 ? 1500 : static_cast<std::int32_t>(random() % 7)));
    values.resize(static_cast<std::size_t>(starts.back()) * d);
    for (std::size_t r = 0; r < values.size() / d; ++r) {
      double squares = 0;
      for (std::size_t j = 0; j < d; ++j) {
        values[r * d + j] = normal(random);
        squares += values[r * d + j] * values[r * d + j];
      }
      for (std::size_t j = 0; j < d; ++j) values[r * d + j] /= static_cast<float>(std::sqrt(squares));
    }
  }
  ImageRegions regions() const { return {{values.data(), values.size() / d, d}, starts}; }
};

}  // namespace

TEST_CASE("cross-matching equals its definition for any number of query regions and threads") {
  const Fixture database(40, 19, 5);
  for (std::size_t parts : {1, 2, 9}) {
    const Fixture source(40, 19, 6);
    const MatrixView query{source.values.data(), parts, 19};
    std::vector<float> scores(40), again(40);
    std::vector<std::int32_t> best(40), best_again(40);
    cross_match(query, database.regions(), 1, {}, scores, best);
    cross_match(query, database.regions(), 3, {}, again, best_again);
    CHECK(scores == again);
    CHECK(best == best_again);
    for (std::size_t i = 0; i < 40; ++i) {
      const MatrixView own = database.regions().of(i);
      double sum = 0, top = -2;
      std::int32_t top_row = -1;
      for (std::size_t r = 0; r < parts; ++r) {
        double largest = -std::numeric_limits<double>::infinity();
        for (std::size_t v = 0; v < own.rows; ++v) {
          double product = 0;
          for (std::size_t j = 0; j < 19; ++j) product += static_cast<double>(query.row(r)[j]) * own.row(v)[j];
          largest = std::max(largest, product);
          if (product > top) {
            top = product;
            top_row = static_cast<std::int32_t>(database.regions().first(i) + v);
          }
        }
        sum += largest;
      }
      CHECK(best[i] == top_row);
      if (own.rows == 0)
        CHECK(scores[i] == -std::numeric_limits<float>::infinity());
      else
        CHECK(scores[i] == doctest::Approx(sum).epsilon(1e-5));
    }
  }
}

TEST_CASE("generalised max pooling weights solve their equations") {
  const Fixture database(12, 8, 7);
  std::vector<float> c(database.values.size() / 8);
  generalised_max_pooling(database.regions(), 1, 2, {}, c);
  for (std::size_t i = 0; i < 12; ++i) {
    const MatrixView own = database.regions().of(i);
    const float* weights = c.data() + database.regions().first(i);
    for (std::size_t a = 0; a < own.rows; ++a) {
      double left = weights[a];
      for (std::size_t b = 0; b < own.rows; ++b)
        for (std::size_t j = 0; j < 8; ++j) left += static_cast<double>(own.row(a)[j]) * own.row(b)[j] * weights[b];
      CHECK(left == doctest::Approx(1).epsilon(1e-4));
    }
  }
}

TEST_CASE("a mixture of as many Gaussians as there are clusters finds their centres") {
  // Three axes, each seen four times with a little noise, in two images; a third image has two regions only.
  std::mt19937 random(1);
  std::normal_distribution<float> noise(0, 0.01f);
  std::vector<float> values;
  for (std::size_t r = 0; r < 26; ++r)
    for (std::size_t j = 0; j < 5; ++j) values.push_back((r % 3 == j ? 1.0f : 0.0f) + noise(random));
  const std::vector<std::int32_t> starts{0, 12, 12, 24, 26};
  const ImageRegions regions{{values.data(), 26, 5}, starts};
  std::vector<std::int32_t> reduced(5);
  reduced_starts(regions, 3, reduced);
  REQUIRE(reduced == std::vector<std::int32_t>{0, 3, 3, 6, 8});
  std::vector<float> out(8 * 5), again(8 * 5);
  reduce_regions(regions, reduced, 50, 1, {}, out);
  reduce_regions(regions, reduced, 50, 4, {}, again);
  CHECK(out == again);
  for (std::size_t image : {0, 2}) {
    int axes = 0;
    for (std::int32_t r = reduced[image]; r < reduced[image + 1]; ++r) {
      double squares = 0;
      for (std::size_t j = 0; j < 5; ++j) {
        const float v = out[static_cast<std::size_t>(r) * 5 + j];
        squares += v * v;
        if (v > 0.999f) axes |= 1 << j;
      }
      CHECK(squares == doctest::Approx(1).epsilon(1e-6));
    }
    CHECK(axes == 0b111);
  }
  CHECK(std::equal(out.end() - 10, out.end(), values.end() - 10));
}

TEST_CASE("regions that are all equal reduce to themselves") {
  std::vector<float> values(6 * 4, 0.5f), out(2 * 4);
  const std::vector<std::int32_t> starts{0, 6}, reduced{0, 2};
  reduce_regions({{values.data(), 6, 4}, starts}, reduced, 20, 1, {}, out);
  for (float v : out) CHECK(v == doctest::Approx(0.5));
}

TEST_CASE("regional kernels refuse NaN, ill-ordered images and a query without regions, and stop when asked") {
  Fixture database(10, 4, 8);
  std::vector<float> scores(10), weights(database.values.size() / 4);
  std::vector<std::int32_t> best(10);
  const MatrixView query{database.values.data(), 1, 4};
  CHECK_THROWS_AS(cross_match({query.data, 0, 4}, database.regions(), 1, {}, scores, best), InvalidArgument);
  std::int32_t words[2] = {1, 0};
  CHECK_THROWS_AS(cross_match(query, database.regions(), 2, Control(words), scores, best), Cancelled);
  CHECK_THROWS_AS(generalised_max_pooling(database.regions(), 1, 2, Control(words), weights), Cancelled);
  std::swap(database.starts[3], database.starts[2]);
  CHECK_THROWS_AS(cross_match(query, database.regions(), 1, {}, scores, best), InvalidArgument);
  std::swap(database.starts[3], database.starts[2]);
  database.values.back() = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(cross_match(query, database.regions(), 2, {}, scores, best), InvalidArgument);
  CHECK_THROWS_AS(generalised_max_pooling(database.regions(), 1, 2, {}, weights), InvalidArgument);
}
