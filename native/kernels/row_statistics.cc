#include "kernels/row_statistics.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "kernels/blas.h"

namespace leitmotif {

namespace {

constexpr std::size_t kBlockRows = 1024;
constexpr std::size_t kTile = 128;

// Calls body(block, rows in it) for block after block.
template <class Body>
void for_each_block(const Rows& rows, int threads, const Control& control, Body&& body) {
  std::vector<double> block(std::min(rows.count, kBlockRows) * rows.columns);
  for (std::size_t first = 0; first < rows.count; first += kBlockRows) {
    control.check();
    const std::size_t count = std::min(kBlockRows, rows.count - first);
#pragma omp parallel for schedule(static) num_threads(threads)
    for (std::size_t r = 0; r < count; ++r) rows.load(first + r, block.data() + r * rows.columns);
    body(block.data(), count);
    control.report(static_cast<double>(first + count) / static_cast<double>(rows.count));
  }
}

}  // namespace

std::vector<double> mean_of_rows(const Rows& rows, int threads, const Control& control) {
  const std::size_t c = rows.columns;
  std::vector<double> mean(c, 0);
  for_each_block(rows, threads, control, [&](const double* block, std::size_t count) {
#pragma omp parallel for schedule(static) num_threads(threads)
    for (std::size_t tile = 0; tile < c; tile += kTile)
      for (std::size_t r = 0; r < count; ++r)
        for (std::size_t j = tile; j < std::min(tile + kTile, c); ++j) mean[j] += block[r * c + j];
  });
  if (rows.count > 0)
    for (double& value : mean) value /= static_cast<double>(rows.count);
  return mean;
}

std::vector<double> second_moments(const Rows& rows, int threads, const Control& control) {
  const std::size_t c = rows.columns;
  std::vector<std::pair<std::size_t, std::size_t>> tiles;
  for (std::size_t i = 0; i < c; i += kTile)
    for (std::size_t j = i; j < c; j += kTile) tiles.emplace_back(i, j);

  std::vector<double> moments(c * c, 0);
  for_each_block(rows, threads, control, [&](const double* block, std::size_t count) {
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (std::size_t t = 0; t < tiles.size(); ++t) {
      const auto [i, j] = tiles[t];
      blas::add_transposed_product(block + i, std::min(kTile, c - i), block + j, std::min(kTile, c - j), count, c,
                                   moments.data() + i * c + j, c);
    }
  });
  for (std::size_t i = 0; i < c; ++i)
    for (std::size_t j = i; j < c; ++j)
      moments[j * c + i] = moments[i * c + j] /= static_cast<double>(std::max<std::size_t>(rows.count, 1));
  return moments;
}

}  // namespace leitmotif
