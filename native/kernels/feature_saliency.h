// Feature saliency (paper section 3.3, eq. 1-2).
#pragma once

#include <span>

#include "kernels/activation_map.h"

namespace leitmotif {

// Eq. 1: b_j = log( sum_i (a_i + eps) / (a_j + eps) ), a_j the share of positions where channel j is non-zero.
// weights: c values. eps is added once per channel. Exact counts, float64 logarithms. Thread-safe.
void channel_weights(const ActivationMap& map, double eps, std::span<float> weights);

// Eq. 2: F = sum_j b_j A_j. weights: c values; sums: h * w values. Float32 dot products over the channels.
void weighted_sum(const ActivationMap& map, std::span<const float> weights, std::span<float> sums);

// CroW normalisation with a = b = 2, in place: ( F / (sum_p F_p^2)^(1/2) )^(1/2). A zero map stays zero. Float64.
void normalise_saliency(std::span<float> map);

// Eq. 1, eq. 2, normalised: F_hat (h, w) in [0, 1]. Throws InvalidArgument when the map is not finite and non-negative.
// Allocates c floats. Thread-safe.
void feature_saliency(const ActivationMap& map, double eps, std::span<float> saliency);

}  // namespace leitmotif
