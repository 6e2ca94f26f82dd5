#include "kernels/clustered_index.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "found_neighbours.h"
#include "matrices.h"
#include "simd_levels.h"
#include "stop_at.h"

using namespace leitmotif;
using tests::clustered;
using tests::exact;
using tests::Found;
using tests::share_found;

namespace {

Found approximate(MatrixView queries, MatrixView vectors, std::size_t k, bool exclude_self, std::size_t threads = 2,
                  double recall = 0.985) {
  Found found(queries.rows, k);
  clustered_neighbours(queries, vectors, k, exclude_self, {recall, 1}, threads, Control(), found.ids,
                       found.similarities);
  return found;
}

}  // namespace

TEST_CASE("clusters give the share of the neighbours that they are asked for") {
  for (float noise : {0.5f, 0.7f, 1.5f}) {
    CAPTURE(noise);
    const auto vectors = clustered(4000, 32, 150, 1, noise), queries = clustered(100, 32, 10, 2);
    const Found truth = exact(vectors.view(), vectors.view(), 20, true);
    for (double wanted : {0.8, 0.985}) {
      const Found found = approximate(vectors.view(), vectors.view(), 20, true, 2, wanted);
      CHECK(share_found(found, truth, vectors.view(), vectors.view(), 20) > wanted - 0.01);
    }
    const Found all = approximate(vectors.view(), vectors.view(), 20, true, 2, 1);
    CHECK(share_found(all, truth, vectors.view(), vectors.view(), 20) > 0.999);
  }
  const auto vectors = clustered(3000, 32, 150, 1, 0.7f), queries = clustered(100, 32, 10, 2);
  // Queries unlike any of the vectors, which nothing was fitted to.
  const Found other = approximate(queries.view(), vectors.view(), 10, false);
  CHECK(share_found(other, exact(queries.view(), vectors.view(), 10, false), queries.view(), vectors.view(), 10) >
        0.85);
}

TEST_CASE("nominees are mostly the nearest, each once, by any number of threads") {
  const auto vectors = clustered(4000, 32, 150, 1, 0.7f), queries = clustered(60, 32, 150, 1, 0.5f);
  const ClusteredIndex index(vectors.view(), 30, {0.985, 1}, 2, Control());
  const Found truth = exact(queries.view(), vectors.view(), 30, false);
  std::vector<std::int32_t> ids(60 * 30), again(ids.size());
  index.nominate(queries.view(), 30, 2, Control(), ids);
  std::size_t hits = 0;
  for (std::size_t i = 0; i < 60; ++i) {
    const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(i * 30), end = begin + 30;
    std::sort(begin, end);
    CHECK(std::adjacent_find(begin, end) == end);
    for (std::size_t j = 0; j < 30; ++j) hits += std::binary_search(begin, end, truth.ids[i * 30 + j]) ? 1 : 0;
  }
  CHECK(hits > 60 * 30 * 95 / 100);
  index.nominate(queries.view(), 30, 1, Control(), again);
  for (std::size_t i = 0; i < 60; ++i)
    std::sort(again.begin() + static_cast<std::ptrdiff_t>(i * 30),
              again.begin() + static_cast<std::ptrdiff_t>(i * 30 + 30));
  CHECK(again == ids);
  // More than it was built for: all of them.
  std::vector<std::int32_t> all(4000);
  index.nominate(queries.view().slice(0, 1), 4000, 2, Control(), all);
  std::sort(all.begin(), all.end());
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] == static_cast<std::int32_t>(i));
}

TEST_CASE("fewer clusters are looked into where less is asked for") {
  const auto vectors = clustered(4000, 32, 150, 1, 0.7f);
  const ClusteredIndex most(vectors.view(), 20, {1, 1}, 2, Control()), some(vectors.view(), 20, {0.8, 1}, 2, Control());
  CHECK(some.shortfall() < most.shortfall());
  CHECK_THROWS_AS(ClusteredIndex(vectors.view(), 20, {0, 1}, 2, Control()), InvalidArgument);
  CHECK_THROWS_AS(ClusteredIndex(vectors.view(), 20, {1.5, 1}, 2, Control()), InvalidArgument);
}

