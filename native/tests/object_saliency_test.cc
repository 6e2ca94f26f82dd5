#include "kernels/object_saliency.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "kernels/clustered_index.h"
#include "kernels/patch_descriptors.h"
#include "kernels/sliding_max.h"

using namespace leitmotif;

namespace {

std::vector<float> random_values(std::size_t n, unsigned seed, double zeros) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> value(0.1, 1), share(0, 1);
  std::vector<float> result(n);
  for (float& v : result) v = share(random) < zeros ? 0.0f : static_cast<float>(value(random));
  return result;
}

// A model of n regions over c channels and d dimensions, and maps to look at.
struct World {
  std::size_t n = 60, c = 12, d = 5, h = 7, w = 6;
  std::vector<float> mean, projection, vectors, saliency, centrality;
  std::vector<std::int32_t> owner;
  std::vector<std::vector<float>> maps, feature, out;
  ObjectSaliencyOptions options{3, 8, 3, 2, 3};

  explicit World(std::size_t images) {
    mean = random_values(c, 1, 0);
    for (float& v : mean) v *= 0.2f;
    projection = random_values(d * c, 2, 0.3);
    for (std::size_t i = 0; i < projection.size(); i += 2) projection[i] *= -1;
    vectors.resize(n * d);
    auto raw = random_values(n * c, 3, 0.5);
    whiten_in_place(raw.data(), n, whitening(), vectors.data());
    saliency = random_values(n, 4, 0);
    centrality = random_values(n, 5, 0);
    for (std::size_t i = 0; i < n; ++i) owner.push_back(static_cast<std::int32_t>(i % 4));
    for (unsigned i = 0; i < images; ++i) {
      maps.push_back(random_values(h * w * c, 10 + i, 0.6));
      feature.push_back(random_values(h * w, 20 + i, 0.3));
      out.emplace_back(h * w, 7.0f);
    }
  }

  Whitening whitening() const { return {mean.data(), projection.data(), c, d}; }
  RegionModel model() const { return {{vectors.data(), n, d}, saliency, centrality, owner, whitening()}; }

  void run(std::int32_t excluded, std::size_t threads, const Control& control = {},
           const VectorIndex* index = nullptr) {
    std::vector<ObjectSaliencyImage> images;
    for (std::size_t i = 0; i < maps.size(); ++i)
      images.push_back({{maps[i].data(), h, w, c}, feature[i], excluded, out[i]});
    object_saliency(images, model(), options, index, threads, control);
  }

  // Eq. 14 as it is written, in float64.
  double expected(std::size_t image, std::size_t y, std::size_t x, std::int32_t excluded) const {
    const double own = feature[image][y * w + x];
    const auto s = static_cast<std::ptrdiff_t>(options.side), before = s / 2;
    std::vector<double> u(c, 0), v(d, 0);
    for (std::ptrdiff_t py = static_cast<std::ptrdiff_t>(y) - before; py < static_cast<std::ptrdiff_t>(y) - before + s;
         ++py)
      for (std::ptrdiff_t px = static_cast<std::ptrdiff_t>(x) - before;
           px < static_cast<std::ptrdiff_t>(x) - before + s; ++px)
        if (py >= 0 && px >= 0 && py < static_cast<std::ptrdiff_t>(h) && px < static_cast<std::ptrdiff_t>(w))
          for (std::size_t j = 0; j < c; ++j)
            u[j] = std::max(
                u[j], static_cast<double>(
                          maps[image][(static_cast<std::size_t>(py) * w + static_cast<std::size_t>(px)) * c + j]));
    const double length = std::sqrt(std::inner_product(u.begin(), u.end(), u.begin(), 0.0));
    if (length == 0) return 0;
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t j = 0; j < c; ++j) v[i] += projection[i * c + j] * (u[j] / length - mean[j]);
    const double norm = std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.0));
    std::vector<std::pair<double, std::size_t>> found;
    for (std::size_t i = 0; i < n; ++i) {
      if (owner[i] == excluded) continue;
      double dot = 0;
      for (std::size_t j = 0; j < d; ++j) dot += vectors[i * d + j] * v[j] / norm;
      found.emplace_back(-dot, i);
    }
    std::sort(found.begin(), found.end());
    double sum = 0;
    for (std::size_t j = 0; j < std::min(options.k, found.size()); ++j)
      sum += std::pow(std::max(-found[j].first, 0.0), options.beta) *
             std::pow(static_cast<double>(saliency[found[j].second]), options.theta) * centrality[found[j].second];
    return std::pow(own, options.Theta) * sum;
  }

  void check(std::int32_t excluded) const {
    for (std::size_t i = 0; i < maps.size(); ++i)
      for (std::size_t y = 0; y < h; ++y)
        for (std::size_t x = 0; x < w; ++x)
          CHECK(out[i][y * w + x] == doctest::Approx(expected(i, y, x, excluded)).epsilon(1e-4));
  }
};

}  // namespace

