#include "kernels/window_search.h"

#include <omp.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/codes.h"
#include "kernels/exact_products.h"
#include "kernels/largest.h"
#include "kernels/norm.h"
#include "kernels/parallel.h"
#include "kernels/prefetch.h"

namespace leitmotif {

namespace {

// Windows of so many columns and rows are compared with one set of regions: that found about them.
constexpr std::size_t kTile = 8;
// Of a window with the anchor that stands for it. With 0.7 there are a third fewer anchors, and twice as many
// neighbours are missed.
constexpr double kLeastCosine = 0.8;
// The order of two scores made of codes is taken to be right beyond this many times what their difference strays by.
constexpr double kDeviations = 3;

// The windows of an image with what the index nominated for the anchors among them.
struct Nominated {
  const SearchedImage& image;
  const WindowGrid& grid;
  std::span<const std::size_t> anchors;
  std::span<const std::int32_t> ids;  // `each` an anchor
  std::size_t each;
};

// Compares windows with what was nominated for them, one image after another in the same memory.
class ImageSearch {
 public:
  ImageSearch(const WindowSearch& search, std::size_t reach)
      : search_(search),
        reach_(reach),
        vectors_(search.index.vectors()),
        rows_(vectors_.columns),
        panels_(vectors_.columns),
        queries_(vectors_.columns) {}

  void run(const Nominated& nominated) {
    of_ = &nominated;
    const SearchedImage& image = nominated.image;
    std::fill(image.ids.begin(), image.ids.end(), -1);
    std::fill(image.similarities.begin(), image.similarities.end(), 0.0f);
    gather();
    anchor_at_.assign(image.windows.positions.size(), -1);
    for (std::size_t a = 0; a < nominated.anchors.size(); ++a)
      anchor_at_[nominated.anchors[a]] = static_cast<std::int32_t>(a);
    for (std::size_t y = 0; y < nominated.grid.height(); y += kTile)
      for (std::size_t x = 0; x < nominated.grid.width(); x += kTile) tile(x, y);
  }

 private:
  // All that was nominated in the image: each region once, coded, and its place among them for every nomination.
  void gather() {
    entries_.clear();
    const std::int32_t excluded = of_->image.excluded_owner;
    for (std::size_t i = 0; i < of_->ids.size(); ++i) {
      const auto id = static_cast<std::uint32_t>(of_->ids[i]);
      if (excluded < 0 || search_.owner[id] != excluded) entries_.push_back(std::uint64_t{id} << 32 | i);
    }
    std::sort(entries_.begin(), entries_.end());
    regions_.clear();
    places_.assign(of_->ids.size(), -1);
    for (std::uint64_t entry : entries_) {
      const auto id = static_cast<std::int32_t>(entry >> 32);
      if (regions_.empty() || regions_.back() != id) regions_.push_back(id);
      places_[entry & 0xffffffffu] = static_cast<std::int32_t>(regions_.size() - 1);
    }
    rows_.resize(regions_.size());
    coarsest_ = 0;
    longest_ = 0;
    for (std::size_t i = 0; i < regions_.size(); ++i) {
      if (i + 4 < regions_.size()) prefetch(vectors_, static_cast<std::size_t>(regions_[i + 4]));
      rows_.set(i, {vectors_.row(static_cast<std::size_t>(regions_[i])), vectors_.columns});
      coarsest_ = std::max(coarsest_, rows_.scales[i]);
      longest_ = std::max(longest_, l2_norm(vectors_.row(static_cast<std::size_t>(regions_[i])), vectors_.columns));
    }
    largest_ = Largest(regions_.size());
  }

