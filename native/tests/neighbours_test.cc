#include "kernels/neighbours.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "matrices.h"
#include "stop_at.h"

using namespace leitmotif;
using tests::clustered;
using tests::Matrix;

namespace {

struct Found {
  std::vector<std::int32_t> ids;
  std::vector<float> similarities;
  bool operator==(const Found&) const = default;
};

Found search(MatrixView queries, MatrixView vectors, std::size_t k, bool exclude_self, std::size_t threads = 2) {
  Found found{std::vector<std::int32_t>(queries.rows * k), std::vector<float>(queries.rows * k)};
  neighbours(queries, vectors, k, exclude_self, threads, Control(), found.ids, found.similarities);
  return found;
}

// By full sort of double products.
Found by_sorting(MatrixView queries, MatrixView vectors, std::size_t k, bool exclude_self) {
  Found found;
  for (std::size_t i = 0; i < queries.rows; ++i) {
    std::vector<std::pair<double, std::int32_t>> all;
    for (std::size_t j = 0; j < vectors.rows; ++j) {
      if (exclude_self && i == j) continue;
      double product = 0;
      for (std::size_t c = 0; c < vectors.columns; ++c)
        product += static_cast<double>(queries.row(i)[c]) * vectors.row(j)[c];
      all.emplace_back(-product, static_cast<std::int32_t>(j));
    }
    std::sort(all.begin(), all.end());
    for (std::size_t j = 0; j < k; ++j) {
      found.ids.push_back(all[j].second);
      found.similarities.push_back(static_cast<float>(-all[j].first));
    }
  }
  return found;
}

void check(const Found& actual, const Found& expected) {
  CHECK(actual.ids == expected.ids);
  float error = 0;
  for (std::size_t i = 0; i < expected.similarities.size(); ++i)
    error = std::max(error, std::abs(actual.similarities[i] - expected.similarities[i]) /
                                std::max(std::abs(expected.similarities[i]), 1e-3f));
  CHECK(error <= 1e-6f);
}

}  // namespace

TEST_CASE("neighbours agree with a full sort, among themselves and for other queries") {
  for (std::size_t n : {1, 2, 3, 64, 65, 700})
    for (std::size_t d : {1, 7, 65}) {
      const Matrix vectors = clustered(n, d, 1 + n / 20, static_cast<std::uint32_t>(n + d));
      const Matrix queries = clustered(37, d, 3, 5);
      for (std::size_t k : {std::size_t{1}, std::size_t{10}, n - 1, n}) {
        if (k < 1 || k > n || k * n > 20000) continue;
        CAPTURE(n);
        CAPTURE(d);
        CAPTURE(k);
        check(search(queries.view(), vectors.view(), k, false), by_sorting(queries.view(), vectors.view(), k, false));
        check(search(vectors.view(), vectors.view(), k, false), by_sorting(vectors.view(), vectors.view(), k, false));
        if (k < n)
          check(search(vectors.view(), vectors.view(), k, true), by_sorting(vectors.view(), vectors.view(), k, true));
      }
    }
}

TEST_CASE("many copies of a vector: ties go by the smaller id") {
  Matrix vectors = clustered(900, 24, 30, 3);
  for (std::size_t i = 0; i < 900; ++i)
    if (i % 3 != 0)
      std::copy_n(vectors.view().row(0), 24, vectors.values.begin() + static_cast<std::ptrdiff_t>(i * 24));
  check(search(vectors.view(), vectors.view(), 20, true), by_sorting(vectors.view(), vectors.view(), 20, true));

  const Matrix same{std::vector<float>(3000 * 5, 0.25f), 3000, 5};
  const Found found = search(same.view(), same.view(), 4, true);
  CHECK(std::vector<std::int32_t>(found.ids.begin(), found.ids.begin() + 8) ==
        std::vector<std::int32_t>{1, 2, 3, 4, 0, 2, 3, 4});
  CHECK(std::vector<std::int32_t>(found.ids.end() - 4, found.ids.end()) == std::vector<std::int32_t>{0, 1, 2, 3});
}

