// Diffusion on a part of the graph, for one query (Iscen 2017, section 5: truncation) or ahead of all queries for each
// vertex (Yang 2019: offline diffusion).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/conjugate_gradients.h"
#include "kernels/sparse_view.h"

namespace leitmotif {

// Cuts square parts out of one sparse matrix. Allocates 4 bytes a row of it once, then room for the largest part. The
// matrix must be as require_sparse asks, and outlive this. Not thread-safe: one a thread.
class Submatrices {
 public:
  explicit Submatrices(const SparseView& matrix) : matrix_(matrix), place_(matrix.rows(), -1) {}

  // Rows and columns `ids` (ascending, each once, rows of the matrix), renumbered in that order; valid until the next
  // call. Weights are as they were: nothing is normalised anew.
  SparseView of(std::span<const std::int32_t> ids);

 private:
  SparseView matrix_;
  std::vector<std::int32_t> place_, indptr_, indices_;
  std::vector<float> data_;
};

// Throws InvalidArgument unless ids ascend, each once, from 0 to below `rows`.
void require_ascending(std::span<const std::int32_t> ids, std::size_t rows);

// Solves L x = y (solve_laplacian) on the rows and columns `ids` of the whole graph's L, weights not normalised anew;
// y, x: one value an id. Otherwise as solve_laplacian.
Solution solve_truncated(const SparseView& normalised, std::span<const std::int32_t> ids, double alpha,
                         std::span<const float> y, Stop stop, std::size_t threads, const Control& control,
                         std::span<float> x);

// What offline diffusion keeps of each vertex: `keep` vertices and values a row, descending, ties by smaller id; a row
// with fewer values above 0 is filled up with id 0 and value 0.
struct KeptDiffusion {
  std::span<std::int32_t> ids;
  std::span<float> values;
  std::size_t keep;
};

// For each of some vertices v (rows of `balls`, `reach` candidate ids each, in any order, v's own among them or not):
// L x = e_v on the ball and v, x's largest values kept. A query with similarities y is then sum_v y_v x_v: L is
// linear, and symmetric, so x_v is v's column of its inverse, cut to the ball.
//
// vertices: one id a row. Results depend on no number of threads. Throws InvalidArgument (ids that are not vertices,
// an ill-formed matrix) and Cancelled. Allocates 4 bytes a vertex and a ball's submatrix a thread.
void offline_diffusion(const SparseView& normalised, std::span<const std::int32_t> vertices,
                       std::span<const std::int32_t> balls, std::size_t reach, double alpha, Stop stop,
                       std::size_t threads, const Control& control, KeptDiffusion out);

}  // namespace leitmotif
