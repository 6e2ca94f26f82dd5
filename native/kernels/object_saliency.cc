#include "kernels/object_saliency.h"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "kernels/parallel.h"
#include "kernels/patch_descriptors.h"

namespace leitmotif {

namespace {

constexpr std::size_t kGroupBytes = std::size_t{64} << 20;

// Images that go through together: their searched positions, image after image, and the blocks in which these are
// described. No block spans two images: an image's result may not hang on the images beside it.
struct Group {
  std::span<const ObjectSaliencyImage> images;
  std::vector<std::size_t> offsets;  // of each image's first position; one more for the end
  std::vector<std::int32_t> positions;
  std::vector<std::pair<std::size_t, PatchBlock>> blocks;  // an image, and some of the group's positions

  std::size_t count() const { return positions.size(); }
};

bool is_searched(float feature_saliency, double Theta) {
  return feature_saliency > 0 || Theta == 0;
}

std::size_t searched_positions(const ObjectSaliencyImage& image, double Theta) {
  return static_cast<std::size_t>(std::count_if(image.feature_saliency.begin(), image.feature_saliency.end(),
                                                [&](float value) { return is_searched(value, Theta); }));
}

// As many of the images as have at most `most` searched positions together, but at least one.
Group take_group(std::span<const ObjectSaliencyImage> images, double Theta, std::size_t most) {
  Group group{{}, {0}, {}, {}};
  std::size_t taken = 0;
  for (const ObjectSaliencyImage& image : images) {
    if (taken > 0 && group.count() + searched_positions(image, Theta) > most) break;
    for (std::size_t p = 0; p < image.feature_saliency.size(); ++p)
      if (is_searched(image.feature_saliency[p], Theta)) group.positions.push_back(static_cast<std::int32_t>(p));
    const std::size_t before = group.offsets.back();
    for (const auto [first, count] : patch_blocks(std::span(group.positions).subspan(before), image.map.width))
      group.blocks.push_back({taken, {before + first, count}});
    group.offsets.push_back(group.count());
    ++taken;
  }
  group.images = images.first(taken);
  return group;
}

// U (positions, d) of a group.
std::vector<float> describe(const Group& group, std::size_t side, const Whitening& whitening, int threads,
                            const Control& control) {
  const std::size_t d = whitening.dimensions;
  std::vector<float> described(group.count() * d);
  for_each_item(group.images.size(), threads, control.part(0, 0), [&](std::size_t i) {
    if (group.offsets[i + 1] > group.offsets[i])
      require_finite_non_negative(group.images[i].map.values(), "the activation map");
  });
  std::vector<PatchScratch> scratch(static_cast<std::size_t>(threads));
  for_each_item(group.blocks.size(), threads, control.part(0, 0), [&](std::size_t b) {
    const auto& [image, block] = group.blocks[b];
    describe_patches(group.images[image].map, side, std::span(group.positions).subspan(block.first, block.count),
                     whitening, scratch[static_cast<std::size_t>(omp_get_thread_num())],
                     described.data() + block.first * d);
  });
  return described;
}

// How many regions of one image there are at most among those that the images leave out.
std::size_t most_excluded(std::span<const ObjectSaliencyImage> images, std::span<const std::int32_t> owner) {
  std::size_t most = 0;
  for (const ObjectSaliencyImage& image : images)
    if (image.excluded_owner >= 0)
      most = std::max(most, static_cast<std::size_t>(std::count(owner.begin(), owner.end(), image.excluded_owner)));
  return most;
}

// f_i^theta g_i
std::vector<double> region_values(const RegionModel& model, double theta) {
  require_finite_non_negative(model.saliency, "the regions' saliency");
  require_finite_non_negative(model.centrality, "the regions' centrality");
  std::vector<double> values(model.vectors.rows);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = std::pow(static_cast<double>(model.saliency[i]), theta) * model.centrality[i];
  return values;
}

// What the search found for a group: k regions a position, descending.
struct Found {
  std::size_t k;
  std::vector<std::int32_t> ids;
  std::vector<float> similarities;
};

// The sum of eq. 14 over the options.k nearest regions of position `q`, those of `excluded` passed over.
double sum_of_regions(const Found& found, std::size_t q, const RegionModel& model, std::span<const double> values,
                      const ObjectSaliencyOptions& options, std::int32_t excluded) {
  double sum = 0;
  for (std::size_t j = q * found.k, counted = 0; j < (q + 1) * found.k && counted < options.k; ++j) {
    const auto region = static_cast<std::size_t>(found.ids[j]);
    if (excluded >= 0 && model.owner[region] == excluded) continue;
    sum += std::pow(std::max(static_cast<double>(found.similarities[j]), 0.0), options.beta) * values[region];
    ++counted;
  }
  return sum;
}

bool is_zero(std::span<const float> vector) {
  return std::all_of(vector.begin(), vector.end(), [](float value) { return value == 0; });
}

}  // namespace

void object_saliency(std::span<const ObjectSaliencyImage> images, const RegionModel& model,
                     const ObjectSaliencyOptions& options, const RegionSearch& search, std::size_t threads,
                     const Control& control) {
  const std::vector<double> values = region_values(model, options.theta);
  const std::size_t c = model.whitening.channels, d = model.whitening.dimensions;
  const std::size_t most = std::max<std::size_t>(kGroupBytes / (c * sizeof(float)), 1);
  const int team = static_cast<int>(threads);
  for (std::size_t done = 0; done < images.size();) {
    const Group group = take_group(images.subspan(done), options.Theta, most);
    const double all = static_cast<double>(images.size()), next = static_cast<double>(done + group.images.size());
    const Control part = control.part(static_cast<double>(done) / all, next / all);
    const std::vector<float> described = describe(group, options.side, model.whitening, team, part);

    Found found{std::min(model.vectors.rows, options.k + most_excluded(group.images, model.owner)), {}, {}};
    found.ids.resize(group.count() * found.k);
    found.similarities.resize(group.count() * found.k);
    if (group.count() > 0) search({described.data(), group.count(), d}, found.k, part, found.ids, found.similarities);

#pragma omp parallel for schedule(dynamic) num_threads(team)
    for (std::size_t i = 0; i < group.images.size(); ++i) {
      const ObjectSaliencyImage& image = group.images[i];
      std::fill(image.out.begin(), image.out.end(), 0.0f);
      for (std::size_t q = group.offsets[i]; q < group.offsets[i + 1]; ++q) {
        if (is_zero({described.data() + q * d, d})) continue;
        const auto p = static_cast<std::size_t>(group.positions[q]);
        const double own = std::pow(static_cast<double>(image.feature_saliency[p]), options.Theta);
        image.out[p] = static_cast<float>(own * sum_of_regions(found, q, model, values, options, image.excluded_owner));
      }
    }
    done += group.images.size();
  }
}

void patch_descriptors(const ActivationMap& map, std::size_t side, std::span<const std::int32_t> positions,
                       const Whitening& whitening, std::span<float> out) {
  const std::size_t d = whitening.dimensions;
  if (positions.empty()) return;
  require_finite_non_negative(map.values(), "the activation map");
  // Each once, and ascending, which they mostly are.
  std::vector<std::int32_t> sorted(positions.begin(), positions.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  const bool same = std::equal(sorted.begin(), sorted.end(), positions.begin(), positions.end());
  std::vector<float> apart(same ? 0 : sorted.size() * d);
  float* const described = same ? out.data() : apart.data();
  // Kept from call to call, a few MiB: clearing fresh pages would take as long as the maxima.
  static thread_local PatchScratch scratch;
  for (const auto [first, count] : patch_blocks(sorted, map.width))
    describe_patches(map, side, std::span(sorted).subspan(first, count), whitening, scratch, described + first * d);
  if (same) return;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const auto place = std::lower_bound(sorted.begin(), sorted.end(), positions[i]) - sorted.begin();
    std::copy_n(described + static_cast<std::size_t>(place) * d, d, out.data() + i * d);
  }
}

}  // namespace leitmotif
