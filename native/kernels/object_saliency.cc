#include "kernels/object_saliency.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "kernels/neighbours.h"
#include "kernels/patch_descriptors.h"
#include "kernels/window_search.h"

namespace leitmotif {

namespace {

constexpr std::size_t kGroupBytes = std::size_t{32} << 20;

// Images that go through together: their searched positions, image after image.
struct Group {
  std::span<const ObjectSaliencyImage> images;
  std::vector<std::size_t> offsets;  // of each image's first position; one more for the end
  std::vector<std::int32_t> positions;

  std::size_t count() const { return positions.size(); }
  std::size_t count(std::size_t image) const { return offsets[image + 1] - offsets[image]; }
  std::span<const std::int32_t> of(std::size_t image) const {
    return std::span(positions).subspan(offsets[image], count(image));
  }
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
  Group group{{}, {0}, {}};
  std::size_t taken = 0;
  for (const ObjectSaliencyImage& image : images) {
    if (taken > 0 && group.count() + searched_positions(image, Theta) > most) break;
    for (std::size_t p = 0; p < image.feature_saliency.size(); ++p)
      if (is_searched(image.feature_saliency[p], Theta)) group.positions.push_back(static_cast<std::int32_t>(p));
    group.offsets.push_back(group.count());
    ++taken;
  }
  group.images = images.first(taken);
  return group;
}

// u_p of an image's positions, which ascend, into out (positions, d). No block spans two images: an image's result may
// not hang on the images beside it.
void describe_image(const ActivationMap& map, std::size_t side, std::span<const std::int32_t> positions,
                    const Whitening& whitening, PatchScratch& scratch, float* out) {
  if (positions.empty()) return;
  require_finite_non_negative(map.values(), "the activation map");
  for (const auto [first, count] : patch_blocks(positions, map.width))
    describe_patches(map, side, positions.subspan(first, count), whitening, scratch,
                     out + first * whitening.dimensions);
}

// U (positions, d) of a group.
void describe(const Group& group, std::size_t side, const Whitening& whitening, int threads, const Control& control,
              float* out) {
  ParallelErrors errors;
#pragma omp parallel num_threads(threads)
  {
    PatchScratch scratch;
#pragma omp for schedule(dynamic)
    for (std::size_t i = 0; i < group.images.size(); ++i)
      errors.run([&] {
        control.check();
        describe_image(group.images[i].map, side, group.of(i), whitening, scratch,
                       out + group.offsets[i] * whitening.dimensions);
      });
  }
  errors.rethrow();
}

// How many regions of one image there are at most among those that the images leave out.
std::size_t most_excluded(std::span<const ObjectSaliencyImage> images, std::span<const std::int32_t> owner) {
  std::size_t most = 0;
  for (const ObjectSaliencyImage& image : images)
    if (image.excluded_owner >= 0)
      most = std::max(most, static_cast<std::size_t>(std::count(owner.begin(), owner.end(), image.excluded_owner)));
  return most;
}

// The same as std::pow() but for the last bits, and many times as quick where `exponent` is small and whole.
double power(double base, double exponent) {
  constexpr double kMost = 8;
  if (exponent < 0 || exponent > kMost || exponent != std::floor(exponent)) return std::pow(base, exponent);
  double result = 1;
  for (int i = 0; i < static_cast<int>(exponent); ++i) result *= base;
  return result;
}

// Room for values that is kept from group to group, of any content at first: fresh memory costs more than what is
// computed into it.
template <class T>
class Room {
 public:
  T* take(std::size_t count) {
    if (count > size_) values_ = std::make_unique_for_overwrite<T[]>(size_ = count);
    return values_.get();
  }

 private:
  std::unique_ptr<T[]> values_;
  std::size_t size_ = 0;
};

// What was found for a group: k regions a position, descending; -1 where there are no more.
struct Found {
  std::size_t k = 0;
  std::int32_t* ids = nullptr;
  float* similarities = nullptr;
  Room<std::int32_t> room_of_ids;
  Room<float> room_of_similarities;

