#include "kernels/generalised_max_pooling.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <string>

#include "kernels/parallel.h"

namespace leitmotif {

namespace {

constexpr std::size_t kMostRegions = 4096;

void pool(MatrixView vectors, double lambda, float* weights) {
  const auto n = static_cast<Eigen::Index>(vectors.rows), d = static_cast<Eigen::Index>(vectors.columns);
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::MatrixXd v = Eigen::Map<const Rows>(vectors.data, n, d).cast<double>();
  Eigen::MatrixXd gram = Eigen::MatrixXd::Identity(n, n) * lambda;
  gram.selfadjointView<Eigen::Lower>().rankUpdate(v);
  const Eigen::VectorXd solution = gram.selfadjointView<Eigen::Lower>().llt().solve(Eigen::VectorXd::Ones(n));
  Eigen::Map<Eigen::VectorXf>(weights, n) = solution.cast<float>();
}

}  // namespace

void generalised_max_pooling(const ImageRegions& regions, double lambda, std::size_t threads, const Control& control,
                             std::span<float> weights) {
  require_regions(regions);
  for_each_item(regions.images(), static_cast<int>(threads), control, [&](std::size_t i) {
    const MatrixView own = regions.of(i);
    if (own.rows > kMostRegions)
      throw InvalidArgument("an image has " + std::to_string(own.rows) + " regions: at most " +
                            std::to_string(kMostRegions) + " can be pooled");
    require_finite(own.values(), "the matrix of region vectors");
    if (own.rows > 0) pool(own, lambda, weights.data() + regions.first(i));
  });
}

}  // namespace leitmotif
