#include "kernels/egm.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/egm_purge.h"
#include "kernels/simd/simd.h"

namespace leitmotif {

namespace {

// A component to which no more of the samples answers is dropped.
constexpr double kAliveShare = 1e-12;
// Denominators of eq. 5 below this have lost terms to underflow: their positions are done in logarithms.
constexpr double kSmallestDenominator = 1e-250;
// Components whose marginals are worked on together, so that they stay in the first-level cache.
constexpr std::size_t kBlock = 32;
// What simd::product() takes for the three moments of a line.
constexpr std::size_t kMoments = 8;

std::size_t padded(std::size_t n) {
  return (n + 7) / 8 * 8;
}

// The kept positions (section 4.1), on the smallest grid that holds them.
struct Samples {
  std::size_t x0 = 0, y0 = 0, width = 0, height = 0;
  std::vector<double> values;  // (S / max S)^rho, height x padded(width); 0 where not kept
};

Samples prepare(const SaliencyMap& map, const EgmOptions& options) {
  const auto [low, high] = std::minmax_element(map.data, map.data + map.positions());
  const double floor = options.subtract_minimum && *low < *high ? *low : 0.0, top = *high - floor;
  const auto value = [&](std::size_t y, std::size_t x) {
    const double s = map.data[y * map.width + x] - floor;
    return s > options.tau * top ? std::pow(s / top, options.rho) : 0.0;  // a large rho may underflow to 0
  };

  std::size_t x0 = map.width, x1 = 0, y0 = map.height, y1 = 0;
  std::vector<double> all(map.positions());
  for (std::size_t y = 0; y < map.height; ++y)
    for (std::size_t x = 0; x < map.width; ++x)
      if ((all[y * map.width + x] = value(y, x)) > 0) {
        x0 = std::min(x0, x), x1 = std::max(x1, x + 1);
        y0 = std::min(y0, y), y1 = std::max(y1, y + 1);
      }
  if (x0 >= x1) return {};

  Samples samples{x0, y0, x1 - x0, y1 - y0, std::vector<double>((y1 - y0) * padded(x1 - x0), 0)};
  for (std::size_t y = y0; y < y1; ++y)
    std::copy_n(&all[y * map.width + x0], x1 - x0, &samples.values[(y - y0) * padded(x1 - x0)]);
  return samples;
}

// One component a kept position: mean there, covariance sigma I, mixing proportional to the value.
GaussianMixture start(const Samples& samples, double sigma) {
  GaussianMixture mixture;
  double total = 0;
  for (std::size_t y = 0; y < samples.height; ++y)
    for (std::size_t x = 0; x < samples.width; ++x)
      if (const double value = samples.values[y * padded(samples.width) + x]; value > 0) {
        mixture.pi.push_back(value);
        mixture.mean_x.push_back(static_cast<double>(x));
        mixture.mean_y.push_back(static_cast<double>(y));
        total += value;
      }
  for (double& pi : mixture.pi) pi /= total;
  mixture.var_x.assign(mixture.size(), sigma);
  mixture.var_y.assign(mixture.size(), sigma);
  return mixture;
}

// The E- and M-step on a grid of samples, in the grid's coordinates.
class ExpectationMaximisation {
 public:
  ExpectationMaximisation(const Samples& samples, std::vector<double> weights, double sigma, std::size_t components)
      : width_(samples.width),
        height_(samples.height),
        columns_(padded(width_)),
        rows_(padded(height_)),
        sigma_(sigma),
        weights_(std::move(weights)),
        gx_(components * columns_),
        gy_(components * rows_),
        denominators_(height_ * columns_),
        ratios_(height_ * columns_),
        ratios_transposed_(width_ * rows_),
        x_marginals_(kBlock * columns_),
        y_marginals_(kBlock * rows_),
        x_powers_(powers(columns_)),
        y_powers_(powers(rows_)),
        x_moments_(kBlock * kMoments),
        y_moments_(kBlock * kMoments) {
    for (double weight : weights_) total_weight_ += weight;
  }

  // Eq. 5-8 in place; components that nothing answers to are dropped. pi then sums to 1 but for those. `at_start`:
  // the mixture is that of start().
  void step(GaussianMixture& mixture, bool at_start) {
    if (at_start)
      factorise_start(mixture);
    else
      factorise(mixture);
    divide(mixture);
    std::size_t alive = 0;
    for (std::size_t first = 0; first < mixture.size(); first += kBlock)
      alive = maximise(mixture, first, std::min(kBlock, mixture.size() - first), alive);
    mixture.resize(alive);
  }

 private:
  // A kept position too far from every component for its denominator: the largest logarithm of its inner products and
  // their sum relative to that.
  struct Distant {
    std::size_t x, y;
    double weight, top, sum;
  };

