// Pooling of an activation map over regions and over the whole (paper sections 3.5 and 3.9, eq. 9-10), and the pooled
// descriptors that others use.
//
// Out vectors hold c values and must not overlap the map. Rectangles lie within the map. Maxima are exact; sums are
// float64. None of these allocates more than a few vectors of c values; all are thread-safe. Maps are non-negative and
// finite: see the bindings, which check.
#pragma once

#include <cstddef>
#include <span>

#include "kernels/activation_map.h"
#include "kernels/rectangle.h"

namespace leitmotif {

// Eq. 9: mean of the map over the rectangle.
double region_saliency(const SaliencyMap& map, const Rectangle& rectangle);

// Eq. 10: the maximum of every channel over the rectangle.
void region_max(const ActivationMap& map, const Rectangle& rectangle, std::span<float> out);

// Section 3.9 before whitening: the sum of the l2-normalised maxima of the rectangles (a zero vector stays zero), each
// times its weight; weights: finite, non-negative, one a rectangle, or none for 1 each. No rectangle of weight above 0:
// the l2-normalised maximum of the whole map, so that no image is left without a descriptor.
void aggregate(const ActivationMap& map, std::span<const Rectangle> rectangles, std::span<const float> weights,
               std::span<float> out);

// SPoC (Babenko and Lempitsky 2015): the sum of every channel.
void spoc(const ActivationMap& map, std::span<float> out);

// GeM (Radenovic et al. 2018): (mean of A^p)^(1/p) of every channel, p > 0. Powers are taken of values over their
// channel's largest, so that none overflows. p = 3 is fast, other p cost a std::pow a non-zero value.
void gem(const ActivationMap& map, double p, std::span<float> out);

// CroW (Kalantidis et al. 2015), a = b = 2: C_j sum_p S_p A_pj. S: the unweighted channel sum, normalised as feature
// saliency; C_j = log(sum_i a_i / a_j), a_j the share of positions where channel j is active, 0 where that is none.
void crow(const ActivationMap& map, std::span<float> out);

// The maximum of A_p (S_p / max S)^gamma of every channel, gamma >= 0. A zero saliency map: the maximum of A_p.
// `saliency` has the map's height and width.
void weighted_mac(const ActivationMap& map, const SaliencyMap& saliency, double gamma, std::span<float> out);

}  // namespace leitmotif
