// A dense float32 matrix (rows, columns), row-major, read in place.
#pragma once

#include <cstddef>
#include <span>

namespace leitmotif {

struct MatrixView {
  const float* data;
  std::size_t rows;
  std::size_t columns;

  const float* row(std::size_t i) const { return data + i * columns; }
  std::span<const float> values() const { return {data, rows * columns}; }
  // Rows begin .. begin + count - 1.
  MatrixView slice(std::size_t begin, std::size_t count) const { return {row(begin), count, columns}; }
};

}  // namespace leitmotif
