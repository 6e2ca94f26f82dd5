#pragma once

#include <cstddef>
#include <span>

namespace leitmotif {

// A (h, w, c), row-major: the channels of a position are contiguous. Non-negative and finite.
struct ActivationMap {
  const float* data;
  std::size_t height, width, channels;

  std::size_t positions() const { return height * width; }
  const float* at(std::size_t y, std::size_t x) const { return data + (y * width + x) * channels; }
  std::span<const float> values() const { return {data, positions() * channels}; }
};

// S (h, w), row-major. Non-negative and finite.
struct SaliencyMap {
  const float* data;
  std::size_t height, width;

  std::size_t positions() const { return height * width; }
  std::span<const float> values() const { return {data, positions()}; }
};

}  // namespace leitmotif
