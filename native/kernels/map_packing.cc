#include "kernels/map_packing.h"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "kernels/control.h"

namespace leitmotif {

namespace {

// Channels that go together: a cache line of a position's activations.
constexpr std::size_t kChannels = 16;

}  // namespace

std::size_t pack_map(const ActivationMap& map, std::span<std::uint8_t> mask, std::span<float> values) {
  const std::size_t positions = map.positions();
  std::fill(mask.begin(), mask.end(), std::uint8_t{0});
  std::vector<float> active(kChannels * positions);
  std::size_t taken = 0;
  for (std::size_t first = 0; first < map.channels; first += kChannels) {
    const std::size_t count = std::min(kChannels, map.channels - first);
    std::array<std::size_t, kChannels> found{};
    for (std::size_t p = 0; p < positions; ++p) {
      const float* at = map.data + p * map.channels + first;
      unsigned bits = 0;
      for (std::size_t j = 0; j < count; ++j) bits |= static_cast<unsigned>(at[j] != 0) << j;
      for (; bits != 0; bits &= bits - 1) {
        const auto j = static_cast<std::size_t>(std::countr_zero(bits));
        const std::size_t bit = (first + j) * positions + p;
        mask[bit / 8] |= static_cast<std::uint8_t>(1u << bit % 8);
        active[j * positions + found[j]++] = at[j];
      }
    }
    for (std::size_t j = 0; j < count; ++j) {
      const auto from = active.begin() + static_cast<std::ptrdiff_t>(j * positions);
      std::copy_n(from, found[j], values.begin() + static_cast<std::ptrdiff_t>(taken));
      taken += found[j];
    }
  }
  return taken;
}

void unpack_map(std::span<const std::uint8_t> mask, std::span<const float> values, std::size_t positions,
                std::size_t channels, std::span<float> out) {
  const std::size_t all = positions * channels;
  std::size_t set = 0;
  for (std::uint8_t byte : mask) set += static_cast<std::size_t>(std::popcount(byte));
  const bool beyond = all % 8 != 0 && mask.back() >> all % 8 != 0;
  if (set != values.size() || beyond)
    throw InvalidArgument("this is no packed activation map: its mask and its values do not belong together");

  std::fill(out.begin(), out.end(), 0.0f);
  const float* next = values.data();
  std::size_t j = 0, begin = 0;  // the bit's channel, and the channel's first bit
  for (std::size_t byte = 0; byte < mask.size(); ++byte)
    for (unsigned bits = mask[byte]; bits != 0; bits &= bits - 1) {
      const std::size_t bit = 8 * byte + static_cast<std::size_t>(std::countr_zero(bits));
      while (bit - begin >= positions) begin += positions, ++j;
      out[(bit - begin) * channels + j] = *next++;
    }
}

}  // namespace leitmotif
