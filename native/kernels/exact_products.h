// Products that decide among candidates: in float64, each rounded as dot_double() rounds it.
#pragma once

#include <cstddef>
#include <vector>

#include "kernels/matrix_view.h"
#include "kernels/prefetch.h"
#include "kernels/simd/simd.h"

namespace leitmotif {

// take(i, product of `row` and vector id_of(i)) for each i below `count`, in order. The row is widened once for all of
// its products, which are mostly conversion otherwise. Allocates 8 bytes a column. Thread-safe.
template <class IdOf, class Take>
void exact_products(const float* row, MatrixView vectors, std::size_t count, IdOf&& id_of, Take&& take) {
  // The vectors lie anywhere: so many are waited for together.
  constexpr std::size_t ahead = 4;
  const auto place = [&](std::size_t i) { return static_cast<std::size_t>(id_of(i)); };
  const auto dot = simd::ops().dot_wide;
  const std::vector<double> wide(row, row + vectors.columns);
  for (std::size_t i = 0; i < count; ++i) {
    if (i + ahead < count) prefetch(vectors, place(i + ahead));
    take(i, dot(wide.data(), vectors.row(place(i)), vectors.columns));
  }
}

}  // namespace leitmotif
