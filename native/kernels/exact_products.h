// Products that decide among candidates: in float64, each rounded as dot_double() rounds it.
#pragma once

#include <cstddef>
#include <vector>

#include "kernels/matrix_view.h"
#include "kernels/prefetch.h"
#include "kernels/simd/simd.h"

namespace leitmotif {

// Products of one row after another with some of the vectors. The row is widened once for all of its products, which
// are mostly conversion otherwise. Not for several threads at once.
class ExactProducts {
 public:
  explicit ExactProducts(MatrixView vectors) : vectors_(vectors), row_(vectors.columns) {}

  // take(i, product of `row` and vector id_of(i)) for each i below `count`, in order.
  template <class IdOf, class Take>
  void each(const float* row, std::size_t count, IdOf&& id_of, Take&& take) {
    // Their vectors lie anywhere: so many are waited for together.
    constexpr std::size_t ahead = 4;
    const auto vector = [&](std::size_t i) { return static_cast<std::size_t>(id_of(i)); };
    const auto dot = simd::ops().dot_wide;
    row_.assign(row, row + vectors_.columns);
    for (std::size_t i = 0; i < count; ++i) {
      if (i + ahead < count) prefetch(vectors_, vector(i + ahead));
      take(i, dot(row_.data(), vectors_.row(vector(i)), vectors_.columns));
    }
  }

 private:
  MatrixView vectors_;
  std::vector<double> row_;
};

}  // namespace leitmotif
