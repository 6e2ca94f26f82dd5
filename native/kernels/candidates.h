// The candidates of a blocked nearest-neighbour search: what each query keeps while approximate scores stream past.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/matrix_view.h"

namespace leitmotif {

// Keeps, for each of q queries, every vector that may be among its k nearest by exact inner product, given scores in
// any order of which two that differ by more than the query's margin are in the right order. So the neighbours that
// come out are the exact ones, whatever made the scores: near ties are settled in float64, equal products by the
// smaller id.
//
// Memory: q * 8 * min(available + 1, 2 k + 32) bytes. Different rows may be used by different threads at once.
class Candidates {
 public:
  // Whether all vectors of a crowd, more within the margin than there is room for, are weighed against one another, or
  // those that come later are passed over: one settled crowd may be many copies of one vector.
  enum class Crowds { weighed, passed_over };

  // k <= available: how many different vectors each query will be offered at most. margins: one a query.
  Candidates(MatrixView queries, MatrixView vectors, std::size_t k, std::size_t available, std::vector<double> margins,
             Crowds crowds = Crowds::weighed);

  // Scores below a query's limit need not be offered any more.
  float limit(std::size_t query) const { return limits_[query]; }
  const float* limits(std::size_t first_query) const { return limits_.data() + first_query; }

  // Offers vector `id` to a query; each id at most once.
  void add(std::size_t query, std::size_t id, float score) {
    const std::size_t place = query * capacity_ + counts_[query];
    scores_[place] = score;
    ids_[place] = static_cast<std::int32_t>(id);
    if (++counts_[query] == capacity_) compact(query);
  }

  // Whether a query was offered k vectors or more.
  bool complete(std::size_t query) const { return counts_[query] >= k_; }

  // What a query keeps so far, in no order.
  std::span<const std::int32_t> ids(std::size_t query) const {
    return {ids_.data() + query * capacity_, counts_[query]};
  }

  // The k-th largest score that a complete query was offered.
  float kth(std::size_t query) const;

  // The k nearest of a query that is complete, descending, ties by smaller id. ids, similarities: k values each.
  void finish(std::size_t query, std::int32_t* ids, float* similarities);

  // The ids of the k largest scores that a complete query was offered, in any order; of equal ones those offered first.
  void nominate(std::size_t query, std::int32_t* ids) const;

 private:
  struct Exact {
    double product;
    std::int32_t id;
    float score;
  };

  void compact(std::size_t query);
  void drop_hopeless(std::size_t query, std::size_t slack);
  std::vector<Exact> nearest(std::size_t query) const;

  MatrixView queries_, vectors_;
  std::size_t k_, capacity_;
  Crowds crowds_;
  std::vector<double> margins_;
  std::vector<float> limits_;
  std::vector<std::uint32_t> counts_;
  // `capacity_` places a query.
  std::vector<float> scores_;
  std::vector<std::int32_t> ids_;
};

}  // namespace leitmotif
