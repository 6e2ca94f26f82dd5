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

  template <class Body>
  void each(Body&& body) {
#pragma omp parallel for num_threads(threads_) schedule(static)
    for (std::size_t part = 0; part < sums_.size(); ++part)
      for (std::size_t i = bounds_[part]; i < bounds_[part + 1]; ++i) body(i);
  }

 private:
  std::vector<std::size_t> bounds_{0};
  std::vector<double> sums_;
  int threads_;
};

// Fetches what the product will come to 4 KiB further on: the processor's own look-ahead gives up between gathers. Past
// the end nothing is read.
void fetch_ahead(const void* first, std::size_t bytes) {
  const char* from = static_cast<const char*>(first);
  for (std::size_t at = 0; at < bytes; at += 64) __builtin_prefetch(from + at + 4096, 0, 0);
}

// Row i of W times v.
double multiply_row(const SparseView& w, std::size_t i, const double* v) {
  double even = 0, odd = 0;
  std::int32_t p = w.indptr[i];
  const std::int32_t end = w.indptr[i + 1];
  fetch_ahead(w.data.data() + p, (end - p) * sizeof(float));
  fetch_ahead(w.indices.data() + p, (end - p) * sizeof(std::int32_t));
  for (; p + 1 < end; p += 2) {
    even += w.data[p] * v[w.indices[p]];
    odd += w.data[p + 1] * v[w.indices[p + 1]];
  }
  if (p < end) even += w.data[p] * v[w.indices[p]];
  return even + odd;
}

// The solver's vectors and products, for one matrix.
class Laplacian {
 public:
  Laplacian(const SparseView& w, double alpha, std::size_t threads) : parts(w, threads), w_(w), alpha_(alpha) {}

  // Row i of L v.
  double row(std::size_t i, const double* v) const { return (v[i] - alpha_ * multiply_row(w_, i, v)) * scale_; }

  Parts parts;

 private:
  SparseView w_;
  double alpha_, scale_ = 1 / (1 - alpha_);
};

// Goes on from `solution`, whose residual is given; `whole` is the square of |y|.
Solution iterate(Laplacian& laplacian, Stop stop, const Control& control, double whole, std::vector<double>& solution,
                 std::vector<double>& residual) {
  Parts& parts = laplacian.parts;
  std::vector<double> direction(residual), image(residual.size());
  double squares = parts.sum([&](std::size_t i) { return residual[i] * residual[i]; }), progress = 0;
  const double target = stop.tolerance * stop.tolerance * whole;
  std::size_t iteration = 0;
  for (; squares > target && iteration < stop.iterations; ++iteration) {
    control.check();
    const double curvature = parts.sum([&](std::size_t i) {
      image[i] = laplacian.row(i, direction.data());
      return direction[i] * image[i];
    });
    const double step = squares / curvature, before = squares;
    squares = parts.sum([&](std::size_t i) {
      residual[i] -= step * image[i];
      return residual[i] * residual[i];
    });
    // The solution waits until here, where its direction is read anyway.
    const double keep = squares / before;
    parts.each([&](std::size_t i) {
      solution[i] += step * direction[i];
      direction[i] = residual[i] + keep * direction[i];
    });
    // The residual falls by about the same factor an iteration, now and then rising a little.
    const double by_residual = std::log(squares / whole) / std::log(target / whole);
    const double by_count = static_cast<double>(iteration + 1) / static_cast<double>(stop.iterations);
    progress = std::max({progress, by_residual, by_count});
    control.report(std::min(progress, 1.0));
  }
  return {iteration, whole > 0 ? std::sqrt(squares / whole) : 0};
}

}  // namespace

Solution solve_laplacian(const SparseView& w, double alpha, std::span<const float> y, Stop stop, std::size_t threads,
                         const Control& control, std::span<float> x) {
  require_sparse(w);
  require_finite(y, "y");
  Laplacian laplacian(w, alpha, threads);
  std::vector<double> solution(w.rows(), 0.0), residual(y.begin(), y.end());
  const double whole = laplacian.parts.sum([&](std::size_t i) { return residual[i] * residual[i]; });
  const Solution outcome = iterate(laplacian, stop, control, whole, solution, residual);
  std::copy(solution.begin(), solution.end(), x.begin());
  return outcome;
}

Solution katz_centrality(const SparseView& graph, std::span<const float> normalised, double alpha, Stop stop,
                         std::size_t threads, const Control& control, std::span<float> g) {
  const SparseView w{graph.indptr, graph.indices, normalised};
  require_sparse(w);
  Laplacian laplacian(w, alpha, threads);
  Parts& parts = laplacian.parts;
  std::vector<double> solution(w.rows()), residual(w.rows());
  const double degrees = parts.sum([&](std::size_t i) {
    double degree = 0;
    for (std::int32_t p = graph.indptr[i]; p < graph.indptr[i + 1]; ++p) degree += graph.data[p];
    solution[i] = std::sqrt(degree);
    return degree;
  });
  const double share = degrees > 0 ? parts.sum([&](std::size_t i) { return solution[i]; }) / degrees : 0;
  parts.each([&](std::size_t i) { solution[i] = solution[i] > 0 ? share * solution[i] : 1 - alpha; });
  parts.each([&](std::size_t i) { residual[i] = 1 - laplacian.row(i, solution.data()); });
  const auto whole = static_cast<double>(w.rows());
  const Solution outcome = iterate(laplacian, stop, control, whole, solution, residual);
  std::copy(solution.begin(), solution.end(), g.begin());
  return outcome;
}

}  // namespace leitmotif
