// The windows that object saliency looks up in one map, and those of them that stand for the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/matrix_view.h"

namespace leitmotif {

// Windows of one map, at some of its positions.
struct Windows {
  std::span<const std::int32_t> positions;  // y * width + x, ascending
  std::size_t width;
  MatrixView descriptors;  // u_p (positions, d): rows of length 1, or 0
};

// Where in a map its windows stand.
class WindowGrid {
 public:
  explicit WindowGrid(const Windows& windows);

  std::size_t width() const { return width_; }
  // Rows up to the last one with a window.
  std::size_t height() const { return places_.size() / width_; }

  // Calls each(window) for those in columns x0 .. x1 - 1 of rows y0 .. y1 - 1, clipped at the border, row by row.
  template <class Each>
  void for_each_in(std::size_t x0, std::size_t y0, std::size_t x1, std::size_t y1, Each&& each) const {
    for (std::size_t y = y0; y < y1 && y < height(); ++y)
      for (std::size_t x = x0; x < x1 && x < width_; ++x)
        if (places_[y * width_ + x] >= 0) each(static_cast<std::size_t>(places_[y * width_ + x]));
  }

  // The same for all within `reach` cells of (x, y) in both directions.
  template <class Each>
  void for_each_near(std::size_t x, std::size_t y, std::size_t reach, Each&& each) const {
    for_each_in(x - (x < reach ? x : reach), y - (y < reach ? y : reach), x + reach + 1, y + reach + 1, each);
  }

 private:
  std::size_t width_;
  std::vector<std::int32_t> places_;  // the window at each cell, or -1
};

// Windows that stand for those around them, ascending: each window whose descriptor is not zero has one, at most
// `reach` cells from it in both directions, with a cosine of `least` or more to its own. `least` is at most 1. Few
// where a map is smooth, all where it is not.
std::vector<std::size_t> window_anchors(const Windows& windows, const WindowGrid& grid, std::size_t reach,
                                        double least);

}  // namespace leitmotif
