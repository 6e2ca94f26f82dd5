// Conjugate gradients on the graph's regularised Laplacian (paper section 3.6 eq. 12, 3.7 eq. 13; diffusion: Iscen
// 2017).
#pragma once

#include <cstddef>
#include <span>

#include "kernels/control.h"
#include "kernels/sliced_matrix.h"

namespace leitmotif {

struct Solution {
  std::size_t iterations;
  // |y - L x| / |y|, as the recurrence has it; 0 for y = 0.
  double residual;
};

// When to stop: at a relative residual, or after so many iterations.
struct Stop {
  double tolerance;
  std::size_t iterations;
};

// Solves L x = y from x = 0, L = (I - alpha W) / (1 - alpha), W the normalised weights of a graph (normalise_graph), L
// itself never formed. A query's y gives its diffusion. y, x: rows values each; alpha in [0, 1).
//
// float32 weights, float64 sums, residuals and solution. Directions are rounded to float32, which they may be: the
// residual follows the rounded one, so that no accuracy is lost, and what is fetched at random is half as large. Sums
// go by fixed parts of the matrix, so the result is the same to the last bit with any number of threads. Throws
// InvalidArgument where y is not finite, and Cancelled. Allocates 28 bytes a row. Thread-safe.
Solution solve_laplacian(const SlicedMatrix& normalised, double alpha, std::span<const float> y, Stop stop,
                         std::size_t threads, const Control& control, std::span<float> x);

// Katz centrality: L g = 1, where an isolated vertex gets 1 - alpha. Begins where it nearly ends: the square roots of
// the degrees are an eigenvector of L of eigenvalue 1, and what the vector of ones has of them is the largest part of
// g. `roots`: those (degree_roots). g, roots: rows values each. Residuals are relative to the vector of ones; otherwise
// as solve_laplacian.
Solution katz_centrality(const SlicedMatrix& normalised, std::span<const float> roots, double alpha, Stop stop,
                         std::size_t threads, const Control& control, std::span<float> g);

}  // namespace leitmotif
