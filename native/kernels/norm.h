#pragma once

#include <cmath>
#include <cstddef>

namespace leitmotif {

// l2 norm of n finite values, in float64: no float32 value overflows or vanishes in it.
inline double l2_norm(const float* values, std::size_t n) {
  double squares = 0;
#pragma omp simd reduction(+ : squares)
  for (std::size_t j = 0; j < n; ++j) squares += static_cast<double>(values[j]) * values[j];
  return std::sqrt(squares);
}

}  // namespace leitmotif
