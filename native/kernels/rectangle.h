#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace leitmotif {

// Cells of a map: columns x0 .. x1 - 1, rows y0 .. y1 - 1. As laid out in an Int32Array of four values a rectangle.
struct Rectangle {
  std::int32_t x0, y0, x1, y1;

  auto operator<=>(const Rectangle&) const = default;
  std::size_t area() const { return static_cast<std::size_t>(x1 - x0) * static_cast<std::size_t>(y1 - y0); }
  bool within(std::size_t height, std::size_t width) const {
    return 0 <= x0 && x0 < x1 && static_cast<std::size_t>(x1) <= width && 0 <= y0 && y0 < y1 &&
           static_cast<std::size_t>(y1) <= height;
  }
};

}  // namespace leitmotif
