#include "kernels/short_codes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "matrices.h"
#include "simd_levels.h"

using namespace leitmotif;
using simd::kPanelRows, simd::kPanelStep;

namespace {

// The value of a row that a panel's values have.
int value_of(const std::vector<std::int8_t>& values, std::size_t row, std::size_t column) {
  return values[column / kPanelStep * kPanelStep * kPanelRows + row * kPanelStep + column % kPanelStep];
}

}  // namespace

TEST_CASE("a short code is within half a step of its value; what lies behind rows and columns is 0") {
  auto matrix = tests::clustered(20, 37, 5, 1);
  std::fill_n(matrix.values.begin(), 37, 1e-44f);  // Its steps have no finite reciprocal.
  const ShortCodes codes(matrix.view(), 2);
  REQUIRE(codes.size() == 64);
  REQUIRE(codes.panels() == 2);
  std::vector<std::int8_t> values(kPanelRows * 64);
  for (std::size_t row = 0; row < 32; ++row) {
    codes.values(row / kPanelRows, values.data());
    const float scale = codes.scales(row / kPanelRows)[row % kPanelRows];
    std::int32_t sum = 0;
    for (std::size_t j = 0; j < 64; ++j) {
      const int value = value_of(values, row % kPanelRows, j);
      const float original = row < 20 && j < 37 ? matrix.view().row(row)[j] : 0;
      REQUIRE(std::abs(original - scale * static_cast<float>(value)) <= 0.5001f * scale + 1e-43f);
      sum += value;
    }
    CHECK(codes.sums(row / kPanelRows)[row % kPanelRows] == sum);
  }
  CHECK(codes.scales(0)[0] == 0);
}

TEST_CASE("products of short codes are those of the integers, and marked where either limit is reached") {
  for (std::size_t d : {5, 64, 256}) {
    auto matrix = tests::clustered(7 * kPanelRows - 5, d, 3, 2);
    // The largest codes there are, whose products are what overflows first.
    for (std::size_t row : {0, 1, 17})
      for (std::size_t j = 0; j < d; ++j) matrix.values[row * d + j] = row == 1 ? -1 : 1;
    const ShortCodes codes(matrix.view(), 1);
    std::vector<std::int8_t> values(kPanelRows * codes.size()), others(values.size());
    std::vector<float> row_limits(kPanelRows), limits(7 * kPanelRows);
    for (std::size_t i = 0; i < row_limits.size(); ++i) row_limits[i] = 0.1f * static_cast<float>(i % 5);
    for (std::size_t j = 0; j < limits.size(); ++j) limits[j] = 0.05f * static_cast<float>(j % 7);
    for_each_level([&] {
      for (std::size_t panel : {0, 6})
        for (std::size_t first : {0, 1, 6}) {
          const std::size_t panels = 7 - first, stride = panels * kPanelRows;
          std::vector<float> scores(kPanelRows * stride, -1);
          std::vector<std::uint16_t> marks(kPanelRows * panels, 0xaaaa);
          codes.values(panel, values.data());
          simd::ops().short_products(
              scores.data(), marks.data(), {values.data(), codes.sums(panel), codes.scales(panel), row_limits.data()},
              {codes.panel(first), codes.scales(first), limits.data() + first * kPanelRows, panels}, codes.size());
          for (std::size_t j = 0; j < stride; ++j) {
            codes.values(first + j / kPanelRows, others.data());
            for (std::size_t i = 0; i < kPanelRows; ++i) {
              std::int32_t sum = 0;
              for (std::size_t p = 0; p < codes.size(); ++p)
                sum += value_of(values, i, p) * value_of(others, j % kPanelRows, p);
              const float expected = static_cast<float>(sum) * codes.scales(first)[j] * codes.scales(panel)[i];
              if (marks[i * panels + j / kPanelRows] != 0) REQUIRE(scores[i * stride + j] == expected);
              const int mark = marks[i * panels + j / kPanelRows] >> (j % kPanelRows) & 1;
              REQUIRE(mark == (expected >= std::min(row_limits[i], limits[first * kPanelRows + j])));
            }
          }
        }
    });
  }
}