TEST_CASE("differences below float32's resolution are seen") {
  // Products 1 + i * 2^-40 with i falling: float32 products are all 1.
  const std::size_t n = 300, d = 3;
  Matrix vectors{std::vector<float>(n * d, 0), n, d};
  for (std::size_t i = 0; i < n; ++i) {
    vectors.values[i * d] = 1;
    vectors.values[i * d + 1] = static_cast<float>(i % 50) * 0x1p-40f;
  }
  const Matrix query{{1, 1, 0}, 1, d};
  const Found found = search(query.view(), vectors.view(), 8, false);
  CHECK(found.ids == std::vector<std::int32_t>{49, 99, 149, 199, 249, 299, 48, 98});
}

TEST_CASE("vectors of very different lengths, and zero vectors") {
  Matrix vectors = clustered(600, 16, 20, 9);
  for (std::size_t i = 0; i < vectors.values.size(); ++i)
    vectors.values[i] *= (i / 16) % 7 == 0 ? 0 : std::pow(10.0f, static_cast<float>((i / 16) % 13) - 6);
  check(search(vectors.view(), vectors.view(), 12, true), by_sorting(vectors.view(), vectors.view(), 12, true));
}

TEST_CASE("the result does not depend on threads, blocks or instruction set") {
  const Matrix vectors = clustered(2500, 48, 40, 11);
  const simd::Level before = simd::ops().level;
  const Found expected = search(vectors.view(), vectors.view(), 30, true, 1);
  for (std::size_t threads : {2, 3, 8}) CHECK(search(vectors.view(), vectors.view(), 30, true, threads) == expected);
  for (simd::Level level : {simd::Level::scalar, simd::Level::avx2, simd::Level::avx512, simd::Level::vnni})
    if (simd::force(level)) CHECK(search(vectors.view(), vectors.view(), 30, true) == expected);
  simd::force(before);
  const Matrix copy = vectors;  // Elsewhere in memory: both halves are computed.
  CHECK(search(copy.view(), vectors.view(), 30, true) == expected);
}

TEST_CASE("from inside a parallel region") {
  const Matrix vectors = clustered(400, 20, 10, 2);
  const Found expected = search(vectors.view(), vectors.view(), 5, true);
  std::vector<Found> found(4);
#pragma omp parallel for num_threads(2)
  for (int i = 0; i < 4; ++i) found[static_cast<std::size_t>(i)] = search(vectors.view(), vectors.view(), 5, true, 1);
  for (const Found& each : found) CHECK(each == expected);
}

TEST_CASE("no queries, and what is refused") {
  const Matrix vectors = clustered(10, 4, 2, 1), none{{}, 0, 4};
  CHECK(search(none.view(), vectors.view(), 3, false).ids.empty());
  CHECK_THROWS_AS(search(vectors.view(), vectors.view(), 0, false), InvalidArgument);
  CHECK_THROWS_AS(search(vectors.view(), vectors.view(), 10, true), InvalidArgument);
  CHECK_THROWS_AS(search(vectors.view(), vectors.view(), 11, false), InvalidArgument);
  CHECK_THROWS_AS(search(vectors.view(), none.view(), 1, false), InvalidArgument);
  CHECK_THROWS_AS(search(clustered(9, 4, 2, 1).view(), vectors.view(), 1, true), InvalidArgument);
  for (float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 1e30f}) {
    Matrix spoilt = vectors;
    spoilt.values[39] = bad;
    CHECK_THROWS_AS(search(spoilt.view(), spoilt.view(), 3, true), InvalidArgument);
  }
}

TEST_CASE("stops when asked to, and tells how far it is") {
  const Matrix vectors = clustered(20000, 128, 100, 4);
  std::vector<std::int32_t> ids(20000 * 10);
  std::vector<float> similarities(20000 * 10);
  std::int32_t words[2] = {0, 0};
  const std::jthread watcher = tests::stop_at(words, 100);
  CHECK_THROWS_AS(neighbours(vectors.view(), vectors.view(), 10, true, 2, Control(words), ids, similarities),
                  Cancelled);
  CHECK(words[1] < 9000);
}
