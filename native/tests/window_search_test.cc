#include "kernels/window_search.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include "kernels/clustered_index.h"
#include "kernels/hnsw_neighbours.h"
#include "tests/found_neighbours.h"
#include "tests/simd_levels.h"
#include "tests/smooth_windows.h"

using namespace leitmotif;
using tests::clustered;
using tests::Found;
using tests::SmoothWindows;

namespace {

constexpr std::size_t kSide = 9, kColumns = 32;

// Windows that go from region to region, and what is found for them.
struct Look {
  std::vector<SmoothWindows> maps;
  std::vector<std::int32_t> owner;
  std::vector<std::int32_t> excluded;

  std::vector<Found> run(const VectorIndex& index, std::size_t k, std::size_t threads = 2,
                         const Control& control = {}) const {
    std::vector<Found> found;
    for (const SmoothWindows& map : maps) found.emplace_back(map.positions.size(), k);
    std::vector<SearchedImage> images;
    for (std::size_t i = 0; i < maps.size(); ++i)
      images.push_back({maps[i].windows(), excluded.empty() ? -1 : excluded[i], found[i].ids, found[i].similarities});
    search_windows(images, {index, owner, k, kSide}, threads, control);
    return found;
  }
};

ClusteredIndex index_of(const tests::Matrix& regions, std::size_t k, double recall = 0.95) {
  return ClusteredIndex(regions.view(), k, {recall, 1}, 2, Control());
}

// Maps of regions, other ones in each.
std::vector<SmoothWindows> maps_of(const tests::Matrix& regions, std::size_t count) {
  std::vector<SmoothWindows> maps;
  for (std::size_t i = 0; i < count; ++i) {
    tests::Matrix corners{{}, 42, regions.columns};
    for (std::size_t corner = 0; corner < corners.rows; ++corner) {
      const float* row = regions.view().row((corner * 61 + i * 1009) % regions.rows);
      corners.values.insert(corners.values.end(), row, row + regions.columns);
    }
    maps.emplace_back(24, 30, corners, 1 + i);
  }
  return maps;
}

}  // namespace

TEST_CASE("windows find nearly all of their neighbours by those of a few") {
  const auto regions = clustered(6000, kColumns, 300, 1, 0.7f);
  const Look look{maps_of(regions, 3), {}, {}};
  const ClusteredIndex clusters = index_of(regions, 40);
  const HnswIndex graph(regions.view(), 40, 1, 1, Control());
  for (const VectorIndex* index : {static_cast<const VectorIndex*>(&clusters), static_cast<const VectorIndex*>(&graph)})
    for (const std::size_t k : {20, 3}) {
      const auto found = look.run(*index, k);
      for (std::size_t i = 0; i < look.maps.size(); ++i) {
        const MatrixView queries = look.maps[i].windows().descriptors;
        const Found truth = tests::exact(queries, regions.view(), k, false);
        CHECK(tests::share_found(found[i], truth, queries, regions.view(), k) > 0.95);
      }
    }
}

TEST_CASE("what is found depends on neither threads, nor other images, nor the instruction set") {
  const auto regions = clustered(3000, kColumns, 150, 2, 0.7f);
  const Look look{maps_of(regions, 4), {}, {}};
  const ClusteredIndex index = index_of(regions, 20);
  const auto found = look.run(index, 10);
  CHECK(look.run(index, 10, 1) == found);
  CHECK(look.run(index, 10, 3) == found);
  for (std::size_t i = 0; i < look.maps.size(); ++i)
    CHECK(Look{{look.maps[i]}, {}, {}}.run(index, 10).front() == found[i]);
  for_each_level([&] { CHECK(look.run(index, 10) == found); });
}

