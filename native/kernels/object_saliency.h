// Object saliency (paper section 3.8, eq. 14): how often what is seen at a position recurs in the collection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/activation_map.h"
#include "kernels/control.h"
#include "kernels/matrix_view.h"
#include "kernels/vector_index.h"
#include "kernels/whitening.h"

namespace leitmotif {

// The regions of a collection, as its graph sees them.
struct RegionModel {
  MatrixView vectors;                   // V (n, d), whitened; n >= 1
  std::span<const float> saliency;      // f (n)
  std::span<const float> centrality;    // g (n)
  std::span<const std::int32_t> owner;  // (n) the image that each region is of, ascending or not; or empty
  Whitening whitening;                  // w, from the maps' channels to d
};

struct ObjectSaliencyOptions {
  std::size_t side;  // a, cells
  std::size_t k;
  double beta, Theta, theta;
};

// An image to look at. S goes to `out` (h * w).
struct ObjectSaliencyImage {
  ActivationMap map;
  std::span<const float> feature_saliency;  // F_hat (h * w)
  std::int32_t excluded_owner;              // regions of this image do not count; -1: all do
  std::span<float> out;
};

// Eq. 14 for every image:
//   S_p = F_hat_p^Theta * sum over i in kNN(u_p) of max(v_i . u_p, 0)^beta * f_i^theta * g_i
// with u_p the whitened maximum over the side x side square at p, clipped at the border. Where F_hat_p = 0 (and
// Theta > 0) or u_p is zero, S_p = 0, and nothing is searched for the former. An image's excluded regions are passed
// over: the k nearest others count. k is cut to the number of regions.
//
// Without an index regions are searched exactly; with one, by search_windows(). The index is over the model's vectors.
//
// Float64 sums of float32 products, rounded once; an image's result depends neither on the others nor on `threads`.
// Images go through in groups, of 32 MiB of descriptors each unless one image has more, so that search is in large
// products; beside them a block's maxima a thread and 16 k bytes a position are allocated. Throws
// InvalidArgument when a map is not finite and non-negative or f or g not finite, and Cancelled.
void object_saliency(std::span<const ObjectSaliencyImage> images, const RegionModel& model,
                     const ObjectSaliencyOptions& options, const VectorIndex* index, std::size_t threads,
                     const Control& control);

// u_p at the given positions (y * w + x), into out (positions, d); the square's rows and columns as sliding_max() has
// them. Throws InvalidArgument when the map is not finite and non-negative.
void patch_descriptors(const ActivationMap& map, std::size_t side, std::span<const std::int32_t> positions,
                       const Whitening& whitening, std::span<float> out);

}  // namespace leitmotif
