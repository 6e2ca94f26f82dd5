#include "kernels/neighbours.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cfloat>
#include <cmath>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "kernels/blas.h"
#include "kernels/candidates.h"
#include "kernels/simd/simd.h"

namespace leitmotif {

namespace {

// Blocks of whole steps, since what sgemm's kernels have left over at an edge goes slowly.
constexpr std::size_t kBlockStep = 96, kLargestBlock = 8 * kBlockStep, kGroupBytes = std::size_t{256} << 20;

// Enough blocks to share out, large enough for fast products.
std::size_t block_rows(std::size_t rows, std::size_t parts) {
  const std::size_t steps = (rows + parts * kBlockStep - 1) / (parts * kBlockStep);
  return std::clamp(steps * kBlockStep, kBlockStep, kLargestBlock);
}

// As many threads as have at least this much to do: below, waking one takes longer.
constexpr double kWorthwhile = 1 << 22;  // multiplications

int team(std::size_t threads, double multiplications) {
  return static_cast<int>(std::clamp(multiplications / kWorthwhile, 1.0, static_cast<double>(threads)));
}

double longest(MatrixView matrix, std::size_t threads) {
  double squares = 0;
  const int size = team(threads, static_cast<double>(matrix.rows) * static_cast<double>(matrix.columns));
#pragma omp parallel for reduction(max : squares) num_threads(size) schedule(static)
  for (std::size_t i = 0; i < matrix.rows; ++i)
    squares = std::max(squares, simd::ops().dot_double(matrix.row(i), matrix.row(i), matrix.columns));
  return std::sqrt(squares);
}

// For float32 products, whatever the order of their sums: no further from the exact ones than d * 2^-24 * |q| |v|.
std::vector<double> margins(MatrixView queries, double largest_norm) {
  const double d = static_cast<double>(queries.columns), rounding = d * 0x1p-24 / (1 - d * 0x1p-24);
  std::vector<double> result(queries.rows);
  for (std::size_t i = 0; i < queries.rows; ++i) {
    const double norm = std::sqrt(simd::ops().dot_double(queries.row(i), queries.row(i), queries.columns));
    // The smallest normal number covers what is lost where products underflow.
    result[i] = 2 * (rounding * norm * largest_norm + d * FLT_MIN);
  }
  return result;
}

// What is searched: the same for all groups of queries.
struct Task {
  MatrixView vectors;
  std::size_t k;
  bool symmetric, exclude_self;
  double largest_norm;
};

// One group of queries against all vectors: tiles of products, each offered to the candidates of its queries and, where
// queries and vectors are the same, to those of its vectors.
class Search {
 public:
  Search(const Task& task, MatrixView queries, std::size_t first_query, std::size_t threads)
      : task_(task),
        queries_(queries),
        first_query_(first_query),
        candidates_(queries, task.vectors, task.k, task.vectors.rows - (task.exclude_self ? 1 : 0),
                    margins(queries, task.largest_norm)),
        vector_block_(block_rows(task.vectors.rows, 32)),
        query_block_(task.symmetric ? vector_block_ : block_rows(queries.rows, threads)),
        vector_blocks_((task.vectors.rows + vector_block_ - 1) / vector_block_),
        query_blocks_((queries.rows + query_block_ - 1) / query_block_),
        locks_(query_blocks_) {}

  std::size_t tiles() const {
    return task_.symmetric ? query_blocks_ * (query_blocks_ + 1) / 2 : query_blocks_ * vector_blocks_;
  }
  std::size_t tile_values() const { return query_block_ * vector_block_; }
  double multiplications() const {
    return static_cast<double>(queries_.rows) * static_cast<double>(task_.vectors.rows * queries_.columns);
  }

  // Tiles run along diagonals: threads at work on neighbouring ones wait for no common block, and where half suffices
  // the first half of them holds each pair of blocks once.
  void tile(std::size_t number, float* scores) {
    const std::size_t row = number % query_blocks_, column = (row + number / query_blocks_) % vector_blocks_;
    const std::size_t query = row * query_block_, vector = column * vector_block_;
    const MatrixView a = queries_.slice(query, std::min(query_block_, queries_.rows - query));
    const MatrixView b = task_.vectors.slice(vector, std::min(vector_block_, task_.vectors.rows - vector));
    blas::multiply_transposed(a.data, a.rows, b.data, b.rows, a.columns, scores, b.rows);
    if (task_.symmetric && row != column) {
      const std::scoped_lock lock(locks_[row], locks_[column]);
      select(scores, query, a.rows, vector, b.rows, true);
    } else {
      const std::scoped_lock lock(locks_[row]);
      select(scores, query, a.rows, vector, b.rows, false);
    }
  }

  // The order to finish queries in: where they are the vectors, each is followed by its candidates, whose own
  // candidates are much the same vectors, and then still in a cache.
  std::vector<std::size_t> order() const {
    std::vector<std::size_t> order;
    order.reserve(queries_.rows);
    std::vector<bool> placed(queries_.rows, false);
    const auto place = [&](std::size_t query) {
      if (!placed[query]) order.push_back(query);
      placed[query] = true;
    };
    for (std::size_t query = 0; query < queries_.rows; ++query) {
      if (placed[query]) continue;
      place(query);
      if (!task_.symmetric) continue;
      for (std::int32_t id : candidates_.ids(query)) place(static_cast<std::size_t>(id));
    }
    return order;
  }

