// Several vectors an image: the rows of a matrix, those of an image side by side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/control.h"
#include "kernels/matrix_view.h"

namespace leitmotif {

struct ImageRegions {
  MatrixView vectors;
  // Image i owns rows starts[i] .. starts[i + 1] - 1; images + 1 values, ascending from 0 to the number of rows.
  std::span<const std::int32_t> starts;

  std::size_t images() const { return starts.size() - 1; }
  std::size_t first(std::size_t image) const { return static_cast<std::size_t>(starts[image]); }
  std::size_t count(std::size_t image) const { return static_cast<std::size_t>(starts[image + 1] - starts[image]); }
  MatrixView of(std::size_t image) const { return vectors.slice(first(image), count(image)); }
};

inline void require_regions(const ImageRegions& regions) {
  const auto& starts = regions.starts;
  bool good = !starts.empty() && starts.front() == 0 && static_cast<std::size_t>(starts.back()) == regions.vectors.rows;
  for (std::size_t i = 0; good && i + 1 < starts.size(); ++i) good = starts[i] <= starts[i + 1];
  if (!good) throw InvalidArgument("the images' first rows must ascend from 0 to the number of region vectors");
}

}  // namespace leitmotif
