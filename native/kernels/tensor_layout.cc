#include "kernels/tensor_layout.h"

#include <algorithm>

#include "kernels/control.h"

namespace leitmotif {

namespace {

constexpr std::size_t kTile = 16;

// (c, n) with rows `stride` apart -> (n, c).
void transpose(const float* in, std::size_t stride, std::size_t channels, std::size_t positions, float* out) {
  float tile[kTile][kTile];
  for (std::size_t p0 = 0; p0 < positions; p0 += kTile)
    for (std::size_t c0 = 0; c0 < channels; c0 += kTile) {
      const std::size_t np = std::min(kTile, positions - p0), nc = std::min(kTile, channels - c0);
      for (std::size_t c = 0; c < nc; ++c) {
        const float* row = in + (c0 + c) * stride + p0;
        for (std::size_t p = 0; p < np; ++p) tile[p][c] = row[p];
      }
      for (std::size_t p = 0; p < np; ++p) std::copy_n(tile[p], nc, out + (p0 + p) * channels + c0);
    }
}

}  // namespace

void pack_pixels(const Pixels& image, const InputLayout& layout, std::size_t out_height, std::size_t out_width,
                 std::span<float> out) {
  const std::size_t plane = layout.channels_first ? out_height * out_width : 1, step = layout.channels_first ? 1 : 3;
  for (std::size_t y = 0; y < out_height; ++y) {
    const std::uint8_t* row = image.data + std::min(y, image.height - 1) * image.width * 3;
    for (std::size_t c = 0; c < 3; ++c) {
      const float* values = layout.values + 256 * c;
      const std::uint8_t* source = row + (layout.bgr ? 2 - c : c);
      float* target = out.data() + c * plane + y * out_width * step;
      for (std::size_t x = 0; x < image.width; ++x) target[x * step] = values[source[3 * x]];
      for (std::size_t x = image.width; x < out_width; ++x) target[x * step] = target[(image.width - 1) * step];
    }
  }
}

void to_activation_map(const OutputTensor& tensor, bool relu, std::size_t rows, std::size_t columns,
                       std::span<float> out) {
  if (relu)
    require_finite(tensor.values(), "the network's tensor");
  else
    require_finite_non_negative(tensor.values(), "the network's tensor");
  const std::size_t c = tensor.channels;
  for (std::size_t y = 0; y < rows; ++y) {
    float* row = out.data() + y * columns * c;
    if (tensor.channels_first)
      transpose(tensor.data + y * tensor.width, tensor.height * tensor.width, c, columns, row);
    else
      std::copy_n(tensor.data + y * tensor.width * c, columns * c, row);
  }
  if (relu)
    for (float& value : out) value = value > 0 ? value : 0;
}

}  // namespace leitmotif
