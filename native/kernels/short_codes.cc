#include "kernels/short_codes.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace leitmotif {

using namespace simd;

ShortCodes::ShortCodes(MatrixView vectors, std::size_t threads) : size_(short_code_size(vectors.columns)) {
  const std::size_t count = (vectors.rows + kPanelRows - 1) / kPanelRows;
  codes_ = make_large_array<std::uint8_t>(count * kPanelRows * size_);
  scales_.assign(count * kPanelRows, 0);
  sums_.assign(count * kPanelRows, 0);
#pragma omp parallel for num_threads(static_cast <int>(threads)) schedule(static)
  for (std::size_t number = 0; number < count; ++number) {
    std::memset(codes_.get() + number * kPanelRows * size_, kShortZero, kPanelRows * size_);
    for (std::size_t row = number * kPanelRows; row < std::min((number + 1) * kPanelRows, vectors.rows); ++row)
      set(row, vectors.row(row), vectors.columns);
  }
}

void ShortCodes::set(std::size_t row, const float* vector, std::size_t columns) {
  float largest = 0;
#pragma omp simd reduction(max : largest)
  for (std::size_t j = 0; j < columns; ++j) {
    const float magnitude = std::abs(vector[j]);
    largest = largest < magnitude ? magnitude : largest;
  }
  // The reciprocal of a denormal number may be infinite: what is so short is coded as zero.
  const float steps = kShortLargest / largest;
  if (!std::isfinite(steps)) return;
  std::uint8_t* const out = codes_.get() + row / kPanelRows * kPanelRows * size_ + row % kPanelRows * kPanelStep;
  std::int32_t sum = 0;
  for (std::size_t j = 0; j < columns; ++j) {
    // Half away from zero, by truncation: quicker than a call, and the same everywhere.
    const float scaled = vector[j] * steps;
    const auto code = static_cast<std::int32_t>(scaled + (scaled < 0 ? -0.5f : 0.5f));
    out[j / kPanelStep * kPanelStep * kPanelRows + j % kPanelStep] = static_cast<std::uint8_t>(code + kShortZero);
    sum += code;
  }
  sums_[row] = sum;
  scales_[row] = largest / kShortLargest;
}

void ShortCodes::values(std::size_t number, std::int8_t* out) const {
  const std::uint8_t* const codes = panel(number);
#pragma omp simd
  for (std::size_t j = 0; j < kPanelRows * size_; ++j) out[j] = static_cast<std::int8_t>(codes[j] - kShortZero);
}

}  // namespace leitmotif