  void reshape(std::size_t neighbours, std::size_t positions) {
    k = neighbours;
    ids = room_of_ids.take(k * positions);
    similarities = room_of_similarities.take(k * positions);
  }
  // Those of `count` positions from `first` on.
  std::span<std::int32_t> ids_of(std::size_t first, std::size_t count) { return {ids + first * k, count * k}; }
  std::span<float> similarities_of(std::size_t first, std::size_t count) {
    return {similarities + first * k, count * k};
  }
};

// All products. The images' own regions are found as well.
void search_exactly(const Group& group, MatrixView patches, const RegionModel& model, std::size_t k, int threads,
                    const Control& control, Found& found) {
  found.reshape(std::min(model.vectors.rows, k + most_excluded(group.images, model.owner)), patches.rows);
  if (patches.rows > 0)
    neighbours(patches, model.vectors, found.k, false, static_cast<std::size_t>(threads), control,
               found.ids_of(0, patches.rows), found.similarities_of(0, patches.rows));
}

void search_by_windows(const Group& group, MatrixView patches, const RegionModel& model, const VectorIndex& index,
                       const ObjectSaliencyOptions& options, int threads, const Control& control, Found& found) {
  const std::size_t k = std::min(model.vectors.rows, options.k);
  found.reshape(k, patches.rows);
  std::vector<SearchedImage> images;
  for (std::size_t i = 0; i < group.images.size(); ++i) {
    const std::size_t first = group.offsets[i], count = group.count(i);
    const Windows windows{group.of(i), group.images[i].map.width, patches.slice(first, count)};
    images.push_back(
        {windows, group.images[i].excluded_owner, found.ids_of(first, count), found.similarities_of(first, count)});
  }
  search_windows(images, {index, model.owner, k, options.side}, static_cast<std::size_t>(threads), control);
}

// The sum of eq. 14 over the options.k nearest regions of position `q`, those of `excluded` passed over.
double sum_of_regions(const Found& found, std::size_t q, const RegionModel& model, const ObjectSaliencyOptions& options,
                      std::int32_t excluded) {
  double sum = 0;
  for (std::size_t j = q * found.k, counted = 0; j < (q + 1) * found.k && counted < options.k; ++j) {
    if (found.ids[j] < 0) break;
    const auto region = static_cast<std::size_t>(found.ids[j]);
    if (excluded >= 0 && model.owner[region] == excluded) continue;
    const double value = power(static_cast<double>(model.saliency[region]), options.theta) * model.centrality[region];
    sum += power(std::max(static_cast<double>(found.similarities[j]), 0.0), options.beta) * value;
    ++counted;
  }
  return sum;
}

bool is_zero(std::span<const float> vector) {
  return std::all_of(vector.begin(), vector.end(), [](float value) { return value == 0; });
}

}  // namespace

void object_saliency(std::span<const ObjectSaliencyImage> images, const RegionModel& model,
                     const ObjectSaliencyOptions& options, const VectorIndex* index, std::size_t threads,
                     const Control& control) {
  require_finite_non_negative(model.saliency, "the regions' saliency");
  require_finite_non_negative(model.centrality, "the regions' centrality");
  const std::size_t d = model.whitening.dimensions;
  const std::size_t most = std::max<std::size_t>(kGroupBytes / (d * sizeof(float)), 1);
  const int team = static_cast<int>(threads);
  Room<float> room;
  Found found;
  for (std::size_t done = 0; done < images.size();) {
    const Group group = take_group(images.subspan(done), options.Theta, most);
    const double all = static_cast<double>(images.size()), next = static_cast<double>(done + group.images.size());
    const Control part = control.part(static_cast<double>(done) / all, next / all);
    float* const described = room.take(group.count() * d);
    describe(group, options.side, model.whitening, team, part, described);
    const MatrixView patches{described, group.count(), d};
    if (index)
      search_by_windows(group, patches, model, *index, options, team, part, found);
    else
      search_exactly(group, patches, model, options.k, team, part, found);

#pragma omp parallel for schedule(dynamic) num_threads(team)
    for (std::size_t i = 0; i < group.images.size(); ++i) {
      const ObjectSaliencyImage& image = group.images[i];
      std::fill(image.out.begin(), image.out.end(), 0.0f);
      for (std::size_t q = group.offsets[i]; q < group.offsets[i + 1]; ++q) {
        if (is_zero({patches.row(q), d})) continue;
        const auto p = static_cast<std::size_t>(group.positions[q]);
        const double own = power(static_cast<double>(image.feature_saliency[p]), options.Theta);
        image.out[p] = static_cast<float>(own * sum_of_regions(found, q, model, options, image.excluded_owner));
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
