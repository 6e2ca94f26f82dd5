// Vectors grouped by direction, so that the neighbours of one are looked for in a few groups.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/codes.h"
#include "kernels/control.h"
#include "kernels/matrix_view.h"

namespace leitmotif {

// `count` centroids of unit length by spherical k-means (Dhillon and Modha 2001) over a sample of the vectors; those
// that lie near one another mostly have numbers that do. Row-major (count, columns); count from 1 to vectors.rows.
//
// The sample and the centroids that it begins with are drawn by `seed`. The result depends neither on threads nor on
// the processor. Allocates the sample in codes (24 vectors a cluster) and 12 bytes a value of the centroids. Throws
// Cancelled.
std::vector<float> spherical_centroids(MatrixView vectors, std::size_t count, std::uint64_t seed, std::size_t threads,
                                       const Control& control);

// Ascending rows, one drawn by `seed` from each of `wanted` equal parts of them; wanted <= rows.
std::vector<std::size_t> spread(std::size_t rows, std::size_t wanted, std::uint64_t seed);

// Rows by the group that each is of: those of group g are order[starts[g]] .. order[starts[g + 1] - 1], ascending.
struct Grouped {
  Grouped(std::span<const std::int32_t> group_of, std::size_t groups);
  std::vector<std::size_t> starts, order;
};

// Rows coded for products with many others.
CodePanels code_panels(MatrixView rows);

// For each vector the centroid with the largest product, the first of equals. `centroids` holds `count` rows. nearest:
// a value a vector. Throws Cancelled.
void assign_to_centroids(MatrixView vectors, const CodePanels& centroids, std::size_t count, std::size_t threads,
                         const Control& control, std::span<std::int32_t> nearest);

}  // namespace leitmotif
