#include "kernels/conjugate_gradients.h"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

namespace leitmotif {

namespace {

constexpr std::size_t kRows = SlicedMatrix::kRows;

// Slices in parts of about the same cost, enough of it for a thread to be worth waking. Parts depend on the matrix
// alone, so that partial sums do. Returns where each begins, and the last ends.
std::vector<std::size_t> parts_of(const SlicedMatrix& matrix) {
  constexpr std::size_t kPartSize = 16384;
  std::vector<std::size_t> bounds{0};
  for (std::size_t s = 1; s <= matrix.slices(); ++s)
    if (matrix.cost_before(s) - matrix.cost_before(bounds.back()) >= kPartSize || s == matrix.slices())
      bounds.push_back(s);
  return bounds;
}

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

// A system in the course of being solved, its vectors in the matrix's order. Each thread of a team works on slices of
// its own, and touches their part of the vectors first.
struct System {
  System(const SlicedMatrix& w, double a)
      : matrix(w),
        alpha(a),
        parts(parts_of(w)),
        solution(std::make_unique_for_overwrite<double[]>(w.places())),
        residual(std::make_unique_for_overwrite<double[]>(w.places())),
        image(std::make_unique_for_overwrite<double[]>(w.places())),
        direction(std::make_unique_for_overwrite<float[]>(w.places())),
        sums{std::vector<double>(parts.size()), std::vector<double>(parts.size())} {}

  std::size_t part_count() const { return parts.size() - 1; }

  const SlicedMatrix& matrix;
  double alpha;
  std::vector<std::size_t> parts;
  std::unique_ptr<double[]> solution, residual, image;
  std::unique_ptr<float[]> direction;
  std::vector<double> sums[2];
  Meeting meeting;
};

// One thread of the team, and its share of the parts.
class Member {
 public:
  explicit Member(System& system) : system_(system) {
    const auto team = static_cast<std::size_t>(omp_get_num_threads());
    me_ = static_cast<std::size_t>(omp_get_thread_num());
    first_ = me_ * system.part_count() / team;
    last_ = (me_ + 1) * system.part_count() / team;
  }

  bool leads() const { return me_ == 0; }

  // body(place of the first row, slice) for its slices.
  template <class Body>
  void each(Body&& body) const {
    for (std::size_t s = system_.parts[first_]; s < system_.parts[last_]; ++s) body(s * kRows, s);
  }

  void meet() { system_.meeting.wait(); }

  // The sum over everyone's slices of what body(place of the first row, slice, sums) adds to the sums of its eight
  // rows, in a fixed order. All meet in it. Two rows of partial sums take turns: who is ahead writes the other one.
  template <class Body>
  double sum(Body&& body) {
    std::vector<double>& sums = system_.sums[turn_ ^= 1];
    for (std::size_t part = first_; part < last_; ++part) {
      double of[kRows] = {};
      for (std::size_t s = system_.parts[part]; s < system_.parts[part + 1]; ++s) body(s * kRows, s, of);
      sums[part] = ((of[0] + of[4]) + (of[2] + of[6])) + ((of[1] + of[5]) + (of[3] + of[7]));
    }
    meet();
    return std::accumulate(sums.begin(), sums.end(), 0.0);
  }

  // image = L direction on a slice.
  void apply(std::size_t first, std::size_t slice) {
    const double alpha = system_.alpha, scale = 1 / (1 - alpha);
    double products[kRows];
    system_.matrix.multiply(slice, system_.direction.get(), products);
    for (std::size_t r = 0; r < kRows; ++r)
      system_.image[first + r] = (system_.direction[first + r] - alpha * products[r]) * scale;
  }

