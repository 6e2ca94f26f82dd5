// A sparse matrix laid out for being multiplied by many vectors (SELL-8: Kreutzer et al. 2014).
//
// Rows of about the same length lie side by side in slices of eight: the first weight of each, then the second of each,
// and so on, shorter ones filled up with weights of 0. Eight sums run at a time, and no row's end is waited for: twice
// as quick as row after row. Rows are sorted by length within windows alone, so that the order of the matrix, in which
// neighbours may lie close together, is kept from afar, and all vectors follow that order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "kernels/control.h"
#include "kernels/large_array.h"
#include "kernels/sparse_view.h"

namespace leitmotif {

class SlicedMatrix {
 public:
  // Rows of a slice.
  static constexpr std::size_t kRows = 8;

  // Copies the matrix: 8 bytes a weight, 4 a row. The layout depends on the matrix alone. Throws InvalidArgument where
  // the arrays are not square CSR, and Cancelled.
  SlicedMatrix(const SparseView& matrix, std::size_t threads, const Control& control = {});

  std::size_t rows() const { return rows_; }
  std::size_t slices() const { return starts_.size() - 1; }
  // Values of a vector that multiply() takes: rows rounded up to whole slices.
  std::size_t places() const { return slices() * kRows; }
  // The row that lies at a place; -1 where none does.
  std::int32_t row_at(std::size_t place) const { return order_[place]; }
  // What it takes to multiply slices before this one, about: weights and rows.
  std::size_t cost_before(std::size_t slice) const { return starts_[slice] + slice * kRows; }

  // products[r] = row r of a slice times v (places() values). Products are exact in float64, sums go by ascending
  // column.
  void multiply(std::size_t slice, const float* v, double* products) const {
    const std::int32_t* column = columns_.get() + starts_[slice];
    const float* weight = weights_.get() + starts_[slice];
    // Two sums a register, which every processor has: wider ones gain nothing, the loads take the time.
    typedef double Pair __attribute__((vector_size(16)));
    Pair sums[kRows / 2] = {};
    for (std::size_t left = starts_[slice + 1] - starts_[slice]; left > 0; left -= kRows) {
      // 2 KiB on: the processor's own look-ahead gives up between gathers. Read once, which leaves the second-level
      // cache to the vector. Past the end nothing is read.
      __builtin_prefetch(column + kAhead, 0, 0);
      __builtin_prefetch(weight + kAhead, 0, 0);
#pragma GCC unroll 4
      for (std::size_t r = 0; r < kRows; r += 2) {
        const Pair weights = {weight[r], weight[r + 1]};
        const Pair values = {v[column[r]], v[column[r + 1]]};
        sums[r / 2] += weights * values;
      }
      column += kRows, weight += kRows;
    }
    std::memcpy(products, sums, sizeof sums);
  }

 private:
  static constexpr std::size_t kAhead = 512;

  std::size_t rows_;
  std::vector<std::int32_t> order_;
  std::vector<std::size_t> starts_;  // of each slice's weights, and where the last ends
  LargeArray<std::int32_t> columns_;
  LargeArray<float> weights_;
};

}  // namespace leitmotif