TEST_CASE("an image's own regions are passed over, and the next nearest are found instead") {
  const auto regions = clustered(2000, kColumns, 100, 3, 0.7f);
  Look look{maps_of(regions, 2), std::vector<std::int32_t>(2000, 1), {7, -1}};
  tests::Matrix others{{}, 0, kColumns};
  std::vector<std::int32_t> ids_of_others;
  for (std::size_t i = 0; i < regions.rows; ++i) {
    if (i % 50 == 0) {
      look.owner[i] = 7;
      continue;
    }
    others.values.insert(others.values.end(), regions.view().row(i), regions.view().row(i) + kColumns);
    ids_of_others.push_back(static_cast<std::int32_t>(i));
    ++others.rows;
  }
  const ClusteredIndex index = index_of(regions, 30, 1);
  const std::size_t k = 10;
  const auto found = look.run(index, k);
  const MatrixView queries = look.maps[0].windows().descriptors;
  Found truth = tests::exact(queries, others.view(), k, false);
  for (std::int32_t& id : truth.ids) id = ids_of_others[static_cast<std::size_t>(id)];
  CHECK(tests::share_found(found[0], truth, queries, regions.view(), k) > 0.95);
  for (std::int32_t id : found[0].ids) CHECK(look.owner[static_cast<std::size_t>(id)] != 7);
  // The other image finds them.
  CHECK(std::any_of(found[1].ids.begin(), found[1].ids.end(), [](std::int32_t id) { return id % 50 == 0; }));

  look.owner.assign(2000, 7);
  const Found none = look.run(index, k)[0];
  CHECK(std::all_of(none.ids.begin(), none.ids.end(), [](std::int32_t id) { return id == -1; }));
}

TEST_CASE("as many are found as there are") {
  const auto few = clustered(12, kColumns, 5, 4);
  Look look{maps_of(few, 1), std::vector<std::int32_t>(12, 0), {3}};
  const MatrixView queries = look.maps[0].windows().descriptors;
  CHECK(look.run(index_of(few, 12), 12)[0] == tests::exact(queries, few.view(), 12, false));
  look.owner[4] = 3;
  const Found found = look.run(index_of(few, 12), 12)[0];
  for (std::size_t i = 0; i < queries.rows; ++i) {
    std::vector<std::int32_t> ids(found.ids.begin() + static_cast<std::ptrdiff_t>(i * 12),
                                  found.ids.begin() + static_cast<std::ptrdiff_t>(i * 12 + 12));
    CHECK(ids.back() == -1);
    std::sort(ids.begin(), ids.end());
    CHECK(ids == std::vector<std::int32_t>{-1, 0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11});
  }
  const auto one = clustered(1, kColumns, 1, 5);
  const Found only = Look{look.maps, {}, {}}.run(index_of(one, 1), 1)[0];
  CHECK(std::all_of(only.ids.begin(), only.ids.end(), [](std::int32_t id) { return id == 0; }));
}

TEST_CASE("windows of length zero find nothing, and no windows are no matter") {
  const auto regions = clustered(500, kColumns, 30, 6);
  Look look{maps_of(regions, 3), {}, {}};
  std::fill(look.maps[0].descriptors.begin(), look.maps[0].descriptors.end(), 0.0f);
  std::fill_n(look.maps[1].descriptors.begin(), 5 * kColumns, 0.0f);
  look.maps[2].positions.clear();
  look.maps[2].descriptors.clear();
  const auto found = look.run(index_of(regions, 10), 5);
  for (std::int32_t id : found[0].ids) CHECK(id == -1);
  for (std::size_t i = 0; i < found[1].ids.size(); ++i) CHECK((found[1].ids[i] == -1) == (i < 25));
  CHECK(look.run(index_of(regions, 10), 5).size() == 3);
  look.maps.clear();
  CHECK(look.run(index_of(regions, 10), 5).empty());
}

TEST_CASE("a search among windows can be cancelled") {
  const auto regions = clustered(3000, kColumns, 150, 7);
  const Look look{maps_of(regions, 2), {}, {}};
  const ClusteredIndex index = index_of(regions, 20);
  std::int32_t words[2] = {1, 0};
  CHECK_THROWS_AS(look.run(index, 10, 2, Control(words)), Cancelled);
}
