#include "kernels/candidates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "kernels/exact_products.h"

namespace leitmotif {

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::size_t count_at_least(std::span<const float> scores, float limit) {
  std::uint32_t count = 0;
#pragma omp simd reduction(+ : count)
  for (std::size_t i = 0; i < scores.size(); ++i) count += scores[i] >= limit ? 1u : 0u;
  return count;
}

// A score that at least k of the scores reach, and at most k + slack unless they are tied: counting is quicker than
// sorting for so few.
float reached_by(std::span<const float> scores, std::size_t k, std::size_t slack) {
  float low = kInfinity, high = -kInfinity;
#pragma omp simd reduction(min : low) reduction(max : high)
  for (std::size_t i = 0; i < scores.size(); ++i) {
    low = scores[i] < low ? scores[i] : low;
    high = scores[i] > high ? scores[i] : high;
  }
  if (scores.size() <= k + slack) return low;
  if (count_at_least(scores, high) >= k) return high;
  for (;;) {
    const float middle = low / 2 + high / 2;
    if (middle <= low || middle >= high) return low;
    const std::size_t count = count_at_least(scores, middle);
    (count >= k ? low : high) = middle;
    if (count >= k && count <= k + slack) return low;
  }
}

}  // namespace

Candidates::Candidates(MatrixView queries, MatrixView vectors, std::size_t k, std::size_t available,
                       std::vector<double> margins, Crowds crowds)
    : queries_(queries),
      vectors_(vectors),
      k_(k),
      capacity_(std::min(available + 1, 2 * k + 32)),
      crowds_(crowds),
      margins_(std::move(margins)),
      limits_(queries.rows, -kInfinity),
      counts_(queries.rows, 0),
      scores_(queries.rows * capacity_),
      ids_(queries.rows * capacity_) {}

// Drops those whose score is more than the margin below that of k others.
void Candidates::drop_hopeless(std::size_t query, std::size_t slack) {
  float* const scores = scores_.data() + query * capacity_;
  std::int32_t* const ids = ids_.data() + query * capacity_;
  const double least = reached_by({scores, counts_[query]}, k_, slack) - margins_[query];
  const float limit = std::nextafter(static_cast<float>(least), -kInfinity);
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < counts_[query]; ++i) {
    scores[kept] = scores[i];
    ids[kept] = ids[i];
    kept += scores[i] >= limit ? 1 : 0;
  }
  counts_[query] = kept;
  limits_[query] = limit;
}

void Candidates::compact(std::size_t query) {
  const std::size_t room = capacity_ - k_;
  drop_hopeless(query, room / 4);
  if (counts_[query] <= k_ + room / 2) return;
  // Too many near ties to carry along, such as many copies of one vector: settle them now.
  const std::vector<Exact> best = nearest(query);
  for (std::size_t i = 0; i < k_; ++i) {
    scores_[query * capacity_ + i] = best[i].score;
    ids_[query * capacity_ + i] = best[i].id;
  }
  counts_[query] = static_cast<std::uint32_t>(k_);
  if (crowds_ == Crowds::passed_over) limits_[query] = std::nextafter(kth(query), kInfinity);
}

float Candidates::kth(std::size_t query) const {
  return reached_by({scores_.data() + query * capacity_, counts_[query]}, k_, 0);
}

std::vector<Candidates::Exact> Candidates::nearest(std::size_t query) const {
  const float* scores = scores_.data() + query * capacity_;
  const std::int32_t* ids = ids_.data() + query * capacity_;
  std::vector<Exact> exact(counts_[query]);
  exact_products(
      queries_.row(query), vectors_, exact.size(), [&](std::size_t i) { return ids[i]; },
      [&](std::size_t i, double product) {
        exact[i] = {product, ids[i], scores[i]};
      });
  std::sort(exact.begin(), exact.end(), [](const Exact& a, const Exact& b) {
    return a.product != b.product ? a.product > b.product : a.id < b.id;
  });
  exact.resize(k_);
  return exact;
}

void Candidates::finish(std::size_t query, std::int32_t* ids, float* similarities) {
  drop_hopeless(query, 0);
  const std::vector<Exact> best = nearest(query);
  for (std::size_t i = 0; i < k_; ++i) {
    ids[i] = best[i].id;
    similarities[i] = static_cast<float>(best[i].product);
  }
}

void Candidates::nominate(std::size_t query, std::int32_t* ids) const {
  const float* scores = scores_.data() + query * capacity_;
  const float limit = kth(query);
  std::size_t found = 0;
  for (const bool equal : {false, true})
    for (std::uint32_t i = 0; i < counts_[query] && found < k_; ++i)
      if (equal ? scores[i] == limit : scores[i] > limit) ids[found++] = ids_[query * capacity_ + i];
}

}  // namespace leitmotif
