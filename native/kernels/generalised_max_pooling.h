// Generalised max pooling weights, by which regional diffusion scores are pooled to images (Iscen 2017, section 4;
// Murray and Perronnin 2014).
#pragma once

#include <span>

#include "kernels/image_regions.h"

namespace leitmotif {

// For each image with region vectors V (rows): c of (V V^T + lambda I) c = 1; an image's score is sum_i c_i f_i.
// Regions much alike share their weight, so that what an image shows often does not outweigh what it shows once.
//
// weights: one value a region. Float64 Cholesky. lambda > 0. Throws InvalidArgument (NaN, infinity, ill-ordered images)
// and Cancelled. Allocates n^2 doubles a thread for the most regions n of an image, which is at most 4096.
// Thread-safe.
void generalised_max_pooling(const ImageRegions& regions, double lambda, std::size_t threads, const Control& control,
                             std::span<float> weights);

}  // namespace leitmotif
