// Region cross-matching, R-Match (Razavian 2016; paper section 4.4).
#pragma once

#include <cstdint>
#include <span>

#include "kernels/image_regions.h"

namespace leitmotif {

// scores[i] = sum over the query's regions (rows of `query`) of the largest inner product with a region of image i;
// -infinity for an image without regions. best[i] = the row of image i that takes part in the largest single product
// (the first of equals), -1 without regions. Both: one value an image.
//
// Float32 products through OpenBLAS, the sum in float64; the same bits for any number of threads. Throws
// InvalidArgument (NaN, infinity, no query region, differing columns, ill-ordered images) and Cancelled. Allocates
// about 1024 rows of products a thread, or those of the image with the most regions. Thread-safe.
void cross_match(MatrixView query, const ImageRegions& database, std::size_t threads, const Control& control,
                 std::span<float> scores, std::span<std::int32_t> best);

}  // namespace leitmotif
