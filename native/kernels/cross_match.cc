#include "kernels/cross_match.h"

#include <atomic>
#include <limits>
#include <vector>

#include "kernels/blas.h"

namespace leitmotif {

namespace {

constexpr std::size_t kBlockRows = 1024;

// First images of blocks of about kBlockRows rows, and the end.
std::vector<std::size_t> blocks_of_images(const ImageRegions& regions) {
  std::vector<std::size_t> bounds{0};
  std::size_t rows = 0;
  for (std::size_t i = 0; i < regions.images(); ++i) {
    if (rows > 0 && rows + regions.count(i) > kBlockRows) {
      bounds.push_back(i);
      rows = 0;
    }
    rows += regions.count(i);
  }
  bounds.push_back(regions.images());
  return bounds;
}

}  // namespace

void cross_match(MatrixView query, const ImageRegions& database, std::size_t threads, const Control& control,
                 std::span<float> scores, std::span<std::int32_t> best) {
  require_regions(database);
  const std::size_t parts = query.rows;
  if (parts == 0) throw InvalidArgument("the query has no region");
  if (query.columns != database.vectors.columns)
    throw InvalidArgument("the query's regions and the database's must have the same number of columns");
  require_finite(query.values(), "the query");

  const auto bounds = blocks_of_images(database);
  const std::size_t blocks = bounds.size() - 1;
  std::atomic<std::size_t> done{0};
  ParallelErrors errors;
#pragma omp parallel num_threads(static_cast <int>(threads))
  {
    std::vector<float> products, largest(parts);
#pragma omp for schedule(dynamic)
    for (std::size_t b = 0; b < blocks; ++b)
      errors.run([&] {
        control.check();
        const std::size_t first = database.first(bounds[b]);
        const std::size_t rows = static_cast<std::size_t>(database.starts[bounds[b + 1]]) - first;
        const MatrixView block = database.vectors.slice(first, rows);
        require_finite(block.values(), "the matrix of region vectors");
        products.resize(rows * parts);
        if (rows > 0)
          blas::multiply_transposed(block.data, rows, query.data, parts, query.columns, products.data(), parts);
        for (std::size_t i = bounds[b]; i < bounds[b + 1]; ++i) {
          constexpr float none = -std::numeric_limits<float>::infinity();
          std::fill(largest.begin(), largest.end(), none);
          float top = none;
          best[i] = -1;
          for (std::size_t row = database.first(i); row < database.first(i) + database.count(i); ++row)
            for (std::size_t r = 0; r < parts; ++r) {
              const float product = products[(row - first) * parts + r];
              if (product > largest[r]) largest[r] = product;
              if (product > top) {
                top = product;
                best[i] = static_cast<std::int32_t>(row);
              }
            }
          double sum = 0;
          for (float value : largest) sum += value;
          scores[i] = static_cast<float>(sum);
        }
        control.report(static_cast<double>(++done) / static_cast<double>(blocks));
      });
  }
  errors.rethrow();
}

}  // namespace leitmotif
