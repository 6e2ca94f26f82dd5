// Whitening of descriptors (paper section 3.5): w(z) = l2( P (l2(z) - m) ).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/control.h"
#include "kernels/matrix_view.h"

namespace leitmotif {

// m (c) and P (d, c), row-major. Finite.
struct Whitening {
  const float* mean;
  const float* projection;
  std::size_t channels, dimensions;
};

// Where a learnt whitening goes: the size of `mean` is c, that of `projection` d * c, 1 <= d <= c.
struct WhiteningOut {
  std::span<float> mean, projection;
};

// PCA whitening: m is the mean of the l2-normalised vectors, row i of P the eigenvector of their i-th largest
// eigenvalue l_i of covariance, over sqrt(l_i + shrinkage * l_1). shrinkage > 0 keeps directions in which the vectors
// do not differ (fewer vectors than dimensions) from blowing up.
//
// Both fits take vectors (n, c): at least one vector; signs such that each row's entry of largest magnitude is
// positive; a zero vector counts as the zero vector. Where the vectors do not differ (variance below what float32
// resolves: one vector, identical vectors, zero vectors) there is nothing to learn: m is zero and P an orthonormal
// basis whose first row is their common direction, so that whitening is a rotation. Float64 throughout, rounded at the
// end; the result does not depend on `threads`. Throws InvalidArgument when a value is not finite, and Cancelled, but
// not within the decomposition (about 0.2 s at c = 512). Allocates about 4 c^2 + 1024 c doubles.
void fit_whitening(MatrixView vectors, double shrinkage, int threads, const Control& control, const WhiteningOut& out);

// Supervised whitening by simultaneous diagonalisation (Mikolajczyk and Matas 2007). pairs: 2 a pair, indices into
// `matching` (any number of rows, c) of vectors that show the same thing; at least one pair. `matching` may be
// `vectors`.
//   C_S = mean over the pairs of (a - b)(a - b)^T + shrinkage * trace / c on the diagonal,  W = C_S^(-1/2)
//   P = (d leading eigenvectors of the covariance of W (x - m) over all x)^T W
// Pairs of identical vectors alone leave W the identity: plain PCA, unscaled.
void fit_whitening_supervised(MatrixView vectors, MatrixView matching, std::span<const std::int32_t> pairs,
                              double shrinkage, int threads, const Control& control, const WhiteningOut& out);

// Mean of the l2-normalised vectors, in float64, rounded at the end: the m of vectors that are to be whitened around
// their own. At least one vector. Throws InvalidArgument when a value is not finite, and Cancelled.
void mean_direction(MatrixView vectors, int threads, const Control& control, std::span<float> mean);

// w of every vector into out (n, d). A zero vector, which has no direction, and one that P takes to zero give a zero
// row. Norms in float64, the product in float32: absolute error of a unit row's entries below 1e-5 in practice. Blocks
// of 256 vectors, shared out over `threads`. Throws InvalidArgument when a vector is not finite, and Cancelled.
void apply_whitening(MatrixView vectors, const Whitening& whitening, int threads, const Control& control,
                     std::span<float> out);

// The same for a few vectors on this thread, in place: rows (n, c) are overwritten with l2(z) - m.
void whiten_in_place(float* rows, std::size_t count, const Whitening& whitening, float* out);

}  // namespace leitmotif
