// Between an image's pixels, a network's tensors and an activation map.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace leitmotif {

// 8-bit RGB, row-major (h, w, 3).
struct Pixels {
  const std::uint8_t* data;
  std::size_t height, width;
};

// How a network wants pixels.
struct InputLayout {
  // Value v of the network's channel c becomes values[256 * c + v]. Channel 0 is red, or blue where `bgr`.
  const float* values;
  bool bgr;
  // (3, h, w), else (h, w, 3).
  bool channels_first;
};

// Fills an input tensor of out_height x out_width, both at least the image's: what lies right of the image and below it
// repeats the image's last column and row. Exact. Does not allocate; thread-safe.
void pack_pixels(const Pixels& image, const InputLayout& layout, std::size_t out_height, std::size_t out_width,
                 std::span<float> out);

// What a network gave: (c, h, w) where channels_first, else (h, w, c).
struct OutputTensor {
  const float* data;
  std::size_t height, width, channels;
  bool channels_first;

  std::span<const float> values() const { return {data, height * width * channels}; }
};

// The top left rows x columns of the tensor as an activation map (rows, columns, c); with `relu`, negative values
// become zero. Throws InvalidArgument where the whole tensor is not finite or, without `relu`, not non-negative. Does
// not allocate; thread-safe. Transposes by tiles that stay in the first-level cache.
void to_activation_map(const OutputTensor& tensor, bool relu, std::size_t rows, std::size_t columns,
                       std::span<float> out);

}  // namespace leitmotif
