// The expanding Gaussian mixture by its definition (paper eq. 5-8 and the P-step), position by component, in
// logarithms: the twin that the separable kernel is compared with.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "kernels/egm.h"
#include "kernels/egm_purge.h"

namespace leitmotif::by_definition {

struct Point {
  double x, y, value;
};

inline std::vector<Point> kept_positions(const SaliencyMap& map, const EgmOptions& options) {
  double low = map.data[0], high = map.data[0];
  for (float s : map.values()) low = std::min<double>(low, s), high = std::max<double>(high, s);
  if (!options.subtract_minimum || low == high) low = 0;
  std::vector<Point> points;
  for (std::size_t y = 0; y < map.height; ++y)
    for (std::size_t x = 0; x < map.width; ++x) {
      const double s = map.data[y * map.width + x] - low, top = high - low;
      const double value = s > options.tau * top ? std::pow(s / top, options.rho) : 0;
      if (value > 0) points.push_back({double(x), double(y), value});
    }
  return points;
}

inline double log_normal(double dx, double dy, double u, double v) {
  return -std::log(2 * std::numbers::pi) - 0.5 * std::log(u * v) - 0.5 * (dx * dx / u + dy * dy / v);
}

inline GaussianMixture step(const GaussianMixture& q, const std::vector<Point>& points, const EgmOptions& options) {
  const std::size_t m = q.size();
  std::vector<std::vector<double>> gamma;
  std::vector<double> weights, mass(m, 0);
  double total = 0;
  for (const Point& p : points) {
    std::vector<double> row(m);
    for (std::size_t k = 0; k < m; ++k)
      row[k] = std::log(q.pi[k]) +
               log_normal(p.x - q.mean_x[k], p.y - q.mean_y[k], q.var_x[k] + options.sigma, q.var_y[k] + options.sigma);
    const double top = *std::max_element(row.begin(), row.end());
    double sum = 0;
    for (double& r : row) sum += r = std::exp(r - top);
    weights.push_back(options.weigh_samples ? p.value : 1);
    total += weights.back();
    for (std::size_t k = 0; k < m; ++k) mass[k] += weights.back() * (row[k] /= sum);
    gamma.push_back(row);
  }
  GaussianMixture next;
  for (std::size_t k = 0; k < m; ++k) {
    if (!(mass[k] > 1e-12 * total)) continue;
    double x = 0, y = 0, u = 0, v = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double share = weights[i] * gamma[i][k] / mass[k];
      x += share * points[i].x, y += share * points[i].y;
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double share = weights[i] * gamma[i][k] / mass[k];
      u += share * (points[i].x - x) * (points[i].x - x), v += share * (points[i].y - y) * (points[i].y - y);
    }
    next.pi.push_back(mass[k] / total);
    next.mean_x.push_back(x), next.mean_y.push_back(y);
    next.var_x.push_back(u), next.var_y.push_back(v);
  }
  return next;
}

inline GaussianMixture purged(const GaussianMixture& q, const EgmOptions& options) {
  const auto inner = [&](std::size_t j, std::size_t k) {
    const auto variance = [](double a) { return std::max(a, 1.0 / 12); };
    return (options.purge_mixing ? q.pi[j] : 1.0) *
           std::exp(log_normal(q.mean_x[j] - q.mean_x[k], q.mean_y[j] - q.mean_y[k],
                               variance(q.var_x[j]) + variance(q.var_x[k]),
                               variance(q.var_y[j]) + variance(q.var_y[k])));
  };
  std::vector<std::size_t> kept;
  for (std::size_t k : descending(q.pi)) {
    double others = 0;
    for (std::size_t j : kept) others += inner(j, k);
    if (kept.empty() || inner(k, k) / (inner(k, k) + others) > options.purge_threshold + 1e-9) kept.push_back(k);
  }
  std::sort(kept.begin(), kept.end());
  GaussianMixture next;
  double total = 0;
  for (std::size_t k : kept) total += q.pi[k];
  for (std::size_t k : kept) {
    next.pi.push_back(q.pi[k] / total);
    next.mean_x.push_back(q.mean_x[k]), next.mean_y.push_back(q.mean_y[k]);
    next.var_x.push_back(q.var_x[k]), next.var_y.push_back(q.var_y[k]);
  }
  return next;
}

// The mixture at the start and after each of `iterations`.
inline std::vector<GaussianMixture> fit(const SaliencyMap& map, const EgmOptions& options, std::size_t iterations) {
  const auto points = kept_positions(map, options);
  std::vector<GaussianMixture> steps;
  if (points.empty()) return steps;
  GaussianMixture q;
  double total = 0;
  for (const Point& p : points) total += p.value;
  for (const Point& p : points) {
    q.pi.push_back(p.value / total);
    q.mean_x.push_back(p.x), q.mean_y.push_back(p.y);
    q.var_x.push_back(options.sigma), q.var_y.push_back(options.sigma);
  }
  steps.push_back(q);
  for (std::size_t i = 0; i < iterations; ++i) steps.push_back(q = purged(step(q, points, options), options));
  return steps;
}

}  // namespace leitmotif::by_definition
