#pragma once

#include <cstddef>

#include "kernels/matrix_view.h"

namespace leitmotif {

// Asks for a row that will be read soon, where rows are read in no order that the processor could foresee.
inline void prefetch(MatrixView matrix, std::size_t row) {
  constexpr std::size_t kCacheLine = 64;
  const float* values = matrix.row(row);
  for (std::size_t i = 0; i < matrix.columns; i += kCacheLine / sizeof(float)) __builtin_prefetch(values + i);
}

}  // namespace leitmotif
