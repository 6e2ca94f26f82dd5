#include "kernels/conjugate_gradients.h"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <thread>
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
    threads_ = static_cast<int>(std::clamp<std::size_t>(count(), 1, threads));
  }

  std::size_t count() const { return bounds_.size() - 1; }
  int threads() const { return threads_; }

  template <class Body>
  void each_of_part(std::size_t part, Body&& body) const {
    for (std::size_t i = bounds_[part]; i < bounds_[part + 1]; ++i) body(i);
  }

  // The sum of body(row) over the rows of a part.
  template <class Body>
  double sum_part(std::size_t part, Body&& body) const {
    double total = 0;
    each_of_part(part, [&](std::size_t i) { total += body(i); });
    return total;
  }

  // The sum over all rows, in a fixed order.
  template <class Body>
  double sum(Body&& body) const {
    std::vector<double> sums(count());
#pragma omp parallel for num_threads(threads_) schedule(static)
    for (std::size_t part = 0; part < count(); ++part) sums[part] = sum_part(part, body);
    return std::accumulate(sums.begin(), sums.end(), 0.0);
  }

  template <class Body>
  void each(Body&& body) const {
#pragma omp parallel for num_threads(threads_) schedule(static)
    for (std::size_t part = 0; part < count(); ++part) each_of_part(part, body);
  }

 private:
  std::vector<std::size_t> bounds_{0};
  int threads_;
};

// Where the threads of a team wait for each other. They spin, since they meet some thousand times a second: OpenMP's
// own barrier sends them to sleep where the process has more threads than processors, as Node's has, and waking takes
// as long as what lies between two meetings. Where others need the processor, they let them.
class Meeting {
 public:
  // Before any of them comes.
  void expect(int threads) { threads_ = threads; }

  void wait() {
    const unsigned phase = phase_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads_) {
      arrived_.store(0, std::memory_order_relaxed);
      phase_.store(phase + 1, std::memory_order_release);
      return;
    }
    for (int spins = 0; phase_.load(std::memory_order_acquire) == phase; ++spins)
      if (spins > kSpins) std::this_thread::yield();
  }

 private:
  static constexpr int kSpins = 20000;
  int threads_ = 1;
  std::atomic<int> arrived_{0};
  std::atomic<unsigned> phase_{0};
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

// Goes on from `solution`, whose residual is given; `whole` is the square of |y|. Every thread of the team keeps count
// of its own, which comes to the same.
Solution iterate(const Laplacian& laplacian, Stop stop, const Control& control, double whole,
                 std::vector<double>& solution, std::vector<double>& residual) {
  const Parts& parts = laplacian.parts;
  std::vector<double> direction(residual), image(residual.size()), curvatures(parts.count()), lengths(parts.count());
  const double initial = parts.sum([&](std::size_t i) { return residual[i] * residual[i]; });
  const double target = stop.tolerance * stop.tolerance * whole;
  Solution outcome{0, whole > 0 ? std::sqrt(initial / whole) : 0};
  std::atomic<bool> cancelled{control.cancelled()};
  Meeting meeting;
#pragma omp parallel num_threads(parts.threads())
  {
    const auto team = static_cast<std::size_t>(omp_get_num_threads()),
               me = static_cast<std::size_t>(omp_get_thread_num());
    const std::size_t first = me * parts.count() / team, last = (me + 1) * parts.count() / team;
    const auto meet_and_sum = [&](const std::vector<double>& sums) {
      meeting.wait();
      return std::accumulate(sums.begin(), sums.end(), 0.0);
    };
#pragma omp single
    meeting.expect(static_cast<int>(team));
    double squares = initial, progress = 0;
    std::size_t iteration = 0;
    while (squares > target && iteration < stop.iterations && !cancelled) {
      for (std::size_t part = first; part < last; ++part)
        curvatures[part] = parts.sum_part(part, [&](std::size_t i) {
          image[i] = laplacian.row(i, direction.data());
          return direction[i] * image[i];
        });
      const double step = squares / meet_and_sum(curvatures), before = squares;
      for (std::size_t part = first; part < last; ++part)
        lengths[part] = parts.sum_part(part, [&](std::size_t i) {
          residual[i] -= step * image[i];
          return residual[i] * residual[i];
        });
      squares = meet_and_sum(lengths);
      // The solution waits until here, where its direction is read anyway.
      const double keep = squares / before;
      for (std::size_t part = first; part < last; ++part)
        parts.each_of_part(part, [&](std::size_t i) {
          solution[i] += step * direction[i];
          direction[i] = residual[i] + keep * direction[i];
        });
      ++iteration;
      if (me == 0) {
        // The residual falls by about the same factor an iteration, now and then rising a little.
        const double by_residual = std::log(squares / whole) / std::log(target / whole);
        const double by_count = static_cast<double>(iteration) / static_cast<double>(stop.iterations);
        progress = std::max({progress, by_residual, by_count});
        control.report(std::min(progress, 1.0));
        cancelled = control.cancelled();
      }
      meeting.wait();
    }
    if (me == 0) outcome = {iteration, whole > 0 ? std::sqrt(squares / whole) : 0};
  }
  if (cancelled) throw Cancelled();
  return outcome;
}

}  // namespace

Solution solve_laplacian(const SparseView& w, double alpha, std::span<const float> y, Stop stop, std::size_t threads,
                         const Control& control, std::span<float> x) {
  require_sparse(w);
  require_finite(y, "y");
  const Laplacian laplacian(w, alpha, threads);
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
  const Laplacian laplacian(w, alpha, threads);
  const Parts& parts = laplacian.parts;
  std::vector<double> solution(w.rows()), residual(w.rows());
  const double degrees = parts.sum([&](std::size_t i) {
    const auto weights = graph.data.begin();
    const double degree = std::reduce(weights + graph.indptr[i], weights + graph.indptr[i + 1], 0.0);
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
