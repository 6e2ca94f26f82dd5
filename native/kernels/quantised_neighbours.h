// Approximate nearest neighbours of vectors among themselves by inner product: all products, of quantised vectors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/control.h"
#include "kernels/matrix_view.h"

namespace leitmotif {

// As neighbours() of the vectors among themselves, with the same order and similarities (float64 products, rounded
// once), but a few true neighbours may be missing: those whose products of short codes are not among the k + k / 4 + 8
// largest. Each pair of blocks is multiplied once for both sides. Neither ids nor similarities depend on threads or
// instruction set, and similarities of two vectors are the same from both sides to the last bit.
//
// Throws as neighbours() does, and InvalidArgument for more than 2^16 columns. Allocates the columns and 12 k + 120
// bytes a vector, and some MB a thread. Thread-safe; may be called from inside a parallel region with threads = 1.
void quantised_neighbours(MatrixView vectors, std::size_t k, bool exclude_self, std::size_t threads,
                          const Control& control, std::span<std::int32_t> ids, std::span<float> similarities);

}  // namespace leitmotif
