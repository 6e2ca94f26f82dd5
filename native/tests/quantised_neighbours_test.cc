#include "kernels/quantised_neighbours.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "found_neighbours.h"
#include "matrices.h"
#include "simd_levels.h"
#include "stop_at.h"

using namespace leitmotif;
using tests::clustered;
using tests::exact;
using tests::Found;
using tests::Matrix;
using tests::share_found;

namespace {

Found quantised(MatrixView vectors, std::size_t k, bool exclude_self, std::size_t threads = 2) {
  Found found(vectors.rows, k);
  quantised_neighbours(vectors, k, exclude_self, threads, Control(), found.ids, found.similarities);
  return found;
}

}  // namespace

TEST_CASE("nearly all neighbours are found by quantised vectors") {
  for (std::size_t n : {700, 1500, 3000})
    for (std::size_t d : {7, 64, 130})
      for (bool exclude_self : {false, true}) {
        CAPTURE(n);
        CAPTURE(d);
        const Matrix vectors = clustered(n, d, n / 20, static_cast<std::uint32_t>(n + d));
        const Found truth = exact(vectors.view(), vectors.view(), 50, exclude_self);
        const Found found = quantised(vectors.view(), 50, exclude_self);
        CHECK(share_found(found, truth, vectors.view(), vectors.view(), 50) > 0.995);
      }
}

TEST_CASE("where there are few vectors, all are compared exactly") {
  for (std::size_t n : {1, 2, 15, 16, 17, 33, 60})
    for (std::size_t d : {1, 5, 32, 33}) {
      const Matrix vectors = clustered(n, d, 4, static_cast<std::uint32_t>(n * d));
      for (bool exclude_self : {false, true}) {
        const std::size_t k = n - (exclude_self ? 1 : 0);
        if (k < 1) continue;
        CAPTURE(n);
        CAPTURE(d);
        CHECK(quantised(vectors.view(), k, exclude_self) == exact(vectors.view(), vectors.view(), k, exclude_self));
      }
    }
}

TEST_CASE("the same with any number of threads and at every level, and similarities the same from both sides") {
  const Matrix vectors = clustered(2500, 48, 40, 11);
  const Found expected = quantised(vectors.view(), 30, true, 1);
  for (std::size_t threads : {2, 3, 8}) CHECK(quantised(vectors.view(), 30, true, threads) == expected);
  for_each_level([&] { CHECK(quantised(vectors.view(), 30, true) == expected); });
  std::map<std::pair<std::size_t, std::size_t>, float> seen;
  for (std::size_t i = 0; i < expected.ids.size(); ++i) {
    const std::size_t a = i / 30, b = static_cast<std::size_t>(expected.ids[i]);
    const auto [place, fresh] = seen.try_emplace({std::min(a, b), std::max(a, b)}, expected.similarities[i]);
    if (!fresh) REQUIRE(place->second == expected.similarities[i]);
  }
}

TEST_CASE("copies, zero vectors, and vectors of very different lengths") {
  for (float value : {0.5f, 0.0f, 1e-44f}) {
    const Matrix same{std::vector<float>(1500 * 4, value), 1500, 4};
    const Found copies = quantised(same.view(), 30, true);
    CHECK(copies == exact(same.view(), same.view(), 30, true));
    CHECK(quantised(same.view(), 30, true, 1) == copies);
  }
  // Every vector twice, one of them without length.
  Matrix twice = clustered(1000, 24, 30, 5);
  std::copy_n(twice.values.begin(), 500 * 24, twice.values.begin() + 500 * 24);
  std::fill_n(twice.values.begin(), 24, 0.0f);
  const Found truth = exact(twice.view(), twice.view(), 1, true), pairs = quantised(twice.view(), 1, true);
  for (std::size_t i = 1; i < 500; ++i) CHECK(pairs.ids[i] == truth.ids[i]);

  Matrix lengths = clustered(600, 16, 20, 9);
  for (std::size_t i = 0; i < lengths.values.size(); ++i)
    lengths.values[i] *= (i / 16) % 7 == 0 ? 0 : std::pow(10.0f, static_cast<float>((i / 16) % 13) - 6);
  const Found found = quantised(lengths.view(), 12, true);
  CHECK(share_found(found, exact(lengths.view(), lengths.view(), 12, true), lengths.view(), lengths.view(), 12) > 0.98);
}

TEST_CASE("quantised search from inside a parallel region") {
  const Matrix vectors = clustered(400, 20, 10, 2);
  const Found expected = quantised(vectors.view(), 5, true);
  std::vector<Found> found(4, Found(400, 5));
#pragma omp parallel for num_threads(2)
  for (int i = 0; i < 4; ++i) found[static_cast<std::size_t>(i)] = quantised(vectors.view(), 5, true, 1);
  for (const Found& each : found) CHECK(each == expected);
}

TEST_CASE("what quantised search refuses") {
  const Matrix vectors = clustered(10, 4, 2, 1);
  CHECK_THROWS_AS(quantised(vectors.view(), 0, false), InvalidArgument);
  CHECK_THROWS_AS(quantised(vectors.view(), 10, true), InvalidArgument);
  CHECK_THROWS_AS(quantised(vectors.view(), 11, false), InvalidArgument);
  Matrix spoilt = vectors;
  spoilt.values[39] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(quantised(spoilt.view(), 3, true), InvalidArgument);
  const Matrix wide{std::vector<float>(2 * 70000, 0.1f), 2, 70000};
  CHECK_THROWS_AS(quantised(wide.view(), 1, true), InvalidArgument);
}

TEST_CASE("quantised search stops when asked to, and tells how far it is") {
  const Matrix vectors = clustered(30000, 128, 100, 4);
  std::vector<std::int32_t> ids(30000 * 10);
  std::vector<float> similarities(30000 * 10);
  std::int32_t words[2] = {0, 0};
  const std::jthread watcher = tests::stop_at(words, 100);
  CHECK_THROWS_AS(quantised_neighbours(vectors.view(), 10, true, 2, Control(words), ids, similarities), Cancelled);
  CHECK(words[1] < 9000);
}