  // The inner products of eq. 5, up to the factor 1 / (2 pi sigma) that they share: gy(k, y) gx(k, x).
  void factorise(const GaussianMixture& mixture) {
    const std::size_t m = mixture.size();
    scale_.resize(m);
    amplitude_.resize(m);
    for (std::size_t k = 0; k < m; ++k) {
      const double variance = mixture.var_x[k] + sigma_;
      scale_[k] = 0.5 / variance;
      amplitude_[k] = std::sqrt(sigma_ / variance);
    }
    simd::ops().gaussian_rows(gx_.data(), mixture.mean_x.data(), scale_.data(), amplitude_.data(), m, columns_);
    for (std::size_t k = 0; k < m; ++k) {
      const double variance = mixture.var_y[k] + sigma_;
      scale_[k] = 0.5 / variance;
      amplitude_[k] = mixture.pi[k] * std::sqrt(sigma_ / variance);
    }
    simd::ops().gaussian_rows(gy_.data(), mixture.mean_y.data(), scale_.data(), amplitude_.data(), m, rows_);
  }

  // The same where all variances are sigma and means whole cells: an exponential a distance is enough.
  void factorise_start(const GaussianMixture& mixture) {
    const std::size_t reach = std::max(columns_, rows_);
    const double origin = 0, scale = 0.25 / sigma_, amplitude = 1;
    std::vector<double> at(reach);
    simd::ops().gaussian_rows(at.data(), &origin, &scale, &amplitude, 1, reach);
    const auto fill = [&](double* row, std::size_t length, double mean, double height) {
      const auto centre = static_cast<std::size_t>(mean);
      for (std::size_t i = 0; i < centre; ++i) row[i] = height * at[centre - i];
      for (std::size_t i = centre; i < length; ++i) row[i] = height * at[i - centre];
    };
    const double height = std::sqrt(0.5);
    for (std::size_t k = 0; k < mixture.size(); ++k) {
      fill(&gx_[k * columns_], columns_, mixture.mean_x[k], height);
      fill(&gy_[k * rows_], rows_, mixture.mean_y[k], height * mixture.pi[k]);
    }
  }

  // R = weight / D, and its transpose; positions whose D underflows become distant.
  void divide(const GaussianMixture& mixture) {
    simd::ops().product(denominators_.data(), gy_.data(), 1, rows_, gx_.data(), height_, mixture.size(), columns_);
    // Where nothing is kept, 0 whatever the denominator.
    const double lowest = simd::ops().divide_above(ratios_.data(), weights_.data(), denominators_.data(),
                                                   kSmallestDenominator, ratios_.size());
    distant_.clear();
    if (lowest < kSmallestDenominator) find_distant(mixture);
    for (std::size_t y = 0; y < height_; ++y)
      for (std::size_t x = 0; x < width_; ++x) ratios_transposed_[x * rows_ + y] = ratios_[y * columns_ + x];
  }

  void find_distant(const GaussianMixture& mixture) {
    for (std::size_t y = 0; y < height_; ++y)
      for (std::size_t x = 0; x < width_; ++x) {
        const std::size_t i = y * columns_ + x;
        if (!(weights_[i] > 0) || denominators_[i] >= kSmallestDenominator) continue;
        distant_.push_back({x, y, weights_[i], 0, 0});
        ratios_[i] = 0;
      }
    for (Distant& position : distant_) {
      position.top = -std::numeric_limits<double>::infinity();
      for (std::size_t k = 0; k < mixture.size(); ++k)
        position.top = std::max(position.top, log_product(mixture, k, position));
      for (std::size_t k = 0; k < mixture.size(); ++k)
        position.sum += std::exp(log_product(mixture, k, position) - position.top);
    }
  }

  double log_product(const GaussianMixture& mixture, std::size_t k, const Distant& position) const {
    const double u = mixture.var_x[k] + sigma_, v = mixture.var_y[k] + sigma_;
    const double dx = static_cast<double>(position.x) - mixture.mean_x[k];
    const double dy = static_cast<double>(position.y) - mixture.mean_y[k];
    return std::log(mixture.pi[k]) - 0.5 * (std::log(u) + std::log(v) + dx * dx / u + dy * dy / v);
  }

