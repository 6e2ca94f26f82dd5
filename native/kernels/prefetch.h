#pragma once

#include <cstddef>

#include "kernels/matrix_view.h"

namespace leitmotif {

// Asks for values that will be read soon, where they are read in no order that the processor could foresee.
inline void prefetch(const float* values, std::size_t count) {
  constexpr std::size_t kCacheLine = 64;
  for (std::size_t i = 0; i < count; i += kCacheLine / sizeof(float)) __builtin_prefetch(values + i);
}

inline void prefetch(MatrixView matrix, std::size_t row) {
  prefetch(matrix.row(row), matrix.columns);
}

}  // namespace leitmotif
