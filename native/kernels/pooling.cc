#include "kernels/pooling.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/feature_saliency.h"
#include "kernels/simd/simd.h"

namespace leitmotif {

namespace {

Rectangle whole(const ActivationMap& map) {
  return {0, 0, static_cast<std::int32_t>(map.width), static_cast<std::int32_t>(map.height)};
}

void store(const std::vector<double>& values, std::span<float> out) {
  std::transform(values.begin(), values.end(), out.begin(), [](double v) { return static_cast<float>(v); });
}

}  // namespace

double region_saliency(const SaliencyMap& map, const Rectangle& rectangle) {
  double sum = 0;
  for (auto y = static_cast<std::size_t>(rectangle.y0); y < static_cast<std::size_t>(rectangle.y1); ++y)
    for (auto x = static_cast<std::size_t>(rectangle.x0); x < static_cast<std::size_t>(rectangle.x1); ++x)
      sum += map.data[y * map.width + x];
  return sum / static_cast<double>(rectangle.area());
}

void region_max(const ActivationMap& map, const Rectangle& rectangle, std::span<float> out) {
  const auto& simd = simd::ops();
  std::fill(out.begin(), out.end(), 0.0f);
  for (auto y = static_cast<std::size_t>(rectangle.y0); y < static_cast<std::size_t>(rectangle.y1); ++y)
    for (auto x = static_cast<std::size_t>(rectangle.x0); x < static_cast<std::size_t>(rectangle.x1); ++x)
      simd.max_into(out.data(), map.at(y, x), map.channels);
}

void aggregate(const ActivationMap& map, std::span<const Rectangle> rectangles, std::span<const float> weights,
               std::span<float> out) {
  const Rectangle all[] = {whole(map)};
  const bool none = !weights.empty() && std::all_of(weights.begin(), weights.end(), [](float w) { return w == 0; });
  if (rectangles.empty() || none) {
    rectangles = all;
    weights = {};
  }
  std::vector<float> maximum(map.channels);
  std::vector<double> sum(map.channels, 0);
  for (std::size_t r = 0; r < rectangles.size(); ++r) {
    region_max(map, rectangles[r], maximum);
    double squares = 0;
    for (float v : maximum) squares += static_cast<double>(v) * v;
    const double weight = weights.empty() ? 1 : weights[r];
    if (squares > 0) simd::ops().add_scaled(sum.data(), maximum.data(), weight / std::sqrt(squares), map.channels);
  }
  store(sum, out);
}

void spoc(const ActivationMap& map, std::span<float> out) {
  std::vector<double> sum(map.channels, 0);
  for (std::size_t p = 0; p < map.positions(); ++p)
    simd::ops().add_scaled(sum.data(), map.data + p * map.channels, 1, map.channels);
  store(sum, out);
}

void gem(const ActivationMap& map, double p, std::span<float> out) {
  region_max(map, whole(map), out);
  std::vector<double> scale(map.channels), sum(map.channels, 0);
  std::transform(out.begin(), out.end(), scale.begin(), [](float top) { return top > 0 ? 1.0 / top : 0.0; });
  for (std::size_t q = 0; q < map.positions(); ++q) {
    const float* values = map.data + q * map.channels;
    if (p == 3)
      simd::ops().add_cubes(sum.data(), values, scale.data(), map.channels);
    else
      for (std::size_t j = 0; j < map.channels; ++j)
        if (values[j] > 0) sum[j] += std::pow(values[j] * scale[j], p);
  }
  for (std::size_t j = 0; j < map.channels; ++j)
    out[j] = static_cast<float>(out[j] * std::pow(sum[j] / static_cast<double>(map.positions()), 1 / p));
}

void crow(const ActivationMap& map, std::span<float> out) {
  const auto& simd = simd::ops();
  std::vector<float> spatial(map.positions());
  weighted_sum(map, std::vector<float>(map.channels, 1.0f), spatial);
  normalise_saliency(spatial);

  std::vector<double> sum(map.channels, 0);
  std::vector<std::uint32_t> active(map.channels, 0);
  for (std::size_t p = 0; p < map.positions(); ++p) {
    const float* values = map.data + p * map.channels;
    simd.add_scaled(sum.data(), values, spatial[p], map.channels);
    simd.count_positive(active.data(), values, map.channels);
  }
  double total = 0;
  for (std::uint32_t count : active) total += count;
  for (std::size_t j = 0; j < map.channels; ++j)
    out[j] = active[j] ? static_cast<float>(std::log(total / active[j]) * sum[j]) : 0;
}

void weighted_mac(const ActivationMap& map, const SaliencyMap& saliency, double gamma, std::span<float> out) {
  const float top = *std::max_element(saliency.data, saliency.data + saliency.positions());
  std::fill(out.begin(), out.end(), 0.0f);
  for (std::size_t p = 0; p < map.positions(); ++p) {
    const double weight = top > 0 ? std::pow(static_cast<double>(saliency.data[p]) / top, gamma) : 1.0;
    simd::ops().max_scaled_into(out.data(), map.data + p * map.channels, static_cast<float>(weight), map.channels);
  }
}

}  // namespace leitmotif
