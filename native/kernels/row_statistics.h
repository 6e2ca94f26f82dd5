// Mean and second moments of many rows, streamed in blocks: what the whitenings (paper section 3.5) are learnt from.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "kernels/control.h"

namespace leitmotif {

// Rows that exist only while they are looked at: `load` writes row i, `columns` doubles. Called from several threads,
// each row once a pass; it may not throw.
struct Rows {
  std::size_t count, columns;
  std::function<void(std::size_t row, double* out)> load;
};

// Mean of the rows (columns values); zeros for no rows.
//
// Both passes work in float64, hold 1024 rows at a time, and give the same bits for any number of threads: blocks are
// taken in order, and within one the columns, not the rows, are shared out. They throw Cancelled between blocks.
std::vector<double> mean_of_rows(const Rows& rows, int threads, const Control& control);

// Sum of row^T row over the rows, divided by their count: (columns, columns), both triangles. Allocates that and a
// block. About count * columns^2 multiplications, through dgemm on tiles of one triangle.
std::vector<double> second_moments(const Rows& rows, int threads, const Control& control);

}  // namespace leitmotif
