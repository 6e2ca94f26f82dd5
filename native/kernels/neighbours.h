// Exact nearest neighbours by inner product (paper section 3.6: the neighbours of the graph; 3.8: those of a patch).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/control.h"
#include "kernels/matrix_view.h"

namespace leitmotif {

// For each row of `queries` (q, d) its k nearest rows of `vectors` (n, d) by inner product, descending, equal products
// by smaller id. ids, similarities: q * k values, row-major.
//
// exclude_self: the queries are the vectors (same rows), and row i may not find itself. k from 1 to n, or to n - 1
// then.
//
// Exact: tiles of products go through OpenBLAS in float32, what lies within their rounding error of the k-th best is
// settled by float64 products. Neither ids nor similarities depend on threads, blocks or instruction set, and
// similarities of two vectors are the same from both sides to the last bit. Where queries and vectors are the same
// memory, each pair of blocks is multiplied once for both.
//
// Throws InvalidArgument (NaN, infinity, products beyond float32's range, k, n of 2^31 or more) and Cancelled.
// Allocates 2.3 MB a thread, and 8 * (2 k + 32) bytes a query, for at most 256 MiB of queries at a time unless they
// are the vectors. Thread-safe; may be called from inside a parallel region with threads = 1.
void neighbours(MatrixView queries, MatrixView vectors, std::size_t k, bool exclude_self, std::size_t threads,
                const Control& control, std::span<std::int32_t> ids, std::span<float> similarities);

// What neighbours() asks of its arguments; also for other ways of finding them. Throws InvalidArgument.
// Returns the length of the longest vector.
double require_searchable(MatrixView queries, MatrixView vectors, std::size_t k, bool exclude_self,
                          std::size_t threads);

}  // namespace leitmotif