TEST_CASE("object saliency is eq. 14, for any number of images, threads, neighbours and sides") {
  World world(3);
  world.run(-1, 2);
  world.check(-1);
  for (std::size_t side : {1, 2, 9}) {
    world.options.side = side;
    world.run(-1, 1);
    world.check(-1);
  }
  world.options.k = 1000;  // cut to the number of regions
  world.run(-1, 1);
  world.check(-1);
}

TEST_CASE("an image's own regions can be left out, and the next nearest count instead") {
  World world(2);
  world.run(2, 2);
  world.check(2);
  world.owner.assign(world.n, 2);  // all of them: nothing is left
  world.run(2, 2);
  for (float value : world.out[0]) CHECK(value == 0);
}

TEST_CASE("nothing is seen where there is nothing") {
  World world(2);
  std::fill(world.maps[0].begin(), world.maps[0].end(), 0.0f);  // saliency without activation: no direction
  std::fill(world.feature[1].begin(), world.feature[1].end(), 0.0f);
  world.run(-1, 2);
  for (const auto& out : world.out)
    for (float value : out) CHECK(value == 0);
  world.options.Theta = 0;  // the image's own saliency then does not count at all
  world.run(-1, 2);
  CHECK(*std::max_element(world.out[1].begin(), world.out[1].end()) > 0);
}

TEST_CASE("with an index that finds all, object saliency is the same") {
  World world(3);
  const ClusteredIndex index(world.model().vectors, 20, {1, 1}, 2, Control());
  for (const std::int32_t excluded : {-1, 2})
    for (const std::size_t k : {8, 1000}) {
      world.options.k = k;
      world.run(excluded, 2, {}, &index);
      world.check(excluded);
    }
  world.owner.assign(world.n, 2);
  world.run(2, 2, {}, &index);
  for (float value : world.out[0]) CHECK(value == 0);
  std::int32_t words[2] = {1, 0};
  CHECK_THROWS_AS(world.run(-1, 2, Control(words), &index), Cancelled);
}

TEST_CASE("patch descriptors are the whitened maxima, at the positions asked for") {
  World world(1);
  const std::vector<std::int32_t> positions{41, 0, 17};
  std::vector<float> out(3 * world.d), alone(world.d);
  const ActivationMap map{world.maps[0].data(), world.h, world.w, world.c};
  patch_descriptors(map, 3, positions, world.whitening(), out);
  for (std::size_t i = 0; i < 3; ++i) {
    patch_descriptors(map, 3, std::span(positions).subspan(i, 1), world.whitening(), alone);
    for (std::size_t j = 0; j < world.d; ++j) CHECK(alone[j] == doctest::Approx(out[i * world.d + j]).epsilon(1e-5));
  }
}

TEST_CASE("patch descriptors of many positions, in several blocks, in any order and more than once") {
  const World world(0);
  const std::size_t h = 40, w = 33, c = world.c, d = world.d;
  const auto values = random_values(h * w * c, 30, 0.6);
  const ActivationMap map{values.data(), h, w, c};
  std::vector<float> maxima(h * w * c), expected(h * w * d);
  sliding_max(map, 4, maxima);
  whiten_in_place(maxima.data(), h * w, world.whitening(), expected.data());
  std::vector<std::int32_t> all(h * w), mixed;
  std::iota(all.begin(), all.end(), 0);
  for (std::size_t i = 0; i < 2000; ++i) mixed.push_back(static_cast<std::int32_t>(i * 977 % (h * w)));
  CHECK(patch_blocks(all, w).size() > 2);
  for (const auto& positions : {all, mixed, std::vector<std::int32_t>{}}) {
    std::vector<float> out(positions.size() * d);
    patch_descriptors(map, 4, positions, world.whitening(), out);
    for (std::size_t i = 0; i < out.size(); ++i)
      if (std::abs(out[i] - expected[positions[i / d] * d + i % d]) > 1e-5) FAIL("value ", i);
  }
}

TEST_CASE("blocks hold whole rows, and every position once") {
  for (std::size_t width : {1, 7, 64, 511, 512, 513, 2000}) {
    std::vector<std::int32_t> positions;
    for (std::size_t p = 0; p < 5000; p += p % 5 ? 1 : 2) positions.push_back(static_cast<std::int32_t>(p));
    std::size_t next = 0;
    for (const auto [first, count] : patch_blocks(positions, width)) {
      CHECK(first == next);
      next += count;
      const auto row = [&](std::size_t i) { return static_cast<std::size_t>(positions[i]) / width; };
      CHECK((count <= 512 || row(first) == row(next - 1)));
      if (next < positions.size()) CHECK(row(next - 1) < row(next));
    }
    CHECK(next == positions.size());
  }
}

TEST_CASE("bad maps and models are refused, and cancelling stops") {
  World world(2);
  std::int32_t words[2] = {1, 0};
  CHECK_THROWS_AS(world.run(-1, 2, Control(words)), Cancelled);
  world.maps[1][3] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(world.run(-1, 2), InvalidArgument);
  world.maps[1][3] = 0;
  world.centrality[7] = std::numeric_limits<float>::infinity();
  CHECK_THROWS_AS(world.run(-1, 2), InvalidArgument);
}
