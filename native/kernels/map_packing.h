// Activation maps of rectified networks, in which most is zero, as they are kept between the two passes over a
// collection: without loss, as which activations are not zero, and those.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/activation_map.h"

namespace leitmotif {

// A bit an activation, channel by channel: activation (p, j), p = y * w + x, is bit i % 8 of byte i / 8,
// i = j * positions + p. A channel is active in patches, so that what follows each other is alike and a general codec
// makes little of it. `values`: the activations that are not zero, in that order.
//
// mask: (positions * channels + 7) / 8 bytes; values: room for all activations. Returns how many it took. Any floats;
// -0 becomes 0. Allocates 64 values a position. Thread-safe.
std::size_t pack_map(const ActivationMap& map, std::span<std::uint8_t> mask, std::span<float> values);

// The map again: out holds positions * channels values. Throws InvalidArgument unless there is a value for each bit of
// the mask, none beyond the last activation. Does not allocate. Thread-safe.
void unpack_map(std::span<const std::uint8_t> mask, std::span<const float> values, std::size_t positions,
                std::size_t channels, std::span<float> out);

}  // namespace leitmotif
