// The P-step of the expanding Gaussian mixture (paper section 3.4): components whose surroundings are taken go.
#pragma once

#include <cstddef>
#include <vector>

#include "kernels/egm.h"

namespace leitmotif {

// Indices 0 .. m - 1 in descending pi. Values within 1e-9 of the largest are equal and stay in order. pi: not empty.
std::vector<std::size_t> descending(const std::vector<double>& pi);

// In descending pi, component k is kept when <q_k, q_k> / (<q_k, q_k> + sum over those kept of <q_k, q_j>) > threshold
// (by more than 1e-9), q_k = pi_k N(mu_k, Sigma_k), without pi_k when not `mixing`; the first always is. Inner products
// see variances of at least 1/12: a component on one sample has none. Those kept stay in order; pi sums to 1 again.
void purge(GaussianMixture& mixture, double threshold, bool mixing);

}  // namespace leitmotif