 private:
  System& system_;
  std::size_t me_, first_, last_;
  unsigned turn_ = 0;
};

// Goes on from `solution`, whose residual is given, and is the direction; `whole` is the square of |y|, `squares` that
// of the residual. Every thread of the team keeps count of its own, which comes to the same.
Solution iterate(System& system, Member& member, Stop stop, const Control& control, double whole, double squares,
                 std::atomic<bool>& cancelled) {
  double *solution = system.solution.get(), *residual = system.residual.get(), *image = system.image.get();
  float* direction = system.direction.get();
  const double target = stop.tolerance * stop.tolerance * whole;
  double progress = 0;
  std::size_t iteration = 0;
  member.meet();
  while (squares > target && iteration < stop.iterations && !cancelled) {
    const double curvature = member.sum([&](std::size_t first, std::size_t slice, double* sums) {
      member.apply(first, slice);
      for (std::size_t r = 0; r < kRows; ++r) sums[r] += direction[first + r] * image[first + r];
    });
    // No direction is left that float32 resolves.
    if (!(curvature > 0)) break;
    const double step = squares / curvature, before = squares;
    squares = member.sum([&](std::size_t first, std::size_t, double* sums) {
      for (std::size_t r = 0; r < kRows; ++r) {
        residual[first + r] -= step * image[first + r];
        sums[r] += residual[first + r] * residual[first + r];
      }
    });
    // The solution waits until here, where its direction is read anyway.
    const double keep = squares / before;
    member.each([&](std::size_t first, std::size_t) {
      for (std::size_t r = 0; r < kRows; ++r) {
        const double along = direction[first + r];
        solution[first + r] += step * along;
        direction[first + r] = static_cast<float>(residual[first + r] + keep * along);
      }
    });
    ++iteration;
    if (member.leads()) {
      // The residual falls by about the same factor an iteration, now and then rising a little.
      const double by_residual = std::log(squares / whole) / std::log(target / whole);
      const double by_count = static_cast<double>(iteration) / static_cast<double>(stop.iterations);
      progress = std::max({progress, by_residual, by_count});
      control.report(std::min(progress, 1.0));
      cancelled = control.cancelled();
    }
    member.meet();
  }
  return {iteration, whole > 0 ? std::sqrt(squares / whole) : 0};
}

// Solves from where begin(system, member) begins: it sets solution, residual and direction, and returns the squares of
// |y| and of the residual.
template <class Begin>
Solution solve(const SlicedMatrix& matrix, double alpha, Stop stop, std::size_t threads, const Control& control,
               std::span<float> x, Begin&& begin) {
  control.check();
  System system(matrix, alpha);
  Solution outcome{};
  std::atomic<bool> cancelled{false};
  const int most = static_cast<int>(std::clamp<std::size_t>(system.part_count(), 1, threads));
#pragma omp parallel num_threads(most)
  {
#pragma omp single
    system.meeting.expect(omp_get_num_threads());
    Member member(system);
    const auto [whole, squares] = begin(system, member);
    const Solution reached = iterate(system, member, stop, control, whole, squares, cancelled);
    if (member.leads()) outcome = reached;
    member.each([&](std::size_t first, std::size_t) {
      for (std::size_t r = first; r < first + kRows; ++r)
        if (const std::int32_t row = matrix.row_at(r); row >= 0) x[row] = static_cast<float>(system.solution[r]);
    });
  }
  if (cancelled) throw Cancelled();
  return outcome;
}

struct Lengths {
  double whole, residual;
};

}  // namespace

Solution solve_laplacian(const SlicedMatrix& w, double alpha, std::span<const float> y, Stop stop, std::size_t threads,
                         const Control& control, std::span<float> x) {
  require_finite(y, "y");
  return solve(w, alpha, stop, threads, control, x, [&](System& system, Member& member) {
    const double squares = member.sum([&](std::size_t first, std::size_t, double* sums) {
      for (std::size_t r = 0; r < kRows; ++r) {
        const std::int32_t row = w.row_at(first + r);
        const float value = row >= 0 ? y[row] : 0;
        system.solution[first + r] = 0;
        system.residual[first + r] = system.direction[first + r] = value;
        sums[r] += static_cast<double>(value) * value;
      }
    });
    return Lengths{squares, squares};
  });
}

Solution katz_centrality(const SlicedMatrix& w, std::span<const float> roots, double alpha, Stop stop,
                         std::size_t threads, const Control& control, std::span<float> g) {
  return solve(w, alpha, stop, threads, control, g, [&](System& system, Member& member) {
    const double total = member.sum([&](std::size_t first, std::size_t, double* sums) {
      for (std::size_t r = 0; r < kRows; ++r) {
        const std::int32_t row = w.row_at(first + r);
        system.direction[first + r] = row >= 0 ? roots[row] : 0;
        sums[r] += system.direction[first + r];
      }
    });
    const double degrees = member.sum([&](std::size_t first, std::size_t, double* sums) {
      for (std::size_t r = 0; r < kRows; ++r)
        sums[r] += static_cast<double>(system.direction[first + r]) * system.direction[first + r];
    });
    const double share = degrees > 0 ? total / degrees : 0;
    member.each([&](std::size_t first, std::size_t) {
      for (std::size_t r = first; r < first + kRows; ++r) {
        const double lone = w.row_at(r) >= 0 ? 1 - alpha : 0, root = system.direction[r];
        system.direction[r] = static_cast<float>(root > 0 ? share * root : lone);
        system.solution[r] = system.direction[r];
      }
    });
    member.meet();
    const double squares = member.sum([&](std::size_t first, std::size_t slice, double* sums) {
      member.apply(first, slice);
      for (std::size_t r = 0; r < kRows; ++r) {
        const double left = w.row_at(first + r) >= 0 ? 1 - system.image[first + r] : 0;
        system.residual[first + r] = left;
        sums[r] += left * left;
      }
    });
    member.each([&](std::size_t first, std::size_t) {
      for (std::size_t r = first; r < first + kRows; ++r) system.direction[r] = static_cast<float>(system.residual[r]);
    });
    return Lengths{static_cast<double>(w.rows()), squares};
  });
}

}  // namespace leitmotif
