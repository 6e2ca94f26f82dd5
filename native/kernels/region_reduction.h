// Fewer vectors an image by fitting a Gaussian mixture to its region vectors (Iscen 2017; paper section 4.4, Figure
// 10).
#pragma once

#include <cstdint>
#include <span>

#include "kernels/image_regions.h"

namespace leitmotif {

// Where the reduced rows of each image begin: min(count, its regions) rows each. starts: images + 1 values.
void reduced_starts(const ImageRegions& regions, std::size_t count, std::span<std::int32_t> starts);

// For each image a mixture of `count` Gaussians with one spherical covariance, fitted to its region vectors by
// expectation maximisation; its means, l2-normalised, are the image's new vectors. An image with no more regions than
// that keeps them. The mixture starts from the region nearest the image's mean and then, one by one, the region
// furthest from those chosen, so the result is the same for every run and number of threads.
//
// out: rows as reduced_starts tells, of the same columns. Float64 throughout; at most `iterations` steps, fewer once
// the likelihood rises by less than 1e-6 a region. A component that no region belongs to keeps its last mean. Throws
// InvalidArgument (NaN, infinity, ill-ordered images, starts that are not reduced_starts') and Cancelled. Allocates
// (n + 2 count) d + n count doubles a thread. Thread-safe.
void reduce_regions(const ImageRegions& regions, std::span<const std::int32_t> starts, std::size_t iterations,
                    std::size_t threads, const Control& control, std::span<float> out);

}  // namespace leitmotif