  // Eq. 6-8 for `count` components from `first`, written from place `alive` on. Returns the next free place.
  std::size_t maximise(GaussianMixture& mixture, std::size_t first, std::size_t count, std::size_t alive) {
    const auto& simd = simd::ops();
    const double *gx = &gx_[first * columns_], *gy = &gy_[first * rows_];
    simd.product(x_marginals_.data(), gy, rows_, 1, ratios_.data(), count, height_, columns_);
    simd.multiply_into(x_marginals_.data(), gx, count * columns_);
    simd.product(y_marginals_.data(), gx, columns_, 1, ratios_transposed_.data(), count, width_, rows_);
    simd.multiply_into(y_marginals_.data(), gy, count * rows_);
    for (const Distant& position : distant_)
      for (std::size_t k = 0; k < count; ++k) {
        const double gamma = std::exp(log_product(mixture, first + k, position) - position.top) / position.sum;
        x_marginals_[k * columns_ + position.x] += position.weight * gamma;
        y_marginals_[k * rows_ + position.y] += position.weight * gamma;
      }

    simd.product(x_moments_.data(), x_marginals_.data(), columns_, 1, x_powers_.data(), count, columns_, kMoments);
    simd.product(y_moments_.data(), y_marginals_.data(), rows_, 1, y_powers_.data(), count, rows_, kMoments);
    for (std::size_t k = 0; k < count; ++k) {
      const double* x = &x_moments_[k * kMoments];
      if (!(x[0] > kAliveShare * total_weight_)) continue;
      mixture.pi[alive] = x[0] / total_weight_;
      set_mean_and_variance(x, columns_, mixture.mean_x[alive], mixture.var_x[alive]);
      set_mean_and_variance(&y_moments_[k * kMoments], rows_, mixture.mean_y[alive], mixture.var_y[alive]);
      ++alive;
    }
    return alive;
  }

  // Powers 0 to 2 of the distance from the middle of a line, a row each position: marginals times these are moments
  // about the middle, which lose less than 1e-10 cells^2 on lines of a thousand.
  static std::vector<double> powers(std::size_t length) {
    std::vector<double> result(length * kMoments, 0);
    for (std::size_t i = 0; i < length; ++i) {
      const double offset = static_cast<double>(i) - middle(length);
      result[i * kMoments] = 1;
      result[i * kMoments + 1] = offset;
      result[i * kMoments + 2] = offset * offset;
    }
    return result;
  }

  static double middle(std::size_t length) { return static_cast<double>(length / 2); }

  static void set_mean_and_variance(const double* moments, std::size_t length, double& mean, double& variance) {
    const double offset = moments[1] / moments[0];
    mean = middle(length) + offset;
    variance = std::max(moments[2] / moments[0] - offset * offset, 0.0);
  }

  std::size_t width_, height_, columns_, rows_;
  double sigma_, total_weight_ = 0;
  std::vector<double> weights_, gx_, gy_, denominators_, ratios_, ratios_transposed_, x_marginals_, y_marginals_;
  std::vector<double> x_powers_, y_powers_, x_moments_, y_moments_;
  std::vector<double> scale_, amplitude_;
  std::vector<Distant> distant_;
};

bool moved(const std::vector<double>& before, const std::vector<double>& after, double tolerance) {
  for (std::size_t k = 0; k < before.size(); ++k)
    if (!(std::abs(after[k] - before[k]) < tolerance)) return true;
  return false;
}

GaussianMixture shifted(GaussianMixture mixture, const Samples& samples) {
  for (double& x : mixture.mean_x) x += static_cast<double>(samples.x0);
  for (double& y : mixture.mean_y) y += static_cast<double>(samples.y0);
  return mixture;
}

}  // namespace

void GaussianMixture::resize(std::size_t m) {
  for (auto* values : {&pi, &mean_x, &mean_y, &var_x, &var_y}) values->resize(m);
}

EgmFit fit_egm(const SaliencyMap& map, const EgmOptions& options, const Control& control,
               std::vector<GaussianMixture>* trace) {
  require_finite_non_negative(map.values(), "the saliency map");
  const Samples samples = prepare(map, options);
  if (samples.values.empty()) return {};

  EgmFit fit{start(samples, options.sigma), {}, false};
  GaussianMixture& mixture = fit.mixture;
  std::vector<double> weights = samples.values;
  if (!options.weigh_samples)
    for (double& weight : weights) weight = weight > 0 ? 1 : 0;
  ExpectationMaximisation em(samples, std::move(weights), options.sigma, mixture.size());
  if (trace) trace->push_back(shifted(mixture, samples));

  for (std::size_t i = 0; i < options.max_iterations && !fit.converged; ++i) {
    control.check();
    const std::vector<double> x = mixture.mean_x, y = mixture.mean_y;
    em.step(mixture, i == 0);
    purge(mixture, options.purge_threshold, options.purge_mixing);
    fit.history.push_back(static_cast<std::int32_t>(mixture.size()));
    if (trace) trace->push_back(shifted(mixture, samples));
    fit.converged = mixture.size() == x.size() && !moved(x, mixture.mean_x, options.tolerance) &&
                    !moved(y, mixture.mean_y, options.tolerance);
  }
  mixture = shifted(std::move(mixture), samples);
  return fit;
}

std::vector<DetectedRegion> detect_regions(const SaliencyMap& map, const EgmOptions& options, const Control& control) {
  return egm_regions(fit_egm(map, options, control).mixture, map, options.expand);
}

}  // namespace leitmotif
