// Dense matrix products through OpenBLAS, each on the calling thread alone: threads are ours, one product each.
//
// All matrices are row-major. No dimension may exceed 2^31 - 1 (OpenBLAS's integers); products of more are cut into
// blocks by the caller. Thread-safe. Inputs and outputs may not overlap.
#pragma once

#include <cstddef>

namespace leitmotif::blas {

// out (m, n) = a (m, k) b^T, b (n, k); rows of out lie `stride` >= n floats apart. Float32.
void multiply_transposed(const float* a, std::size_t m, const float* b, std::size_t n, std::size_t k, float* out,
                         std::size_t stride);

// out (m, n) += a^T b for a (rows, m) and b (rows, n), parts of wider matrices: the rows of a and b lie `stride`
// doubles apart, those of out `out_stride`. Float64.
void add_transposed_product(const double* a, std::size_t m, const double* b, std::size_t n, std::size_t rows,
                            std::size_t stride, double* out, std::size_t out_stride);

}  // namespace leitmotif::blas
