// How alike regions of different photos are by chance: the null that an edge of an object must beat.
//
// Whitened vectors of unrelated regions point in nearly independent directions: their similarity is distributed like
// one coordinate of a random unit vector in D dimensions, density ~ (1 - s^2)^((D - 3) / 2), symmetric about 0, with
// variance 1 / D. What recurs (objects, but also sky and foliage) only adds to the positive side, so D is estimated
// from the negative side of the collection's own pairs: D = 1 / mean(s^2 | s < 0), and the tail of that distribution is
// extrapolated to the number of pairs.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/control.h"
#include "kernels/matrix_view.h"

namespace leitmotif {

struct Chance {
  double dimensions;  // D; NaN when no pair of different photos is negative
  double pairs;       // pairs of regions of different photos in the collection
};

// vectors: unit rows; owner: the photo of each. Looks at all pairs when there are at most `samples`, else at that many
// random ones. Float32 products, float64 sums; deterministic. Thread-safe; allocates a word a row.
Chance chance_similarity(MatrixView vectors, std::span<const std::int32_t> owner, std::size_t samples,
                         std::uint32_t seed, const Control& control);

// P(s > t), the share of chance pairs that are more alike than t, for D >= 2 and t in [0, 1]. Relative error 1e-10.
double chance_tail(double dimensions, double t);

// The similarity that a chance pair exceeds with the given probability (0 < p <= 0.5): the inverse of chance_tail, to
// 1e-9.
double chance_quantile(double dimensions, double probability);

}  // namespace leitmotif
