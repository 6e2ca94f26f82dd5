#include "kernels/sliced_matrix.h"

#include <algorithm>

#include "kernels/parallel.h"

namespace leitmotif {

namespace {

// Rows that are sorted by length together: enough of them that those of a slice hardly differ.
constexpr std::size_t kWindow = 4096;

}  // namespace

SlicedMatrix::SlicedMatrix(const SparseView& matrix, std::size_t threads, const Control& control)
    : rows_(matrix.rows()) {
  require_sparse(matrix);
  const std::size_t slice_count = (rows_ + kRows - 1) / kRows, windows = (rows_ + kWindow - 1) / kWindow;
  const int team = static_cast<int>(std::clamp<std::size_t>(windows, 1, threads));
  const auto length = [&](std::int32_t row) {
    return static_cast<std::size_t>(matrix.indptr[row + 1] - matrix.indptr[row]);
  };
  const auto each_window = [&](const Control& part, auto&& body) {
    for_each_item(windows, team, part, [&](std::size_t w) { body(w * kWindow, std::min(rows_, (w + 1) * kWindow)); });
  };

  order_.assign(slice_count * kRows, -1);
  starts_.assign(slice_count + 1, 0);
  std::vector<std::int32_t> place(rows_);
  each_window(control.part(0, 0.3), [&](std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i) order_[i] = static_cast<std::int32_t>(i);
    std::stable_sort(order_.begin() + static_cast<std::ptrdiff_t>(first),
                     order_.begin() + static_cast<std::ptrdiff_t>(end),
                     [&](std::int32_t a, std::int32_t b) { return length(a) > length(b); });
    for (std::size_t i = first; i < end; ++i) {
      place[order_[i]] = static_cast<std::int32_t>(i);
      // The first row of a slice is its longest.
      if (i % kRows == 0) starts_[i / kRows + 1] = length(order_[i]) * kRows;
    }
  });
  for (std::size_t s = 0; s < slice_count; ++s) starts_[s + 1] += starts_[s];

  columns_ = make_large_array<std::int32_t>(starts_.back());
  weights_ = make_large_array<float>(starts_.back());
  each_window(control.part(0.3, 1), [&](std::size_t first, std::size_t end) {
    for (std::size_t slice = first / kRows; slice * kRows < end; ++slice) {
      // Rows are read eight at a time, so that what is written follows on.
      std::int32_t from[kRows], left[kRows];
      for (std::size_t r = 0; r < kRows; ++r) {
        const std::int32_t row = order_[slice * kRows + r];
        from[r] = row < 0 ? 0 : matrix.indptr[row];
        left[r] = row < 0 ? 0 : matrix.indptr[row + 1] - from[r];
      }
      for (std::size_t to = starts_[slice]; to < starts_[slice + 1]; to += kRows)
        for (std::size_t r = 0; r < kRows; ++r) {
          const bool filled = left[r]-- > 0;
          columns_[to + r] = filled ? place[matrix.indices[from[r]]] : static_cast<std::int32_t>(slice * kRows + r);
          weights_[to + r] = filled ? matrix.data[from[r]++] : 0;
        }
    }
  });
}

}  // namespace leitmotif
