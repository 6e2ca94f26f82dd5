// What an index over vectors offers, however it is built.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/control.h"
#include "kernels/matrix_view.h"

namespace leitmotif {

class VectorIndex {
 public:
  VectorIndex() = default;
  VectorIndex(const VectorIndex&) = delete;
  VectorIndex& operator=(const VectorIndex&) = delete;
  virtual ~VectorIndex() = default;

  virtual MatrixView vectors() const = 0;

  // As neighbours() among the vectors, with the same order, ties and similarities (float64 products, rounded once), but
  // some true neighbours may be missing. exclude_self: the queries are the vectors, and row i may not find itself.
  // Throws as neighbours(). Thread-safe.
  virtual void search(MatrixView queries, std::size_t k, bool exclude_self, std::size_t threads, const Control& control,
                      std::span<std::int32_t> ids, std::span<float> similarities) const = 0;

  // About the `wanted` nearest of each query, in any order, for a caller who compares them itself: `wanted` ids a row.
  // As search() otherwise, which is what it does unless an index knows of something quicker.
  virtual void nominate(MatrixView queries, std::size_t wanted, std::size_t threads, const Control& control,
                        std::span<std::int32_t> ids) const {
    std::vector<float> similarities(ids.size());
    search(queries, wanted, false, threads, control, ids, similarities);
  }
};

}  // namespace leitmotif
