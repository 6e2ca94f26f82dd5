// Vectors in 5.4 bits a value, a byte each, as both sides of products among themselves: even shorter than codes.h has
// them, so that processors without VNNI add products up in 16 bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/large_array.h"
#include "kernels/matrix_view.h"
#include "kernels/simd/simd.h"

namespace leitmotif {

// Bytes of a row in short codes: its columns, rounded up to what simd::Ops::short_products() takes.
constexpr std::size_t short_code_size(std::size_t columns) {
  return (columns + simd::kShortStep - 1) / simd::kShortStep * simd::kShortStep;
}

// All rows in panels: each value in steps of its row's scale, which is the row's largest magnitude / kShortLargest.
// Places behind the last row score 0. Codes depend on the row alone and are the same on every processor.
class ShortCodes {
 public:
  ShortCodes(MatrixView vectors, std::size_t threads);

  std::size_t size() const { return size_; }
  std::size_t panels() const { return sums_.size() / simd::kPanelRows; }
  const std::uint8_t* panel(std::size_t number) const { return codes_.get() + number * simd::kPanelRows * size_; }
  const float* scales(std::size_t number) const { return scales_.data() + number * simd::kPanelRows; }
  const std::int32_t* sums(std::size_t number) const { return sums_.data() + number * simd::kPanelRows; }
  // The values of a panel, kPanelRows * size() of them, in the place of their codes.
  void values(std::size_t number, std::int8_t* out) const;

 private:
  void set(std::size_t row, const float* vector, std::size_t columns);

  std::size_t size_;
  LargeArray<std::uint8_t> codes_;
  std::vector<float> scales_;
  std::vector<std::int32_t> sums_;
};

}  // namespace leitmotif
