// Matrices for tests.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "kernels/matrix_view.h"

namespace leitmotif::tests {

struct Matrix {
  std::vector<float> values;
  std::size_t rows, columns;

  MatrixView view() const { return {values.data(), rows, columns}; }
};

// Unit rows around `clusters` centres: like descriptors, near in a cluster and far apart outside.
inline Matrix clustered(std::size_t rows, std::size_t columns, std::size_t clusters, std::uint32_t seed,
                        float noise = 0.5f) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  Matrix centres{std::vector<float>(clusters * columns), clusters, columns};
  for (float& value : centres.values) value = normal(random);
  Matrix matrix{std::vector<float>(rows * columns), rows, columns};
  for (std::size_t i = 0; i < rows; ++i) {
    float* row = matrix.values.data() + i * columns;
    double squares = 0;
    for (std::size_t j = 0; j < columns; ++j) {
      row[j] = centres.values[(i % clusters) * columns + j] + noise * normal(random);
      squares += static_cast<double>(row[j]) * row[j];
    }
    for (std::size_t j = 0; j < columns; ++j) row[j] = static_cast<float>(row[j] / std::sqrt(squares));
  }
  return matrix;
}

}  // namespace leitmotif::tests
