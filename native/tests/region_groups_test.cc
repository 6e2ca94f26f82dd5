#include "kernels/region_groups.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "kernels/chance.h"

using namespace leitmotif;

TEST_CASE("the tail of chance agrees with integration, and the quantile inverts it") {
  for (double dimensions : {2.0, 3.0, 16.5, 48.0, 190.0, 2000.0}) {
    for (double t : {0.0, 0.05, 0.2, 0.5, 0.9}) {
      // Substituting s = sin(x): integrals of cos^(D - 2), by Simpson's rule.
      const auto integral = [&](double from, double to) {
        const int steps = 20000;
        const double h = (to - from) / steps;
        double sum = 0;
        for (int i = 0; i <= steps; ++i) {
          const double c = std::max(0.0, std::cos(from + i * h));
          sum += std::pow(c, dimensions - 2) * (i == 0 || i == steps ? 1 : i % 2 ? 4 : 2);
        }
        return sum * h / 3;
      };
      const double half = std::acos(-1.0) / 2;
      const double expected = integral(std::asin(t), half) / integral(-half, half);
      CAPTURE(dimensions);
      CAPTURE(t);
      CHECK(chance_tail(dimensions, t) == doctest::Approx(expected).epsilon(1e-6));
    }
    for (double p : {0.4, 1e-3, 1e-9, 1e-13})
      CHECK(chance_tail(dimensions, chance_quantile(dimensions, p)) == doctest::Approx(p).epsilon(1e-3));
  }
}

TEST_CASE(
    "the dimensions of random directions are found; what is alike does not change them; one photo tells nothing") {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  constexpr std::size_t n = 1500, d = 40;
  std::vector<float> vectors(n * d);
  std::vector<std::int32_t> owner(n);
  for (std::size_t i = 0; i < n; ++i) {
    owner[i] = static_cast<std::int32_t>(i / 3);
    double norm = 0;
    for (std::size_t j = 0; j < d; ++j) vectors[i * d + j] = normal(random), norm += std::pow(vectors[i * d + j], 2);
    for (std::size_t j = 0; j < d; ++j) vectors[i * d + j] /= static_cast<float>(std::sqrt(norm));
  }
  const MatrixView view{vectors.data(), n, d};
  for (std::size_t samples : {std::size_t{10} << 20, std::size_t{1} << 18}) {
    const Chance chance = chance_similarity(view, owner, samples, 1, {});
    CHECK(chance.dimensions == doctest::Approx(double(d)).epsilon(0.02));
    CHECK(chance.pairs == double(n) * (n - 1) / 2 - double(n));
  }
  // An object in a tenth of the regions.
  for (std::size_t i = 0; i < n; i += 10) std::copy_n(vectors.data(), d, vectors.data() + i * d);
  CHECK(chance_similarity(view, owner, 10 << 20, 1, {}).dimensions == doctest::Approx(double(d)).epsilon(0.05));

  const std::vector<std::int32_t> one(n, 7);
  const Chance none = chance_similarity(view, one, 10 << 20, 1, {});
  CHECK(std::isnan(none.dimensions));
  CHECK(none.pairs == 0);
}

TEST_CASE("groups: edges of one photo and weak ones do not count, photos are counted once, members by centrality") {
  // Regions 0-3 of photos 0-3 all tied; region 4 is a second view in photo 0, tied to 1; regions 5-7 tie within photo 4
  // only; regions 8-10 of photos 5-7 are tied weakly.
  const std::vector<std::int32_t> owner{0, 1, 2, 3, 0, 4, 4, 4, 5, 6, 7};
  const std::vector<float> centrality{3, 9, 5, 5, 1, 8, 8, 8, 2, 2, 2};
  std::vector<std::vector<float>> dense(11, std::vector<float>(11, 0));
  const auto tie = [&](int a, int b, float w) { dense[a][b] = dense[b][a] = w; };
  for (int a = 0; a < 4; ++a)
    for (int b = a + 1; b < 4; ++b) tie(a, b, 0.5f);
  tie(4, 1, 0.75f);
  tie(5, 6, 0.9f), tie(6, 7, 0.9f), tie(5, 7, 0.9f);
  tie(8, 9, 0.1f), tie(9, 10, 0.1f), tie(8, 10, 0.1f);
  std::vector<std::int32_t> indptr{0}, indices;
  std::vector<float> data;
  for (const auto& row : dense) {
    for (int j = 0; j < 11; ++j)
      if (row[j] > 0) indices.push_back(j), data.push_back(row[j]);
    indptr.push_back(static_cast<std::int32_t>(indices.size()));
  }
  const SparseView graph{indptr, indices, data};
  const RegionTies ties{graph, owner, centrality, {}, {}};
  // beta 1: weights are similarities.
  const auto with = [](double least, std::size_t photos) {
    return GroupOptions{1, least, 0.1, 3, 0.05, photos, 0.1, 10, 1};
  };
  const RegionGroups strict = group_regions(ties, with(0.2, 3), {});
  CHECK(strict.members == std::vector<std::int32_t>{1, 2, 3, 0, 4});
  CHECK(strict.starts == std::vector<std::int32_t>{0, 5});
  CHECK(strict.photos == std::vector<std::int32_t>{4});
  // Six pairs of photos; that of 0 and 1 counts its stronger edge.
  REQUIRE(strict.score.size() == 1);
  CHECK(strict.score[0] == doctest::Approx(5 * 0.5 + 0.75));

  const RegionGroups lax = group_regions(ties, with(0, 3), {});
  CHECK(lax.starts == std::vector<std::int32_t>{0, 5, 8});
  CHECK(lax.photos == std::vector<std::int32_t>{4, 3});
  CHECK(group_regions(ties, with(0, 5), {}).score.empty());

  // Likeness to itself: regions 0-3 are textures as alike as they recur; 4 is tied to one photo only then.
  std::vector<float> self(11, 0);
  std::fill_n(self.begin(), 4, 0.45f);
  CHECK(group_regions({graph, owner, centrality, {}, self}, with(0.2, 3), {}).score.empty());
  std::fill_n(self.begin(), 4, 0.35f);
  CHECK(group_regions({graph, owner, centrality, {}, self}, with(0.2, 3), {}).members == strict.members);

  // Saliency relative to the photo's most salient region: region 4 stands behind region 0 of its photo.
  std::vector<float> saliency(11, 0.2f);
  saliency[4] = 0.1f;
  const RegionGroups faint = group_regions({graph, owner, centrality, saliency, {}}, with(0.2, 3), {});
  REQUIRE(faint.score.size() == 1);
  CHECK(faint.score[0] == doctest::Approx(6 * 0.5));
  GroupOptions demanding = with(0.2, 3);
  demanding.min_score = 3.1;
  CHECK(group_regions({graph, owner, centrality, saliency, {}}, demanding, {}).score.empty());
}
