// The candidates of a blocked nearest-neighbour search: what each query keeps while approximate scores stream past.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/matrix_view.h"

namespace leitmotif {

// Keeps, for each of q queries, every vector that may be among its k nearest by exact inner product, given float32
// scores no further from the exact ones than d * 2^-24 * |q| |v|, in any order. So the neighbours that come out are the
// exact ones, whatever made the scores: near ties are settled in float64, equal products by the smaller id.
//
// Memory: q * 8 * min(available + 1, 2 k + 32) bytes. Different rows may be used by different threads at once.
class Candidates {
 public:
  // k <= available: how many different vectors each query will be offered. largest_norm: the longest vector's length.
  Candidates(MatrixView queries, MatrixView vectors, std::size_t k, std::size_t available, double largest_norm);

  // Scores below a query's limit need not be offered any more.
  float limit(std::size_t query) const { return limits_[query]; }
  const float* limits(std::size_t first_query) const { return limits_.data() + first_query; }

  // Offers vector `id` to a query; each id at most once.
  void add(std::size_t query, std::size_t id, float score) {
    keys_[query * capacity_ + counts_[query]] = key(score, id);
    if (++counts_[query] == capacity_) compact(query);
  }

  // The k nearest of a query, descending, ties by smaller id. ids, similarities: k values each.
  void finish(std::size_t query, std::int32_t* ids, float* similarities);

 private:
  struct Exact {
    double product;
    std::uint64_t key;
  };

  static std::uint64_t key(float score, std::size_t id);
  static float score_of(std::uint64_t key);
  static std::size_t id_of(std::uint64_t key) { return ~static_cast<std::uint32_t>(key); }

  void compact(std::size_t query);
  void drop_hopeless(std::size_t query);
  std::vector<Exact> nearest(std::size_t query) const;

  MatrixView queries_, vectors_;
  std::size_t k_, capacity_;
  // Two scores of a query that differ by more than this are in the right order.
  std::vector<double> margins_;
  std::vector<float> limits_;
  std::vector<std::uint32_t> counts_;
  // A score made ordered in the upper half, the id's complement in the lower: larger keys come first.
  std::vector<std::uint64_t> keys_;
};

}  // namespace leitmotif