TEST_CASE("the same neighbours with any number of threads, at every level, and among any other queries") {
  const auto vectors = clustered(5000, 18, 40, 3, 0.8f);
  const Found expected = approximate(vectors.view(), vectors.view(), 9, true, 1);
  for (std::size_t threads : {2, 3}) CHECK(approximate(vectors.view(), vectors.view(), 9, true, threads) == expected);
  for_each_level([&] { CHECK(approximate(vectors.view(), vectors.view(), 9, true) == expected); });

  const auto queries = clustered(90, 18, 40, 5);
  const Found whole = approximate(queries.view(), vectors.view(), 8, false);
  const ClusteredIndex index(vectors.view(), 8, {0.985, 1}, 2, Control());
  Found parts(90, 8);
  for (std::size_t first = 0; first < 90; first += 30)
    index.search(queries.view().slice(first, 30), 8, false, 2, Control(), std::span(parts.ids).subspan(first * 8, 240),
                 std::span(parts.similarities).subspan(first * 8, 240));
  CHECK(parts == whole);
}

TEST_CASE("as many neighbours as there are, copies, and vectors without length") {
  const auto vectors = clustered(150, 6, 5, 4);
  CHECK(approximate(vectors.view(), vectors.view(), 149, true) == exact(vectors.view(), vectors.view(), 149, true));
  for (float value : {0.5f, 0.0f}) {
    const tests::Matrix same{std::vector<float>(3000 * 4, value), 3000, 4};
    const Found copies = approximate(same.view(), same.view(), 30, true);
    CHECK(share_found(copies, copies, same.view(), same.view(), 30) == 1);
  }
  // Every vector twice, one of them without length.
  auto twice = clustered(1000, 8, 30, 5);
  std::copy_n(twice.values.begin(), 500 * 8, twice.values.begin() + 500 * 8);
  std::fill_n(twice.values.begin(), 8, 0.0f);
  const Found truth = exact(twice.view(), twice.view(), 1, true),
              pairs = approximate(twice.view(), twice.view(), 1, true);
  for (std::size_t i = 1; i < 500; ++i) CHECK(pairs.ids[i] == truth.ids[i]);
  const auto one = clustered(1, 4, 1, 1);
  CHECK(approximate(one.view(), one.view(), 1, false).ids == std::vector<std::int32_t>{0});
}

TEST_CASE("building and searching stop when asked to") {
  const auto vectors = clustered(40000, 32, 100, 4);
  std::vector<std::int32_t> ids(40000 * 10);
  std::vector<float> similarities(40000 * 10);
  for (std::int32_t when : {100, 4000}) {
    std::int32_t words[2] = {0, 0};
    const std::jthread watcher = tests::stop_at(words, when);
    CHECK_THROWS_AS(clustered_neighbours(vectors.view(), vectors.view(), 10, true, {0.985, 1}, 2, Control(words), ids,
                                         similarities),
                    Cancelled);
    CHECK(words[1] < 9900);
  }
}

TEST_CASE("small collections are searched exactly, very large ones in clusters") {
  CHECK_FALSE(clustered_is_cheaper(5000, 5000, 50, true));
  CHECK(clustered_is_cheaper(5000000, 5000000, 50, true));
  // A few queries are not worth building an index for.
  CHECK_FALSE(clustered_is_cheaper(10, 1000000, 50, false));
  CHECK_FALSE(clustered_is_cheaper(10, 1000000, 50, false, true));
  CHECK(clustered_is_cheaper(100000, 1000000, 50, false, true));
  CHECK(clustered_is_cheaper(1000000, 1000000, 50, false, false));
}
