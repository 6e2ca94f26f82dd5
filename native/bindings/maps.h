// Reads maps and rectangles, alone and in lists, from the arguments of a native function.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "bindings/arguments.h"
#include "kernels/activation_map.h"
#include "kernels/rectangle.h"

namespace leitmotif::bindings {

constexpr std::size_t kLargestSide = 1 << 20;

// data, height, width, channels from `first` on.
inline ActivationMap activation_map(Arguments& args, std::size_t first) {
  const std::size_t h = args.size(first + 1, "height", 1, kLargestSide);
  const std::size_t w = args.size(first + 2, "width", 1, kLargestSide);
  const std::size_t c = args.size(first + 3, "channels", 1, kLargestSide);
  return {args.f32(first, "data", h * w * c).data(), h, w, c};
}

// data, height, width from `first` on.
inline SaliencyMap saliency_map(Arguments& args, std::size_t first) {
  const std::size_t h = args.size(first + 1, "height", 1, kLargestSide);
  const std::size_t w = args.size(first + 2, "width", 1, kLargestSide);
  return {args.f32(first, "data", h * w).data(), h, w};
}

// The sides of `count` maps, `dimensions` each, as an Int32Array.
inline std::vector<std::size_t> shapes(Arguments& args, std::size_t index, std::size_t count, std::size_t dimensions) {
  std::vector<std::size_t> sides;
  for (std::int32_t side : args.i32(index, "shapes", count * dimensions)) {
    if (side < 1 || side > static_cast<std::int32_t>(kLargestSide))
      Arguments::fail("shapes", "holds a side of " + std::to_string(side) + " cells");
    sides.push_back(static_cast<std::size_t>(side));
  }
  return sides;
}

// An array of Float32Arrays, then their shapes (height, width, channels).
inline std::vector<ActivationMap> activation_maps(Arguments& args, std::size_t first) {
  const Napi::Array arrays = args.array(first, "maps");
  const auto sides = shapes(args, first + 1, arrays.Length(), 3);
  std::vector<ActivationMap> maps;
  for (std::uint32_t i = 0; i < arrays.Length(); ++i) {
    const std::size_t h = sides[3 * i], w = sides[3 * i + 1], c = sides[3 * i + 2];
    maps.push_back({args.f32(arrays.Get(i), "maps", h * w * c).data(), h, w, c});
  }
  return maps;
}

// An array of Float32Arrays, then their shapes (height, width).
inline std::vector<SaliencyMap> saliency_maps(Arguments& args, std::size_t first) {
  const Napi::Array arrays = args.array(first, "maps");
  const auto sides = shapes(args, first + 1, arrays.Length(), 2);
  std::vector<SaliencyMap> maps;
  for (std::uint32_t i = 0; i < arrays.Length(); ++i) {
    const std::size_t h = sides[2 * i], w = sides[2 * i + 1];
    maps.push_back({args.f32(arrays.Get(i), "maps", h * w).data(), h, w});
  }
  return maps;
}

inline void require_within(std::span<const Rectangle> rectangles, std::size_t height, std::size_t width) {
  for (const Rectangle& rectangle : rectangles)
    if (!rectangle.within(height, width)) Arguments::fail("rectangles", "holds one that is empty or leaves the map");
}

// An Int32Array of x0, y0, x1, y1 each.
inline std::span<const Rectangle> rectangles(Arguments& args, std::size_t index) {
  const auto values = args.i32(index, "rectangles");
  if (values.size() % 4 != 0) Arguments::fail("rectangles", "must hold four values a rectangle");
  static_assert(sizeof(Rectangle) == 4 * sizeof(std::int32_t));
  return {reinterpret_cast<const Rectangle*>(values.data()), values.size() / 4};
}

}  // namespace leitmotif::bindings
