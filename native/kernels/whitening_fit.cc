#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/norm.h"
#include "kernels/row_statistics.h"
#include "kernels/whitening.h"

namespace leitmotif {

namespace {

using Matrix = Eigen::MatrixXd;
using Eigen::Index;

// Equal unit vectors that differ by float32's rounding (6e-8) have a variance of 4e-15.
constexpr double kNoVariance = 1e-13;

// Eigenvalues in descending order, eigenvectors in the same order as rows.
struct Decomposition {
  Eigen::VectorXd values;
  Matrix vectors;
};

Decomposition decompose(const Matrix& symmetric) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(symmetric);
  if (solver.info() != Eigen::Success) throw std::runtime_error("the eigenvalues of a covariance did not converge");
  return {solver.eigenvalues().reverse(), solver.eigenvectors().rowwise().reverse().transpose()};
}

Matrix moments(const Rows& rows, int threads, const Control& control) {
  const auto n = static_cast<Index>(rows.columns);
  const std::vector<double> values = second_moments(rows, threads, control);
  return Eigen::Map<const Matrix>(values.data(), n, n);
}

// to += factor * l2(vector i)
void add_normalised(MatrixView vectors, std::size_t i, double factor, double* to) {
  const float* vector = vectors.row(i);
  const double length = l2_norm(vector, vectors.columns);
  if (length == 0) return;
  for (std::size_t j = 0; j < vectors.columns; ++j) to[j] += vector[j] * (factor / length);
}

// Mean of the l2-normalised vectors.
std::vector<double> mean_of(MatrixView vectors, int threads, const Control& control) {
  if (vectors.rows == 0) throw InvalidArgument("vectors must hold at least one vector to learn from");
  require_finite(vectors.values(), "the matrix of vectors");
  const auto normalised = [&](std::size_t i, double* row) {
    std::fill_n(row, vectors.columns, 0.0);
    add_normalised(vectors, i, 1, row);
  };
  return mean_of_rows({vectors.rows, vectors.columns, normalised}, threads, control);
}

// Mean and covariance of the l2-normalised vectors.
struct Statistics {
  std::vector<double> mean;
  Matrix covariance;
};

Statistics statistics(MatrixView vectors, int threads, const Control& control) {
  Statistics result;
  result.mean = mean_of(vectors, threads, control.part(0, 0.1));
  const auto centred = [&](std::size_t i, double* row) {
    for (std::size_t j = 0; j < vectors.columns; ++j) row[j] = -result.mean[j];
    add_normalised(vectors, i, 1, row);
  };
  result.covariance = moments({vectors.rows, vectors.columns, centred}, threads, control.part(0.1, 1));
  return result;
}

void round_to(std::span<float> out, const std::vector<double>& values) {
  std::transform(values.begin(), values.end(), out.begin(), [](double value) { return static_cast<float>(value); });
}

void write(const std::vector<double>& mean, Matrix projection, const WhiteningOut& out) {
  round_to(out.mean, mean);
  for (Index i = 0; i < projection.rows(); ++i) {
    Index largest;
    projection.row(i).cwiseAbs().maxCoeff(&largest);
    if (projection(i, largest) < 0) projection.row(i) *= -1;
    for (Index j = 0; j < projection.cols(); ++j)
      out.projection[static_cast<std::size_t>(i * projection.cols() + j)] = static_cast<float>(projection(i, j));
  }
}

// Vectors without variance: the eigenvectors of E[x x^T] = m m^T, the first of which is m's direction.
void write_rotation(const std::vector<double>& mean, Index dimensions, const WhiteningOut& out) {
  const Eigen::Map<const Eigen::VectorXd> m(mean.data(), static_cast<Index>(mean.size()));
  write(std::vector<double>(mean.size(), 0), decompose(m * m.transpose()).vectors.topRows(dimensions), out);
}

Index dimensions_of(const WhiteningOut& out) {
  return static_cast<Index>(out.projection.size() / out.mean.size());
}

}  // namespace

void mean_direction(MatrixView vectors, int threads, const Control& control, std::span<float> mean) {
  round_to(mean, mean_of(vectors, threads, control));
}

void fit_whitening(MatrixView vectors, double shrinkage, int threads, const Control& control, const WhiteningOut& out) {
  const auto [mean, covariance] = statistics(vectors, threads, control.part(0, 0.8));
  const Index d = dimensions_of(out);
  const Decomposition principal = decompose(covariance);
  const double first = principal.values[0];
  if (first < kNoVariance) return write_rotation(mean, d, out);

  const Eigen::VectorXd scales = (principal.values.head(d).array().max(0) + shrinkage * first).rsqrt();
  write(mean, scales.asDiagonal() * principal.vectors.topRows(d), out);
}

void fit_whitening_supervised(MatrixView vectors, MatrixView matching, std::span<const std::int32_t> pairs,
                              double shrinkage, int threads, const Control& control, const WhiteningOut& out) {
  if (pairs.size() < 2) throw InvalidArgument("pairs must hold at least one pair of matching vectors");
  for (std::int32_t index : pairs)
    if (index < 0 || static_cast<std::size_t>(index) >= matching.rows)
      throw InvalidArgument("pairs must hold indices of vectors, from 0 to " + std::to_string(matching.rows) +
                            " exclusive, got " + std::to_string(index));
  require_finite(matching.values(), "the matrix of matching vectors");

  const auto [mean, covariance] = statistics(vectors, threads, control.part(0, 0.4));
  const Index d = dimensions_of(out), c = covariance.rows();
  if (covariance.trace() < kNoVariance) return write_rotation(mean, d, out);

  const auto difference = [&](std::size_t p, double* row) {
    std::fill_n(row, c, 0.0);
    add_normalised(matching, static_cast<std::size_t>(pairs[2 * p]), 1, row);
    add_normalised(matching, static_cast<std::size_t>(pairs[2 * p + 1]), -1, row);
  };
  const Matrix within = moments({pairs.size() / 2, vectors.columns, difference}, threads, control.part(0.4, 0.8));
  Matrix whiten = Matrix::Identity(c, c);
  if (within.trace() > kNoVariance) {
    const double ridge = shrinkage * within.trace() / static_cast<double>(c);
    const Decomposition noise = decompose(within);
    const Eigen::VectorXd scales = (noise.values.array().max(0) + ridge).rsqrt();
    whiten = noise.vectors.transpose() * scales.asDiagonal() * noise.vectors;
  }
  control.check();
  control.report(0.9);
  write(mean, decompose(whiten * covariance * whiten).vectors.topRows(d) * whiten, out);
}

}  // namespace leitmotif
