#include "kernels/candidates.h"

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <functional>
#include <limits>

#include "kernels/simd/simd.h"

namespace leitmotif {

namespace {

constexpr std::uint32_t kSign = 0x80000000u;
constexpr std::size_t kCacheLine = 64;

void prefetch(const float* row, std::size_t columns) {
  for (std::size_t i = 0; i < columns; i += kCacheLine / sizeof(float)) __builtin_prefetch(row + i);
}

}  // namespace

Candidates::Candidates(MatrixView queries, MatrixView vectors, std::size_t k, std::size_t available,
                       double largest_norm)
    : queries_(queries),
      vectors_(vectors),
      k_(k),
      capacity_(std::min(available + 1, 2 * k + 32)),
      margins_(queries.rows),
      limits_(queries.rows, -std::numeric_limits<float>::infinity()),
      counts_(queries.rows, 0),
      keys_(queries.rows * capacity_) {
  const double d = static_cast<double>(queries.columns), rounding = d * 0x1p-24 / (1 - d * 0x1p-24);
  for (std::size_t i = 0; i < queries.rows; ++i) {
    const double norm = std::sqrt(simd::ops().dot_double(queries.row(i), queries.row(i), queries.columns));
    // The smallest normal number covers what is lost where products underflow.
    margins_[i] = 2 * (rounding * norm * largest_norm + d * FLT_MIN);
  }
}

std::uint64_t Candidates::key(float score, std::size_t id) {
  const auto bits = std::bit_cast<std::uint32_t>(score);
  const std::uint32_t ordered = bits & kSign ? ~bits : bits | kSign;
  return static_cast<std::uint64_t>(ordered) << 32 | static_cast<std::uint32_t>(~id);
}

float Candidates::score_of(std::uint64_t key) {
  const auto ordered = static_cast<std::uint32_t>(key >> 32);
  return std::bit_cast<float>(ordered & kSign ? ordered & ~kSign : ~ordered);
}

// Drops those whose score is more than the margin below the k-th best.
void Candidates::drop_hopeless(std::size_t query) {
  std::uint64_t* const first = keys_.data() + query * capacity_;
  std::uint64_t* const last = first + counts_[query];
  std::nth_element(first, first + (k_ - 1), last, std::greater<>());
  const double least = score_of(first[k_ - 1]) - margins_[query];
  limits_[query] = std::nextafter(static_cast<float>(least), -std::numeric_limits<float>::infinity());
  const float limit = limits_[query];
  const auto kept = std::partition(first + k_, last, [limit](std::uint64_t k) { return score_of(k) >= limit; });
  counts_[query] = static_cast<std::uint32_t>(kept - first);
}

void Candidates::compact(std::size_t query) {
  drop_hopeless(query);
  if (counts_[query] <= k_ + (capacity_ - k_) / 2) return;
  // Too many near ties to carry along, such as many copies of one vector: settle them now.
  const std::vector<Exact> best = nearest(query);
  std::transform(best.begin(), best.end(), keys_.begin() + static_cast<std::ptrdiff_t>(query * capacity_),
                 [](const Exact& e) { return e.key; });
  counts_[query] = static_cast<std::uint32_t>(k_);
}

std::vector<Candidates::Exact> Candidates::nearest(std::size_t query) const {
  const auto dot = simd::ops().dot_double;
  const std::uint64_t* keys = keys_.data() + query * capacity_;
  const std::size_t count = counts_[query];
  const float* row = queries_.row(query);
  std::vector<Exact> exact(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (i + 1 < count) prefetch(vectors_.row(id_of(keys[i + 1])), vectors_.columns);
    exact[i] = {dot(row, vectors_.row(id_of(keys[i])), vectors_.columns), keys[i]};
  }
  std::sort(exact.begin(), exact.end(), [](const Exact& a, const Exact& b) {
    return a.product != b.product ? a.product > b.product : id_of(a.key) < id_of(b.key);
  });
  exact.resize(k_);
  return exact;
}

void Candidates::finish(std::size_t query, std::int32_t* ids, float* similarities) {
  drop_hopeless(query);
  const std::vector<Exact> best = nearest(query);
  for (std::size_t i = 0; i < k_; ++i) {
    ids[i] = static_cast<std::int32_t>(id_of(best[i].key));
    similarities[i] = static_cast<float>(best[i].product);
  }
}

}  // namespace leitmotif
