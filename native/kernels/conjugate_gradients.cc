#include "kernels/conjugate_gradients.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace leitmotif {

namespace {

// Enough work for a thread to be worth waking, in weights and rows.
constexpr std::size_t kPartSize = 16384;

// Rows in parts of about the same cost. Parts depend on the matrix alone, so that partial sums do.
class Parts {
 public:
  Parts(const SparseView& matrix, std::size_t threads) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < matrix.rows(); ++i) {
      size += 1 + static_cast<std::size_t>(matrix.indptr[i + 1] - matrix.indptr[i]);
      if (size < kPartSize && i + 1 < matrix.rows()) continue;
      bounds_.push_back(i + 1);
      size = 0;
    }
    sums_.resize(bounds_.size() - 1);
    threads_ = static_cast<int>(std::clamp<std::size_t>(sums_.size(), 1, threads));
  }

  // The sum over all rows of body(row), in a fixed order.
  template <class Body>
  double sum(Body&& body) {
#pragma omp parallel for num_threads(threads_) schedule(static)
    for (std::size_t part = 0; part < sums_.size(); ++part) {
      double total = 0;
      for (std::size_t i = bounds_[part]; i < bounds_[part + 1]; ++i) total += body(i);
      sums_[part] = total;
    }
    return std::accumulate(sums_.begin(), sums_.end(), 0.0);
  }

 private:
  std::vector<std::size_t> bounds_{0};
  std::vector<double> sums_;
  int threads_;
};

// Row i of W times v.
double multiply_row(const SparseView& w, std::size_t i, const std::vector<double>& v) {
  double even = 0, odd = 0;
  std::int32_t p = w.indptr[i];
  const std::int32_t end = w.indptr[i + 1];
  for (; p + 1 < end; p += 2) {
    even += w.data[p] * v[w.indices[p]];
    odd += w.data[p + 1] * v[w.indices[p + 1]];
  }
  if (p < end) even += w.data[p] * v[w.indices[p]];
  return even + odd;
}

}  // namespace

Solution solve_laplacian(const SparseView& w, double alpha, std::span<const float> y, Stop stop, std::size_t threads,
                         const Control& control, std::span<float> x) {
  require_sparse(w);
  require_finite(y, "y");
  Parts parts(w, threads);
  const std::size_t n = w.rows();
  std::vector<double> solution(n, 0.0), residual(y.begin(), y.end()), direction(residual), image(n);

  const double initial = parts.sum([&](std::size_t i) { return residual[i] * residual[i]; });
  double squares = initial, progress = 0;
  std::size_t iteration = 0;
  const double target = stop.tolerance * stop.tolerance * initial;
  for (; squares > target && iteration < stop.iterations; ++iteration) {
    control.check();
    const double curvature = parts.sum([&](std::size_t i) {
      image[i] = (direction[i] - alpha * multiply_row(w, i, direction)) / (1 - alpha);
      return direction[i] * image[i];
    });
    const double step = squares / curvature, before = squares;
    squares = parts.sum([&](std::size_t i) {
      solution[i] += step * direction[i];
      residual[i] -= step * image[i];
      return residual[i] * residual[i];
    });
    parts.sum([&](std::size_t i) {
      direction[i] = residual[i] + squares / before * direction[i];
      return 0.0;
    });
    // The residual falls by about the same factor an iteration, now and then rising a little.
    const double by_residual = std::log(squares / initial) / std::log(target / initial);
    const double by_count = static_cast<double>(iteration + 1) / static_cast<double>(stop.iterations);
    progress = std::max({progress, by_residual, by_count});
    control.report(std::min(progress, 1.0));
  }
  std::copy(solution.begin(), solution.end(), x.begin());
  return {iteration, initial > 0 ? std::sqrt(squares / initial) : 0};
}

}  // namespace leitmotif
