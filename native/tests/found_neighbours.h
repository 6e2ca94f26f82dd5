// What tests of approximate neighbours compare: what was found, and how much of the truth that is.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/neighbours.h"
#include "kernels/simd/simd.h"

namespace leitmotif::tests {

struct Found {
  std::vector<std::int32_t> ids;
  std::vector<float> similarities;

  Found(std::size_t queries, std::size_t k) : ids(queries * k), similarities(queries * k) {}
  bool operator==(const Found&) const = default;
};

inline Found exact(MatrixView queries, MatrixView vectors, std::size_t k, bool exclude_self) {
  Found found(queries.rows, k);
  neighbours(queries, vectors, k, exclude_self, 2, Control(), found.ids, found.similarities);
  return found;
}

// Share of the true neighbours that were found; checks order, ids and similarities on the way.
inline double share_found(const Found& found, const Found& truth, MatrixView queries, MatrixView vectors,
                          std::size_t k) {
  std::size_t hits = 0;
  for (std::size_t i = 0; i < queries.rows; ++i) {
    const auto begin = found.ids.begin() + static_cast<std::ptrdiff_t>(i * k);
    for (std::size_t j = 0; j < k; ++j) {
      const float* vector = vectors.row(static_cast<std::size_t>(begin[j]));
      const double product = simd::ops().dot_double(queries.row(i), vector, vectors.columns);
      REQUIRE(found.similarities[i * k + j] == static_cast<float>(product));
      if (j > 0) REQUIRE(found.similarities[i * k + j] <= found.similarities[i * k + j - 1]);
      REQUIRE(std::count(begin, begin + static_cast<std::ptrdiff_t>(k), begin[j]) == 1);
      hits += static_cast<std::size_t>(std::count(begin, begin + static_cast<std::ptrdiff_t>(k), truth.ids[i * k + j]));
    }
  }
  return static_cast<double>(hits) / static_cast<double>(truth.ids.size());
}

}  // namespace leitmotif::tests
