// A sparse float32 matrix in compressed rows (CSR), read in place.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/control.h"

namespace leitmotif {

// Row i holds data[p] at column indices[p] for p from indptr[i] to indptr[i + 1] - 1.
struct SparseView {
  std::span<const std::int32_t> indptr;
  std::span<const std::int32_t> indices;
  std::span<const float> data;

  std::size_t rows() const { return indptr.size() - 1; }
  std::size_t stored() const { return data.size(); }
};

// Throws InvalidArgument unless the arrays agree with each other and every column is one of as many as there are rows:
// nothing outside them is read then.
inline void require_sparse(const SparseView& matrix) {
  const auto last = static_cast<std::uint32_t>(matrix.rows()) - 1;
  const bool good = matrix.indptr.front() == 0 && static_cast<std::size_t>(matrix.indptr.back()) == matrix.stored() &&
                    matrix.indices.size() == matrix.stored() &&
                    std::is_sorted(matrix.indptr.begin(), matrix.indptr.end());
  // The topmost bit of j is set where j is negative, that of last - j where it exceeds the last: one pass, in vectors.
  std::uint32_t outside = 0;
  for (std::int32_t j : matrix.indices)
    outside |= static_cast<std::uint32_t>(j) | (last - static_cast<std::uint32_t>(j));
  if (!good || outside >> 31)
    throw InvalidArgument(
        "these arrays do not make a square sparse matrix: indptr must begin with 0, never fall and end with the number "
        "of weights, with as many indices, each a row's number");
}

}  // namespace leitmotif
