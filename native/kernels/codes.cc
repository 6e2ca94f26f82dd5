#include "kernels/codes.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace leitmotif {

namespace {

constexpr float kLargest = 127;
constexpr std::uint8_t kZero = 128;

}  // namespace

void CodedRows::resize(std::size_t rows) {
  codes.resize(rows * size);
  sums.resize(rows);
  scales.resize(rows);
}

void CodedRows::set(std::size_t row, std::span<const float> vector) {
  float largest = 0;
#pragma omp simd reduction(max : largest)
  for (std::size_t j = 0; j < vector.size(); ++j) {
    const float magnitude = std::abs(vector[j]);
    largest = largest < magnitude ? magnitude : largest;
  }
  // The reciprocal of a denormal number may be infinite: what is so short is coded as zero.
  const float steps = kLargest / largest;
  const bool coded = std::isfinite(steps);
  std::int8_t* const out = codes.data() + row * size;
  std::memset(out, 0, size);
  std::int32_t sum = 0;
  if (coded)
#pragma omp simd reduction(+ : sum)
    for (std::size_t j = 0; j < vector.size(); ++j) {
      // Half away from zero, by truncation: quicker than a call, and the same everywhere.
      const float scaled = vector[j] * steps;
      const auto code = static_cast<std::int32_t>(scaled + (scaled < 0 ? -0.5f : 0.5f));
      out[j] = static_cast<std::int8_t>(code);
      sum += code;
    }
  sums[row] = sum;
  scales[row] = coded ? largest / kLargest : 0;
}

void CodePanels::resize(std::size_t places) {
  codes.assign(places * size, kZero);
  scales.assign(places, 0);
}

void CodePanels::reshape(std::size_t rows) {
  const std::size_t places = panel_places(rows), last = rows / simd::kPanelRows * simd::kPanelRows;
  codes.resize(places * size);
  scales.resize(places);
  std::fill(codes.begin() + static_cast<std::ptrdiff_t>(last * size), codes.end(), kZero);
  std::fill(scales.begin() + static_cast<std::ptrdiff_t>(last), scales.end(), 0.0f);
}

void CodePanels::set(std::size_t place, const CodedRows& rows, std::size_t from) {
  using namespace simd;
  std::uint8_t* const panel = codes.data() + place / kPanelRows * kPanelRows * size + place % kPanelRows * kPanelStep;
  const std::int8_t* const row = rows.row(from);
  // Four values at a time. 128 more: the highest bit turned over.
  static_assert(kPanelStep == sizeof(std::uint32_t) && kZero == 0x80);
  for (std::size_t p = 0; p < size; p += kPanelStep) {
    std::uint32_t four;
    std::memcpy(&four, row + p, sizeof four);
    four ^= 0x80808080u;
    std::memcpy(panel + p * kPanelRows, &four, sizeof four);
  }
  scales[place] = rows.scales[from];
}

void CodePanels::products(const CodedRows& queries, std::size_t first, std::size_t count, std::size_t begin,
                          std::size_t end, float* scores, const float* limits, std::uint16_t* marks) const {
  simd::ops().code_products(scores, end - begin, {queries.row(first), queries.sums.data() + first, count},
                            codes.data() + begin * size, scales.data() + begin, (end - begin) / simd::kPanelRows, size,
                            limits, marks);
}

double coding_error(std::span<const float> vector, const CodedRows& rows, std::size_t row) {
  double squares = 0;
  for (std::size_t j = 0; j < vector.size(); ++j) {
    const double error = vector[j] - static_cast<double>(rows.scales[row]) * rows.row(row)[j];
    squares += error * error;
  }
  return std::sqrt(squares);
}

}  // namespace leitmotif
