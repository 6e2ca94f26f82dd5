#include "kernels/codes.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "matrices.h"
#include "simd_levels.h"

using namespace leitmotif;

namespace {

CodedRows code(const tests::Matrix& matrix) {
  CodedRows coded(matrix.columns);
  coded.resize(matrix.rows);
  for (std::size_t i = 0; i < matrix.rows; ++i) coded.set(i, {matrix.view().row(i), matrix.columns});
  return coded;
}

}  // namespace

TEST_CASE("a code is within half a step of its value, and its sum is its codes'") {
  const auto matrix = tests::clustered(20, 37, 5, 1);
  const CodedRows coded = code(matrix);
  for (std::size_t i = 0; i < 20; ++i) {
    std::int32_t sum = 0;
    double squares = 0;
    for (std::size_t j = 0; j < 37; ++j) {
      const double value = matrix.view().row(i)[j], error = value - coded.scales[i] * coded.row(i)[j];
      REQUIRE(std::abs(error) <= 0.5001 * coded.scales[i]);
      sum += coded.row(i)[j];
      squares += error * error;
    }
    CHECK(coded.sums[i] == sum);
    CHECK(coding_error({matrix.view().row(i), 37}, coded, i) == doctest::Approx(std::sqrt(squares)).epsilon(1e-6));
  }
}

TEST_CASE("vectors without length are coded as zero") {
  for (float value : {0.0f, 1e-44f}) {
    const tests::Matrix matrix{std::vector<float>(8, value), 1, 8};
    const CodedRows coded = code(matrix);
    CHECK(coded.scales[0] == 0);
    CHECK(coded.sums[0] == 0);
  }
}

TEST_CASE("panels reshaped for fewer or more rows score as fresh ones, and 0 behind the last row") {
  const auto matrix = tests::clustered(40, 12, 5, 4);
  const CodedRows rows = code(matrix);
  CodePanels used(12);
  for (const std::size_t count : {40, 17, 32, 1}) {
    CodePanels fresh(12);
    fresh.resize(panel_places(count));
    used.reshape(count);
    for (std::size_t i = 0; i < count; ++i) fresh.set(i, rows, i), used.set(i, rows, i);
    CHECK(used.codes == fresh.codes);
    CHECK(used.scales == fresh.scales);
  }
}

// Every number of queries and panels that some level's tiles leave a rest of, against plain sums.
TEST_CASE("products of codes are those of the integers, and marked where they reach a limit, at every level") {
  for (std::size_t d : {3, 64, 130}) {
    const auto left = tests::clustered(14, d, 3, 2), right = tests::clustered(7 * simd::kPanelRows - 5, d, 3, 3);
    CodedRows queries = code(left), rows = code(right);
    // The largest codes there are, whose products are what overflows first.
    for (std::size_t j = 0; j < d; ++j) queries.codes[j] = 127, rows.codes[j] = j % 3 == 0 ? -127 : 127;
    queries.sums[0] = static_cast<std::int32_t>(127 * d);
    CodePanels panels(d);
    panels.resize(panel_places(right.rows));
    for (std::size_t i = 0; i < right.rows; ++i) panels.set(i, rows, i);
    for_each_level([&] {
      for (std::size_t count : {1, 2, 5, 6, 7, 13})
        for (std::size_t used = 1; used <= 7; ++used) {
          CAPTURE(count);
          CAPTURE(used);
          const std::size_t places = used * simd::kPanelRows;
          std::vector<float> scores(count * places, -1), limits(count);
          std::vector<std::uint16_t> marks(count * used, 0xaaaa);
          for (std::size_t i = 0; i < count; ++i) limits[i] = static_cast<float>(i) - 3;
          panels.products(queries, 1 - count % 2, count, 0, places, scores.data(), limits.data(), marks.data());
          for (std::size_t i = 0; i < count; ++i)
            for (std::size_t j = 0; j < places; ++j) {
              std::int32_t sum = 0;
              if (j < right.rows)
                for (std::size_t p = 0; p < d; ++p) sum += queries.row(1 - count % 2 + i)[p] * rows.row(j)[p];
              const float expected = static_cast<float>(sum) * (j < right.rows ? rows.scales[j] : 0.0f);
              REQUIRE(scores[i * places + j] == expected);
              const auto mark = marks[i * used + j / simd::kPanelRows] >> (j % simd::kPanelRows) & 1;
              REQUIRE(mark == (expected >= limits[i]));
            }
        }
    });
  }
}