  void finish(std::size_t query, std::int32_t* ids, float* similarities) {
    candidates_.finish(query, ids, similarities);
  }

 private:
  // both: the tile's vectors are queries as well, not among its queries, and each score counts for them too.
  void select(const float* scores, std::size_t query, std::size_t queries, std::size_t vector, std::size_t vectors,
              bool both) {
    const float* limits = both ? candidates_.limits(vector) : kNoLimits.data();
    std::array<std::uint64_t, kLargestBlock / 64> marks;
    for (std::size_t i = 0; i < queries; ++i) {
      const float* row = scores + i * vectors;
      const std::size_t own = task_.exclude_self ? first_query_ + query + i : task_.vectors.rows;
      simd::ops().mark_at_least(marks.data(), row, limits, candidates_.limit(query + i), vectors);
      for (std::size_t word = 0; word * 64 < vectors; ++word)
        for (std::uint64_t bits = marks[word]; bits != 0; bits &= bits - 1) {
          const std::size_t j = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
          if (row[j] >= candidates_.limit(query + i) && vector + j != own)
            candidates_.add(query + i, vector + j, row[j]);
          if (both && row[j] >= limits[j]) candidates_.add(vector + j, query + i, row[j]);
        }
    }
  }

  static constexpr auto kNoLimits = [] {
    std::array<float, kLargestBlock> limits{};
    limits.fill(std::numeric_limits<float>::infinity());
    return limits;
  }();

  const Task& task_;
  MatrixView queries_;
  std::size_t first_query_;
  Candidates candidates_;
  std::size_t vector_block_, query_block_, vector_blocks_, query_blocks_;
  std::vector<std::mutex> locks_;
};

void run(Search& search, std::size_t queries, std::size_t k, std::size_t threads, const Control& control,
         std::int32_t* ids, float* similarities) {
  const std::size_t tiles = search.tiles();
  const int size = team(threads, search.multiplications());
  std::atomic<std::size_t> done{0};
  std::vector<std::size_t> order;
  ParallelErrors errors;
#pragma omp parallel num_threads(size)
  {
    std::unique_ptr<float[]> scores;
    errors.run([&] { scores.reset(new float[search.tile_values()]); });
#pragma omp for schedule(dynamic)
    for (std::size_t t = 0; t < tiles; ++t)
      errors.run([&] {
        control.check();
        search.tile(t, scores.get());
        control.report(static_cast<double>(++done) / static_cast<double>(tiles));
      });
#pragma omp single
    errors.run([&] { order = search.order(); });
#pragma omp for schedule(dynamic, 64)
    for (std::size_t i = 0; i < queries; ++i)
      errors.run([&] {
        control.check();
        search.finish(order[i], ids + order[i] * k, similarities + order[i] * k);
      });
  }
  errors.rethrow();
}

}  // namespace

double require_searchable(MatrixView queries, MatrixView vectors, std::size_t k, bool exclude_self,
                          std::size_t threads) {
  if (vectors.rows > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
    throw InvalidArgument("there are " + std::to_string(vectors.rows) + " vectors: at most 2147483647 can be searched");
  if (exclude_self && queries.rows != vectors.rows)
    throw InvalidArgument("excludeSelf needs as many queries (" + std::to_string(queries.rows) + ") as vectors (" +
                          std::to_string(vectors.rows) + "): it is for vectors searched among themselves");
  const std::size_t available = vectors.rows - (exclude_self && vectors.rows > 0 ? 1 : 0);
  if (queries.rows > 0 && (k > available || (k < 1 && available > 0)))
    throw InvalidArgument("k must be from 1 to " + std::to_string(available) + ", the number of vectors" +
                          (exclude_self ? " besides the query itself" : "") + ", got " + std::to_string(k));
  require_finite(queries.values(), "the queries");
  require_finite(vectors.values(), "the vectors");
  const double largest = longest(vectors, threads);
  if (longest(queries, threads) * largest * 1.01 > FLT_MAX)
    throw InvalidArgument("the vectors are so long that their products exceed float32: normalise them first");
  return largest;
}

void neighbours(MatrixView queries, MatrixView vectors, std::size_t k, bool exclude_self, std::size_t threads,
                const Control& control, std::span<std::int32_t> ids, std::span<float> similarities) {
  const double largest_norm = require_searchable(queries, vectors, k, exclude_self, threads);
  if (k == 0) return;
  const bool symmetric = queries.data == vectors.data && queries.rows == vectors.rows;
  const Task task{vectors, k, symmetric, exclude_self, largest_norm};
  const std::size_t fitting = std::max(kGroupBytes / (8 * (2 * k + 32)), kLargestBlock);
  const std::size_t group = symmetric ? queries.rows : fitting;
  for (std::size_t first = 0; first < queries.rows; first += group) {
    const MatrixView part = queries.slice(first, std::min(group, queries.rows - first));
    Search search(task, part, first, threads);
    const auto all = static_cast<double>(queries.rows), begin = static_cast<double>(first);
    const Control share = control.part(begin / all, (begin + static_cast<double>(part.rows)) / all);
    run(search, part.rows, k, threads, share, ids.data() + first * k, similarities.data() + first * k);
  }
}

}  // namespace leitmotif
