// Vectors in 8 bits a value: a quarter of the memory and, in integers, several times the speed of float32 products, for
// finding candidates whose order is settled with the vectors themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/matrix_view.h"
#include "kernels/simd/simd.h"

namespace leitmotif {

// Bytes of a coded vector: its columns, rounded up to what simd::Ops::code_products() takes.
constexpr std::size_t code_size(std::size_t columns) {
  return (columns + simd::kPanelStep - 1) / simd::kPanelStep * simd::kPanelStep;
}

// Most columns of which a sum of products of codes cannot overflow 32 bits.
constexpr std::size_t kMostCodedColumns = std::size_t{1} << 16;

// Rows as the query side of code_products() takes them: each value in steps of its row's scale, which is the row's
// largest magnitude / 127. Codes depend on the row alone and are the same on every processor.
struct CodedRows {
  std::size_t size;  // code_size() bytes a row
  std::vector<std::int8_t> codes;
  std::vector<std::int32_t> sums;  // of each row's codes
  std::vector<float> scales;

  explicit CodedRows(std::size_t columns) : size(code_size(columns)) {}
  // Holds `rows` rows from now on, of any content.
  void resize(std::size_t rows);
  void set(std::size_t row, std::span<const float> vector);
  const std::int8_t* row(std::size_t i) const { return codes.data() + i * size; }
};

// Rows as the other side takes them, in panels; the places behind the last row of the last panel score 0.
struct CodePanels {
  std::size_t size;
  std::vector<std::uint8_t> codes;
  std::vector<float> scales;

  explicit CodePanels(std::size_t columns) : size(code_size(columns)) {}
  // Room for rows 0 .. places - 1, a multiple of simd::kPanelRows; all score 0 until they are set.
  void resize(std::size_t places);
  // Room for so many rows, each of which is to be set; what is behind them in the last panel scores 0.
  void reshape(std::size_t rows);
  // Copies row `from` of `rows` to a place. Different places may be set by different threads at once.
  void set(std::size_t place, const CodedRows& rows, std::size_t from);
  // scores (count, end - begin): products of queries `first` .. first + count - 1 with the rows of the places begin ..
  // end - 1 (multiples of simd::kPanelRows), in units of each query's scale. Unless null, marks (count, (end - begin) /
  // simd::kPanelRows) says which reach the query's limit, of `count` limits in the same units.
  void products(const CodedRows& queries, std::size_t first, std::size_t count, std::size_t begin, std::size_t end,
                float* scores, const float* limits = nullptr, std::uint16_t* marks = nullptr) const;
};

// Panels' worth of places for so many rows.
constexpr std::size_t panel_places(std::size_t rows) {
  return (rows + simd::kPanelRows - 1) / simd::kPanelRows * simd::kPanelRows;
}

// The distance of a row from its code: sqrt(sum (v - scale code)^2).
double coding_error(std::span<const float> vector, const CodedRows& rows, std::size_t row);

}  // namespace leitmotif
