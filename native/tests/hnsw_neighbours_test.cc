#include "kernels/hnsw_neighbours.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "found_neighbours.h"
#include "matrices.h"
#include "stop_at.h"

using namespace leitmotif;
using tests::clustered;
using tests::exact;
using tests::Found;
using tests::share_found;

namespace {

Found approximate(MatrixView queries, MatrixView vectors, std::size_t k, bool exclude_self, std::size_t threads = 2) {
  Found found(queries.rows, k);
  hnsw_neighbours(queries, vectors, k, exclude_self, 1, threads, Control(), found.ids, found.similarities);
  return found;
}

}  // namespace

TEST_CASE("a small-world graph finds nearly all neighbours of clustered vectors") {
  const auto vectors = clustered(3000, 32, 150, 1, 0.7f), queries = clustered(100, 32, 10, 2);
  const Found among = approximate(vectors.view(), vectors.view(), 20, true);
  CHECK(share_found(among, exact(vectors.view(), vectors.view(), 20, true), vectors.view(), vectors.view(), 20) > 0.97);
  const Found other = approximate(queries.view(), vectors.view(), 10, false);
  CHECK(share_found(other, exact(queries.view(), vectors.view(), 10, false), queries.view(), vectors.view(), 10) >
        0.97);
}

TEST_CASE("on one thread the same neighbours each time") {
  const auto vectors = clustered(800, 16, 40, 3);
  CHECK(approximate(vectors.view(), vectors.view(), 9, true, 1) ==
        approximate(vectors.view(), vectors.view(), 9, true, 1));
}

TEST_CASE("as many neighbours as there are, and copies") {
  const auto vectors = clustered(150, 6, 5, 4);
  const Found all = approximate(vectors.view(), vectors.view(), 149, true);
  CHECK(all == exact(vectors.view(), vectors.view(), 149, true));
  const tests::Matrix same{std::vector<float>(1000 * 4, 0.5f), 1000, 4};
  const Found copies = approximate(same.view(), same.view(), 30, true);
  CHECK(share_found(copies, copies, same.view(), same.view(), 30) == 1);
  const auto one = clustered(1, 4, 1, 1);
  CHECK(approximate(one.view(), one.view(), 1, false).ids == std::vector<std::int32_t>{0});
}

TEST_CASE("an index searched in parts finds what one search finds") {
  const auto vectors = clustered(600, 16, 40, 3), queries = clustered(90, 16, 40, 5);
  const Found whole = approximate(queries.view(), vectors.view(), 8, false, 1);
  const HnswIndex index(vectors.view(), 8, 1, 1, Control());
  Found parts(90, 8);
  for (std::size_t first = 0; first < 90; first += 30)
    index.search(queries.view().slice(first, 30), 8, false, 2, Control(), std::span(parts.ids).subspan(first * 8, 240),
                 std::span(parts.similarities).subspan(first * 8, 240));
  CHECK(parts == whole);
}

TEST_CASE("building stops when asked to") {
  const auto vectors = clustered(20000, 32, 100, 4);
  std::vector<std::int32_t> ids(20000 * 10);
  std::vector<float> similarities(20000 * 10);
  std::int32_t words[2] = {0, 0};
  const std::jthread watcher = tests::stop_at(words, 100);
  CHECK_THROWS_AS(hnsw_neighbours(vectors.view(), vectors.view(), 10, true, 1, 2, Control(words), ids, similarities),
                  Cancelled);
  CHECK(words[1] < 5000);
}