  void tile(std::size_t x, std::size_t y) {
    windows_.clear();
    of_->grid.for_each_in(x, y, x + kTile, y + kTile, [&](std::size_t window) { windows_.push_back(window); });
    if (windows_.empty()) return;
    near_.assign((regions_.size() + 63) / 64, 0);
    const auto from = [&](std::size_t at) { return at - std::min(at, reach_); };
    of_->grid.for_each_in(from(x), from(y), x + kTile + reach_, y + kTile + reach_, [&](std::size_t window) {
      if (anchor_at_[window] < 0) return;
      const auto anchor = static_cast<std::size_t>(anchor_at_[window]);
      for (std::size_t i = anchor * of_->each; i < (anchor + 1) * of_->each; ++i)
        if (const std::int32_t place = places_[i]; place >= 0)
          near_[static_cast<std::size_t>(place) / 64] |= std::uint64_t{1} << (place % 64);
    });
    found_.clear();
    for (std::size_t word = 0; word < near_.size(); ++word)
      for (std::uint64_t bits = near_[word]; bits != 0; bits &= bits - 1)
        found_.push_back(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
    if (found_.empty()) return;
    compare();
  }

  // The tile's windows with what was found about it.
  void compare() {
    const std::size_t places = panel_places(found_.size()), d = vectors_.columns;
    panels_.reshape(found_.size());
    for (std::size_t i = 0; i < found_.size(); ++i) panels_.set(i, rows_, found_[i]);
    queries_.resize(windows_.size());
    for (std::size_t i = 0; i < windows_.size(); ++i)
      queries_.set(i, {of_->image.windows.descriptors.row(windows_[i]), d});
    scores_.resize(windows_.size() * places);
    panels_.products(queries_, 0, windows_.size(), 0, places, scores_.data());
    for (std::size_t i = 0; i < windows_.size(); ++i)
      if (queries_.scales[i] > 0) settle(i, {scores_.data() + i * places, found_.size()});
  }

  // The nearest of one window of the tile, by the scores of its codes in units of its scale.
  void settle(std::size_t i, std::span<const float> scores) {
    const std::size_t k = search_.k, wanted = std::min(k, scores.size());
    // A value strays evenly within half a step of its code; over the row the errors add up as independent ones do.
    const double step = queries_.scales[i];
    const double error = std::hypot(step * longest_, static_cast<double>(coarsest_)) / std::sqrt(12.0);
    const double margin = kDeviations * std::sqrt(2.0) * error;
    const auto limit = static_cast<float>(largest_.reached_by(scores, wanted, wanted / 8) - margin / step);
    const float* own = of_->image.windows.descriptors.row(windows_[i]);
    exact_.clear();
    largest_.for_each_at_least(scores, limit, [&](std::size_t j) { exact_.push_back({0, regions_[found_[j]]}); });
    exact_products(
        own, vectors_, exact_.size(), [&](std::size_t j) { return exact_[j].id; },
        [&](std::size_t j, double product) { exact_[j].product = product; });
    std::sort(exact_.begin(), exact_.end(), [](const Exact& a, const Exact& b) {
      return a.product != b.product ? a.product > b.product : a.id < b.id;
    });
    for (std::size_t j = 0; j < wanted; ++j) {
      of_->image.ids[windows_[i] * k + j] = exact_[j].id;
      of_->image.similarities[windows_[i] * k + j] = static_cast<float>(exact_[j].product);
    }
  }

  struct Exact {
    double product;
    std::int32_t id;
  };

  const WindowSearch& search_;
  std::size_t reach_;
  MatrixView vectors_;
  const Nominated* of_ = nullptr;
  std::vector<std::uint64_t> entries_;  // of gather()
  std::vector<std::int32_t> regions_, places_, anchor_at_;
  CodedRows rows_;
  float coarsest_ = 0;  // of the regions' steps
  double longest_ = 0;
  std::vector<std::size_t> windows_, found_;  // of a tile; found_ among regions_
  std::vector<std::uint64_t> near_;
  CodePanels panels_;
  CodedRows queries_;
  std::vector<float> scores_;
  Largest largest_;
  std::vector<Exact> exact_;
};

// How many regions the image with the most has.
std::size_t most_owned(std::span<const std::int32_t> owner) {
  std::vector<std::int32_t> sorted;
  if (!std::is_sorted(owner.begin(), owner.end())) {
    sorted.assign(owner.begin(), owner.end());
    std::sort(sorted.begin(), sorted.end());
    owner = sorted;
  }
  std::size_t most = 0, first = 0;
  for (std::size_t i = 0; i < owner.size(); ++i) {
    if (owner[i] != owner[first]) first = i;
    most = std::max(most, i - first + 1);
  }
  return most;
}

// How many regions each window that is looked up finds: at least k when an image's own are taken away. It does not hang
// on which images go through together.
std::size_t nominees(std::span<const SearchedImage> images, const WindowSearch& search) {
  const bool excluding =
      std::any_of(images.begin(), images.end(), [](const SearchedImage& image) { return image.excluded_owner >= 0; });
  const std::size_t own = excluding ? most_owned(search.owner) : 0;
  return std::min(search.index.vectors().rows, std::max(window_nominees(search.k), search.k + own));
}

}  // namespace

std::size_t window_nominees(std::size_t k) {
  // Of few neighbours each weighs more, so that fewer may be missing.
  constexpr std::size_t kLeast = 100;
  return std::max(3 * k + 20, kLeast);
}

void search_windows(std::span<const SearchedImage> images, const WindowSearch& search, std::size_t threads,
                    const Control& control) {
  const MatrixView vectors = search.index.vectors();
  const std::size_t reach = std::max<std::size_t>(search.side / 2, 1);
  const int team = static_cast<int>(threads);
  std::vector<WindowGrid> grids;
  for (const SearchedImage& image : images) grids.emplace_back(image.windows);
  std::vector<std::vector<std::size_t>> anchors(images.size());
  for_each_item(images.size(), team, control.part(0, 0.05),
                [&](std::size_t i) { anchors[i] = window_anchors(images[i].windows, grids[i], reach, kLeastCosine); });

  std::vector<std::size_t> starts{0};
  std::vector<float> queries;
  for (std::size_t i = 0; i < images.size(); ++i) {
    starts.push_back(starts.back() + anchors[i].size());
    for (std::size_t anchor : anchors[i]) {
      const float* row = images[i].windows.descriptors.row(anchor);
      queries.insert(queries.end(), row, row + vectors.columns);
    }
  }
  const std::size_t each = nominees(images, search);
  std::vector<std::int32_t> ids(starts.back() * each);
  if (starts.back() > 0)
    search.index.nominate({queries.data(), starts.back(), vectors.columns}, each, threads, control.part(0.05, 0.5),
                          ids);
  std::vector<ImageSearch> searches(threads, ImageSearch(search, reach));
  for_each_item(images.size(), team, control.part(0.5, 1), [&](std::size_t i) {
    const auto some = std::span<const std::int32_t>(ids).subspan(starts[i] * each, anchors[i].size() * each);
    searches[static_cast<std::size_t>(omp_get_thread_num())].run({images[i], grids[i], anchors[i], some, each});
  });
}

}  // namespace leitmotif
