#include "kernels/whitening.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <vector>

#include "kernels/blas.h"
#include "kernels/simd/simd.h"

namespace leitmotif {

namespace {

constexpr std::size_t kBlock = 256;

void scale(float* row, std::size_t n, double factor) {
  for (std::size_t j = 0; j < n; ++j) row[j] = static_cast<float>(row[j] * factor);
}

}  // namespace

void whiten_in_place(float* rows, std::size_t count, const Whitening& whitening, float* out) {
  const auto [mean, projection, c, d] = whitening;
  const auto& simd = simd::ops();
  std::vector<char> zero(count);
  for (std::size_t i = 0; i < count; ++i) {
    float* row = rows + i * c;
    const double length = std::sqrt(simd.dot_double(row, row, c));
    zero[i] = length == 0;
    const double factor = zero[i] ? 0 : 1 / length;
    simd.scale_and_subtract(row, factor, mean, c);
  }
  blas::multiply_transposed(rows, count, projection, d, c, out, d);
  for (std::size_t i = 0; i < count; ++i) {
    float* row = out + i * d;
    const double length = std::sqrt(simd.dot_double(row, row, d));
    scale(row, d, zero[i] || length == 0 ? 0 : 1 / length);
  }
}

void apply_whitening(MatrixView vectors, const Whitening& whitening, int threads, const Control& control,
                     std::span<float> out) {
  const std::size_t c = vectors.columns, d = whitening.dimensions;
  const std::size_t blocks = (vectors.rows + kBlock - 1) / kBlock;
  std::atomic<std::size_t> done{0};
  ParallelErrors errors;
#pragma omp parallel num_threads(threads)
  {
    // Kept from call to call, a block: clearing fresh pages would take a good part of a small call's time.
    static thread_local std::vector<float> rows;
    errors.run([&] { rows.resize(std::max(rows.size(), std::min(kBlock, vectors.rows) * c)); });
#pragma omp for schedule(dynamic)
    for (std::size_t b = 0; b < blocks; ++b)
      errors.run([&] {
        control.check();
        const std::size_t first = b * kBlock, count = std::min(kBlock, vectors.rows - first);
        const std::span<const float> block(vectors.row(first), count * c);
        require_finite(block, "the matrix of vectors");
        std::copy(block.begin(), block.end(), rows.begin());
        whiten_in_place(rows.data(), count, whitening, out.data() + first * d);
        control.report(static_cast<double>(++done) / static_cast<double>(blocks));
      });
  }
  errors.rethrow();
}

}  // namespace leitmotif
