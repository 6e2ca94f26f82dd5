// The nearest regions of all windows of a map, by those of a few: neighbouring windows overlap nearly whole, so that
// most of what lies near one lies near the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/control.h"
#include "kernels/vector_index.h"
#include "kernels/windows.h"

namespace leitmotif {

// What is looked for, and where.
struct WindowSearch {
  const VectorIndex& index;             // n regions
  std::span<const std::int32_t> owner;  // (n) the image that each is of; or empty
  std::size_t k;                        // neighbours of each window; 1 to n
  std::size_t side;                     // of the windows, cells
};

// The windows of an image; ids and similarities take k values a window.
struct SearchedImage {
  Windows windows;
  std::int32_t excluded_owner;  // regions of this image are passed over; -1: none
  std::span<std::int32_t> ids;
  std::span<float> similarities;
};

// How many regions each window that is looked up should find, for k neighbours of every window: what an index should be
// built for.
std::size_t window_nominees(std::size_t k);

// The k nearest regions of each window, descending, equal products by smaller id; similarities are float64 products,
// rounded once. Where there are fewer than k to find, the last ids are -1.
//
// Windows that stand for those around them (window_anchors(): cosine 0.8, half a side away at most) are looked up in
// the index, window_nominees(k) regions each, those of all images together. Every window then takes the best of what
// was found about it. So a few of a hundred are missing, as with the index itself. A window whose descriptor is zero
// has no neighbours.
//
// An image's results depend on its windows and the index alone, not on other images, threads or the processor.
// Allocates for each thread about a kilobyte a region found in an image. Throws Cancelled, and what the index throws.
void search_windows(std::span<const SearchedImage> images, const WindowSearch& search, std::size_t threads,
                    const Control& control);

}  // namespace leitmotif
