#include "kernels/region_reduction.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/parallel.h"

namespace leitmotif {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Regions closer than this to a mean are taken as equal to it: a smaller variance says nothing of float32 vectors.
constexpr double kLeastVariance = 1e-12;

MatrixXd furthest_points(const MatrixXd& x, Index count) {
  MatrixXd chosen(x.rows(), count);
  const VectorXd mean = x.rowwise().mean();
  Index next = 0;
  (x.colwise() - mean).colwise().squaredNorm().minCoeff(&next);
  std::vector<double> distances(static_cast<std::size_t>(x.cols()), std::numeric_limits<double>::infinity());
  for (Index k = 0; k < count; ++k) {
    chosen.col(k) = x.col(next);
    for (Index i = 0; i < x.cols(); ++i) {
      double& distance = distances[static_cast<std::size_t>(i)];
      distance = std::min(distance, (x.col(i) - chosen.col(k)).squaredNorm());
    }
    next = std::max_element(distances.begin(), distances.end()) - distances.begin();
  }
  return chosen;
}

// Squared distances of regions (columns of x) to means, (regions, means).
MatrixXd squared_distances(const MatrixXd& x, const MatrixXd& means) {
  MatrixXd distances = -2 * x.transpose() * means;
  distances.colwise() += x.colwise().squaredNorm().transpose();
  distances.rowwise() += means.colwise().squaredNorm();
  return distances.cwiseMax(0.0);
}

// Means (d, count) of the mixture; x (d, n), a region a column.
MatrixXd fit_mixture(const MatrixXd& x, Index count, std::size_t iterations) {
  const Index d = x.rows(), n = x.cols();
  MatrixXd means = furthest_points(x, count);
  VectorXd mixing = VectorXd::Constant(count, 1.0 / static_cast<double>(count));
  MatrixXd distances = squared_distances(x, means);
  double variance = std::max(kLeastVariance, distances.rowwise().minCoeff().mean() / static_cast<double>(d));
  double before = -std::numeric_limits<double>::infinity();
  for (std::size_t iteration = 0; iteration < iterations; ++iteration) {
    // Expectation: log responsibilities, each region's largest taken out before the exponential.
    MatrixXd gamma = -distances / (2 * variance);
    gamma.rowwise() += mixing.array().max(1e-300).log().matrix().transpose();
    const VectorXd largest = gamma.rowwise().maxCoeff();
    gamma = (gamma.colwise() - largest).array().exp();
    const VectorXd totals = gamma.rowwise().sum();
    gamma.array().colwise() /= totals.array();
    const double likelihood =
        (largest.array() + totals.array().log()).mean() - 0.5 * static_cast<double>(d) * std::log(variance);
    if (likelihood - before < 1e-6) break;
    before = likelihood;
    // Maximisation.
    const VectorXd weights = gamma.colwise().sum();
    for (Index k = 0; k < count; ++k)
      if (weights[k] > 1e-9) means.col(k) = x * gamma.col(k) / weights[k];
    mixing = weights / static_cast<double>(n);
    distances = squared_distances(x, means);
    variance = std::max(kLeastVariance, gamma.cwiseProduct(distances).sum() / static_cast<double>(n * d));
  }
  return means;
}

}  // namespace

void reduced_starts(const ImageRegions& regions, std::size_t count, std::span<std::int32_t> starts) {
  require_regions(regions);
  starts[0] = 0;
  for (std::size_t i = 0; i < regions.images(); ++i)
    starts[i + 1] = starts[i] + static_cast<std::int32_t>(std::min(count, regions.count(i)));
}

void reduce_regions(const ImageRegions& regions, std::span<const std::int32_t> starts, std::size_t iterations,
                    std::size_t threads, const Control& control, std::span<float> out) {
  require_regions(regions);
  const auto d = static_cast<Index>(regions.vectors.columns);
  const ImageRegions reduced{{out.data(), out.size() / regions.vectors.columns, regions.vectors.columns}, starts};
  require_regions(reduced);
  for_each_item(regions.images(), static_cast<int>(threads), control, [&](std::size_t i) {
    const MatrixView own = regions.of(i);
    const std::size_t count = reduced.count(i);
    if (count > own.rows || (count == 0 && own.rows > 0))
      throw InvalidArgument("an image's number of reduced regions must be from 1 to its number of regions");
    require_finite(own.values(), "the matrix of region vectors");
    float* target = out.data() + reduced.first(i) * regions.vectors.columns;
    if (count == own.rows) {
      std::copy(own.values().begin(), own.values().end(), target);
      return;
    }
    const MatrixXd x = Eigen::Map<const Eigen::MatrixXf>(own.data, d, static_cast<Index>(own.rows)).cast<double>();
    MatrixXd means = fit_mixture(x, static_cast<Index>(count), iterations);
    means.colwise().normalize();
    Eigen::Map<Eigen::MatrixXf>(target, d, static_cast<Index>(count)) = means.cast<float>();
  });
}

}  // namespace leitmotif
