#include "kernels/truncated_diffusion.h"

#include <omp.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>

#include "kernels/parallel.h"

namespace leitmotif {

SparseView Submatrices::of(std::span<const std::int32_t> ids) {
  indptr_.assign(1, 0);
  indices_.clear();
  data_.clear();
  for (std::size_t i = 0; i < ids.size(); ++i) place_[ids[i]] = static_cast<std::int32_t>(i);
  for (std::int32_t row : ids) {
    for (std::int32_t p = matrix_.indptr[row]; p < matrix_.indptr[row + 1]; ++p) {
      const std::int32_t column = place_[matrix_.indices[p]];
      if (column < 0) continue;
      indices_.push_back(column);
      data_.push_back(matrix_.data[p]);
    }
    indptr_.push_back(static_cast<std::int32_t>(indices_.size()));
  }
  for (std::int32_t row : ids) place_[row] = -1;
  return {indptr_, indices_, data_};
}

void require_ascending(std::span<const std::int32_t> ids, std::size_t rows) {
  std::int64_t before = -1;
  for (std::int32_t id : ids) {
    if (id <= before || static_cast<std::size_t>(id) >= rows)
      throw InvalidArgument("ids must ascend, each once, from 0 to below the graph's " + std::to_string(rows) +
                            " vertices");
    before = id;
  }
}

Solution solve_truncated(const SparseView& normalised, std::span<const std::int32_t> ids, double alpha,
                         std::span<const float> y, Stop stop, std::size_t threads, const Control& control,
                         std::span<float> x) {
  require_sparse(normalised);
  require_ascending(ids, normalised.rows());
  Submatrices parts(normalised);
  return solve_laplacian(SlicedMatrix(parts.of(ids), threads), alpha, y, stop, threads, control, x);
}

namespace {

// One thread's room for solving a ball.
class BallSolver {
 public:
  BallSolver(const SparseView& graph, double alpha, Stop stop) : parts_(graph), alpha_(alpha), stop_(stop) {}

  void solve(std::int32_t vertex, std::span<const std::int32_t> ball, std::int32_t* ids, float* values,
             std::size_t keep) {
    members_.assign(ball.begin(), ball.end());
    members_.push_back(vertex);
    std::sort(members_.begin(), members_.end());
    members_.erase(std::unique(members_.begin(), members_.end()), members_.end());
    y_.assign(members_.size(), 0.0f);
    x_.resize(members_.size());
    const auto own = std::lower_bound(members_.begin(), members_.end(), vertex) - members_.begin();
    y_[static_cast<std::size_t>(own)] = 1;
    solve_laplacian(SlicedMatrix(parts_.of(members_), 1), alpha_, y_, stop_, 1, {}, x_);

    order_.resize(members_.size());
    std::iota(order_.begin(), order_.end(), 0u);
    const std::size_t kept = std::min(keep, order_.size());
    std::partial_sort(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(kept), order_.end(),
                      [&](auto a, auto b) { return x_[a] != x_[b] ? x_[a] > x_[b] : a < b; });
    for (std::size_t j = 0; j < keep; ++j) {
      const bool filled = j < kept && x_[order_[j]] > 0;
      ids[j] = filled ? members_[order_[j]] : 0;
      values[j] = filled ? x_[order_[j]] : 0;
    }
  }

 private:
  Submatrices parts_;
  double alpha_;
  Stop stop_;
  std::vector<std::int32_t> members_;
  std::vector<float> y_, x_;
  std::vector<std::uint32_t> order_;
};

}  // namespace

void offline_diffusion(const SparseView& normalised, std::span<const std::int32_t> vertices,
                       std::span<const std::int32_t> balls, std::size_t reach, double alpha, Stop stop,
                       std::size_t threads, const Control& control, KeptDiffusion out) {
  require_sparse(normalised);
  const auto n = static_cast<std::int64_t>(normalised.rows());
  for (const auto ids : {vertices, balls})
    for (std::int32_t id : ids)
      if (id < 0 || id >= n) throw InvalidArgument("a ball holds an id that is not a vertex of the graph");

  const int team = static_cast<int>(threads);
  std::vector<std::unique_ptr<BallSolver>> solvers(threads);
  for_each_item(vertices.size(), team, control, [&](std::size_t i) {
    auto& solver = solvers[static_cast<std::size_t>(omp_get_thread_num())];
    if (!solver) solver = std::make_unique<BallSolver>(normalised, alpha, stop);
    solver->solve(vertices[i], balls.subspan(i * reach, reach), out.ids.data() + i * out.keep,
                  out.values.data() + i * out.keep, out.keep);
  });
}

}  // namespace leitmotif
