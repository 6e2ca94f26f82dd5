#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include "kernels/conjugate_gradients.h"
#include "kernels/mutual_graph.h"
#include "kernels/neighbours.h"
#include "matrices.h"

using namespace leitmotif;
using tests::clustered;

namespace {

struct Graph {
  std::vector<std::int32_t> indptr, indices;
  std::vector<float> data;

  SparseView view() const { return {indptr, indices, data}; }
  bool operator==(const Graph&) const = default;
};

struct Lists {
  std::vector<std::int32_t> ids;
  std::vector<float> similarities;
  std::size_t rows, k;

  NeighbourLists view() const { return {ids, similarities, rows, k}; }
};

Lists lists_of(MatrixView vectors, std::size_t k) {
  Lists lists{std::vector<std::int32_t>(vectors.rows * k), std::vector<float>(vectors.rows * k), vectors.rows, k};
  neighbours(vectors, vectors, k, true, 2, Control(), lists.ids, lists.similarities);
  return lists;
}

Graph graph_of(const Lists& lists, double beta = 3, std::size_t threads = 2) {
  Graph graph{std::vector<std::int32_t>(lists.rows + 1), {}, {}};
  mutual_rows(lists.view(), beta, threads, Control(), graph.indptr);
  graph.indices.resize(graph.indptr.back());
  graph.data.resize(graph.indptr.back());
  mutual_edges(lists.view(), beta, threads, Control(), graph.indptr, graph.indices, graph.data);
  return graph;
}

Graph normalised(const Graph& graph) {
  Graph result = graph;
  normalise_graph(graph.view(), 2, Control(), result.data);
  return result;
}

std::vector<float> roots_of(const Graph& graph) {
  std::vector<float> roots(graph.indptr.size() - 1);
  degree_roots(graph.view(), 2, Control(), roots);
  return roots;
}

Eigen::MatrixXd dense(const Graph& graph) {
  const std::size_t n = graph.indptr.size() - 1;
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(n, n);
  for (std::size_t i = 0; i < n; ++i)
    for (auto p = graph.indptr[i]; p < graph.indptr[i + 1]; ++p) result(i, graph.indices[p]) = graph.data[p];
  return result;
}

}  // namespace

TEST_CASE("the graph joins mutual neighbours and no others") {
  for (std::size_t n : {2, 3, 50, 1300})
    for (std::size_t k : {std::size_t{1}, std::size_t{7}, n - 1}) {
      if (k >= n || k * n > 20000) continue;
      const auto vectors = clustered(n, 9, 1 + n / 10, static_cast<std::uint32_t>(n + k));
      const Lists lists = lists_of(vectors.view(), k);
      const Eigen::MatrixXd w = dense(graph_of(lists));
      Eigen::MatrixXd listed = Eigen::MatrixXd::Zero(n, n), expected = listed;
      for (std::size_t i = 0; i < n * k; ++i) listed(i / k, lists.ids[i]) = 1;
      for (std::size_t i = 0; i < n * k; ++i)
        if (listed(lists.ids[i], i / k) > 0)
          expected(i / k, lists.ids[i]) = std::pow(std::max(lists.similarities[i], 0.0f), 3.0);
      CHECK((w - w.transpose()).cwiseAbs().maxCoeff() == 0);
      CHECK((w - expected).cwiseAbs().maxCoeff() < 1e-7);
      CHECK_NOTHROW(require_graph(graph_of(lists).view(), 2, Control()));
    }
}

TEST_CASE("copies of a vector are joined; vectors that point apart are not") {
  const Lists copies = lists_of(MatrixView{std::vector<float>(12, 0.5f).data(), 3, 4}, 2);
  CHECK(graph_of(copies).indices == std::vector<std::int32_t>{1, 2, 0, 2, 0, 1});
  const std::vector<float> opposite{1, 0, -1, 0};
  const Graph apart = graph_of(lists_of({opposite.data(), 2, 2}, 1));
  CHECK(apart.indptr == std::vector<std::int32_t>{0, 0, 0});
}

TEST_CASE("normalised weights, and isolated vertices") {
  const auto vectors = clustered(300, 12, 40, 5, 1.0f);
  const Graph graph = graph_of(lists_of(vectors.view(), 5));
  const Eigen::MatrixXd w = dense(graph), actual = dense(normalised(graph));
  const Eigen::VectorXd degrees = w.rowwise().sum();
  CHECK(degrees.minCoeff() == 0);
  for (Eigen::Index i = 0; i < w.rows(); ++i)
    for (Eigen::Index j = 0; j < w.rows(); ++j) {
      const double expected = w(i, j) > 0 ? w(i, j) / std::sqrt(degrees(i) * degrees(j)) : 0;
      if (std::abs(actual(i, j) - expected) > 1e-7) FAIL("weight ", i, ", ", j);
    }
}

TEST_CASE("conjugate gradients solve what dense algebra solves") {
  const auto vectors = clustered(400, 16, 30, 6, 0.9f);
  const Graph graph = normalised(graph_of(lists_of(vectors.view(), 8)));
  const std::size_t n = 400;
  std::vector<float> y(n, 1.0f), x(n);
  y[17] = -3;
  for (double alpha : {0.0, 0.5, 0.99}) {
    const Solution solution = solve_laplacian(SlicedMatrix(graph.view(), 2), alpha, y, {1e-10, 1000}, 2, Control(), x);
    CHECK(solution.residual <= 1e-10);
    const Eigen::MatrixXd l = (Eigen::MatrixXd::Identity(n, n) - alpha * dense(graph)) / (1 - alpha);
    const Eigen::VectorXd right = Eigen::Map<Eigen::VectorXf>(y.data(), n).cast<double>();
    const Eigen::VectorXd expected = l.ldlt().solve(right);
    const Eigen::VectorXd actual = Eigen::Map<Eigen::VectorXf>(x.data(), n).cast<double>();
    CHECK((actual - expected).cwiseAbs().maxCoeff() < 1e-6 * expected.cwiseAbs().maxCoeff());
    for (std::size_t i = 0; i < n; ++i)
      if (graph.indptr[i] == graph.indptr[i + 1]) CHECK(x[i] == doctest::Approx((1 - alpha) * y[i]));
  }
}

TEST_CASE("a sliced matrix multiplies as the matrix does, whatever its size") {
  for (std::size_t n : {1, 7, 8, 9, 300, 4095, 4096, 4097, 9001}) {
    Graph matrix{{0}, {}, {}};
    std::vector<float> v(n);
    for (std::size_t i = 0; i < n; ++i) {
      v[i] = static_cast<float>(i % 13) - 6;
      // Rows of 0 to 16 weights; columns ascend.
      for (std::size_t j = 0; j < std::min<std::size_t>(n, i * i % 17); ++j) {
        matrix.indices.push_back(static_cast<std::int32_t>((j * n) / 17));
        matrix.data.push_back(static_cast<float>(i % 5) + static_cast<float>(j) / 8);
      }
      matrix.indptr.push_back(static_cast<std::int32_t>(matrix.indices.size()));
    }
    for (std::size_t threads : {1, 2}) {
      const SlicedMatrix sliced(matrix.view(), threads);
      REQUIRE(sliced.rows() == n);
      REQUIRE(sliced.places() == (n + 7) / 8 * 8);
      std::vector<float> placed(sliced.places(), 0.0f);
      std::vector<bool> seen(n, false);
      for (std::size_t p = 0; p < sliced.places(); ++p)
        if (sliced.row_at(p) >= 0) {
          placed[p] = v[sliced.row_at(p)];
          CHECK(!seen[sliced.row_at(p)]);
          seen[sliced.row_at(p)] = true;
        }
      CHECK(std::count(seen.begin(), seen.end(), true) == static_cast<std::ptrdiff_t>(n));
      for (std::size_t s = 0; s < sliced.slices(); ++s) {
        double products[SlicedMatrix::kRows];
        sliced.multiply(s, placed.data(), products);
        for (std::size_t r = 0; r < SlicedMatrix::kRows; ++r) {
          const std::int32_t row = sliced.row_at(s * SlicedMatrix::kRows + r);
          double expected = 0;
          if (row >= 0)
            for (auto p = matrix.indptr[row]; p < matrix.indptr[row + 1]; ++p)
              expected += static_cast<double>(matrix.data[p]) * v[matrix.indices[p]];
          if (products[r] != expected) FAIL("row ", row, " of ", n, ": ", products[r], " instead of ", expected);
        }
      }
    }
  }
  std::int32_t words[2] = {1, 0};
  const Graph one{{0, 0}, {}, {}};
  CHECK_THROWS_AS(SlicedMatrix(one.view(), 1, Control(words)), Cancelled);
}

TEST_CASE("a solve stops at its iterations, at nothing to solve, and does not depend on threads") {
  const auto vectors = clustered(6000, 8, 200, 7, 1.0f);
  const Graph graph = normalised(graph_of(lists_of(vectors.view(), 20)));
  std::vector<float> y(6000, 1.0f), one(6000), other(6000);
  CHECK(solve_laplacian(SlicedMatrix(graph.view(), 2), 0.99, y, {1e-12, 3}, 1, Control(), one).iterations == 3);
  const Solution first = solve_laplacian(SlicedMatrix(graph.view(), 2), 0.99, y, {1e-6, 1000}, 1, Control(), one);
  CHECK(first.residual <= 1e-6);
  CHECK(first.iterations > 3);
  for (std::size_t threads : {2, 5}) {
    const Solution again =
        solve_laplacian(SlicedMatrix(graph.view(), 2), 0.99, y, {1e-6, 1000}, threads, Control(), other);
    CHECK(again.iterations == first.iterations);
    CHECK(other == one);
  }
  std::fill(y.begin(), y.end(), 0.0f);
  const Solution none = solve_laplacian(SlicedMatrix(graph.view(), 2), 0.99, y, {1e-6, 1000}, 2, Control(), one);
  CHECK(none.iterations == 0);
  CHECK(none.residual == 0);
  CHECK(std::all_of(one.begin(), one.end(), [](float v) { return v == 0; }));
}

TEST_CASE("centrality is what solving for ones gives, in fewer iterations, with any number of threads") {
  const auto vectors = clustered(6000, 8, 200, 7, 1.0f);
  const Graph graph = graph_of(lists_of(vectors.view(), 20)), weights = normalised(graph);
  const std::size_t n = 6000;
  std::vector<float> y(n, 1.0f), expected(n), one(n), other(n);
  solve_laplacian(SlicedMatrix(weights.view(), 2), 0.99, y, {1e-10, 1000}, 2, Control(), expected);
  const Solution plain = solve_laplacian(SlicedMatrix(weights.view(), 2), 0.99, y, {1e-6, 1000}, 2, Control(), one);
  const Solution first =
      katz_centrality(SlicedMatrix(weights.view(), 2), roots_of(graph), 0.99, {1e-6, 1000}, 1, Control(), one);
  CHECK(first.residual <= 1e-6);
  CHECK(first.iterations < plain.iterations);
  for (std::size_t i = 0; i < n; ++i) {
    if (std::abs(one[i] - expected[i]) > 1e-5) FAIL("vertex ", i, ": ", one[i], " instead of ", expected[i]);
    if (graph.indptr[i] == graph.indptr[i + 1]) CHECK(one[i] == doctest::Approx(0.01));
  }
  const Solution again =
      katz_centrality(SlicedMatrix(weights.view(), 2), roots_of(graph), 0.99, {1e-6, 1000}, 3, Control(), other);
  CHECK(again.iterations == first.iterations);
  CHECK(other == one);
}

TEST_CASE("no vertex, and one") {
  const Graph none{{0}, {}, {}}, one{{0, 0}, {}, {}};
  std::vector<float> y{2}, x{9};
  CHECK(solve_laplacian(SlicedMatrix(none.view(), 2), 0.9, {}, {1e-6, 10}, 2, Control(), {}).iterations == 0);
  solve_laplacian(SlicedMatrix(one.view(), 2), 0.75, y, {1e-6, 10}, 2, Control(), x);
  CHECK(x[0] == 0.5f);
  CHECK(katz_centrality(SlicedMatrix(none.view(), 2), {}, 0.9, {1e-6, 10}, 2, Control(), {}).iterations == 0);
  katz_centrality(SlicedMatrix(one.view(), 2), roots_of(one), 0.75, {1e-6, 10}, 2, Control(), x);
  CHECK(x[0] == 0.25f);
  CHECK(graph_of({{}, {}, 1, 0}) == one);
}

TEST_CASE("what is not a graph is refused before it is read") {
  const Graph good{{0, 1, 2}, {1, 0}, {0.5f, 0.5f}};
  CHECK_NOTHROW(require_graph(good.view(), 1, Control()));
  const auto refused = [&](auto&& spoil) {
    Graph bad = good;
    spoil(bad);
    CHECK_THROWS_AS(require_graph(bad.view(), 1, Control()), InvalidArgument);
  };
  refused([](Graph& g) { g.indptr = {0, 1, 3}; });
  refused([](Graph& g) { g.indptr = {0, 3, 2}; });
  refused([](Graph& g) { g.indptr = {1, 1, 2}; });
  refused([](Graph& g) { g.indices = {1, 2}; });
  refused([](Graph& g) { g.indices = {-1, 0}; });
  refused([](Graph& g) { g.indices = {0, 0}; });
  refused([](Graph& g) { g.data = {0.5f, 0.25f}; });
  refused([](Graph& g) { g.data = {0, 0}; });
  refused([](Graph& g) { g.indptr = {0, 1, 1}, g.indices = {1}, g.data = {0.5f}; });

  std::vector<float> y(2, 1.0f), x(2);
  Graph outside = good;
  outside.indices[0] = 7;
  CHECK_THROWS_AS(solve_laplacian(SlicedMatrix(outside.view(), 1), 0.9, y, {1e-6, 10}, 1, Control(), x),
                  InvalidArgument);
  y[1] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(solve_laplacian(SlicedMatrix(good.view(), 1), 0.9, y, {1e-6, 10}, 1, Control(), x), InvalidArgument);

  Lists lists{{1, 0}, {0.5f, 0.5f}, 2, 1};
  std::vector<std::int32_t> indptr(3), indices(2), wrong{0, 0, 2};
  std::vector<float> data(2);
  CHECK_THROWS_AS(mutual_edges(lists.view(), 3, 1, Control(), wrong, indices, data), InvalidArgument);
  lists.ids[0] = 2;
  CHECK_THROWS_AS(mutual_rows(lists.view(), 3, 2, Control(), indptr), InvalidArgument);
  lists = {{1, 0}, {1e30f, 1e30f}, 2, 1};
  CHECK_THROWS_AS(mutual_rows(lists.view(), 3, 2, Control(), indptr), InvalidArgument);
}

TEST_CASE("a solve stops when asked to") {
  const Graph graph = normalised(graph_of(lists_of(clustered(500, 8, 5, 1).view(), 10)));
  std::vector<float> y(500, 1.0f), x(500);
  std::int32_t words[2] = {1, 0};
  const SlicedMatrix sliced(graph.view(), 2);
  CHECK_THROWS_AS(solve_laplacian(sliced, 0.99, y, {0, 1000}, 2, Control(words), x), Cancelled);
}

TEST_CASE("a solve for which no residual is small enough ends where float32 does") {
  const Graph graph = normalised(graph_of(lists_of(clustered(500, 8, 5, 1).view(), 10)));
  const SlicedMatrix sliced(graph.view(), 2);
  std::vector<float> y(500, 1.0f), x(500), expected(500);
  solve_laplacian(sliced, 0.99, y, {1e-10, 1000}, 2, Control(), expected);
  solve_laplacian(sliced, 0.99, y, {0, 5000}, 2, Control(), x);
  for (std::size_t i = 0; i < 500; ++i) CHECK(x[i] == doctest::Approx(expected[i]).epsilon(1e-6));
}

TEST_CASE("a solve stops in the middle") {
  const Graph graph = normalised(graph_of(lists_of(clustered(20000, 8, 500, 1).view(), 10)));
  const SlicedMatrix sliced(graph.view(), 2);
  std::vector<float> y(20000, 1.0f), x(20000);
  for (std::size_t threads : {1, 2}) {
    std::int32_t words[2] = {0, 0};
    std::thread stop([&] {
      while (std::atomic_ref<std::int32_t>(words[1]).load() == 0) std::this_thread::yield();
      std::atomic_ref<std::int32_t>(words[0]).store(1);
    });
    const auto solve_for_ever = [&] {
      for (;;) solve_laplacian(sliced, 0.99, y, {1e-30, 1000}, threads, Control(words), x);
    };
    CHECK_THROWS_AS(solve_for_ever(), Cancelled);
    stop.join();
  }
}

namespace {

Graph across_images(const Graph& graph, const ImageRegions& regions, double theta, std::size_t threads = 2) {
  Graph result{std::vector<std::int32_t>(graph.indptr.size()), std::vector<std::int32_t>(graph.indices.size()),
               std::vector<float>(graph.data.size())};
  cross_image_edges(graph.view(), regions, theta, threads, Control(), result.indptr, result.indices, result.data);
  result.indices.resize(result.indptr.back());
  result.data.resize(result.indptr.back());
  return result;
}

}  // namespace

TEST_CASE("from image to image only nearest regions are tied, as far as they are salient and unlike themselves") {
  constexpr std::size_t n = 400, per_image = 5;
  const auto vectors = clustered(n, 9, 20, 3);
  const Graph graph = graph_of(lists_of(vectors.view(), 30));
  std::vector<std::int32_t> owner(n);
  std::vector<float> saliency(n), self(n);
  for (std::size_t i = 0; i < n; ++i) {
    // Images in no order, as owners need not be.
    owner[i] = static_cast<std::int32_t>(i * 7 % (n / per_image));
    saliency[i] = static_cast<float>(i * 31 % 97) / 50;
    self[i] = static_cast<float>(i * 17 % 89) / 80 - 0.1f;
  }
  const double theta = 3;
  const Graph across = across_images(graph, {owner, saliency, self}, theta);
  const Eigen::MatrixXd w = dense(graph), found = dense(across);
  std::vector<double> most(n / per_image);
  for (std::size_t i = 0; i < n; ++i) most[owner[i]] = std::max<double>(most[owner[i]], saliency[i]);
  // The heaviest edge of i to a region of j's image.
  const auto heaviest = [&](std::size_t i, std::size_t j) {
    double best = 0;
    for (std::size_t other = 0; other < n; ++other)
      if (owner[other] == owner[j]) best = std::max(best, w(i, other));
    return best;
  };
  const auto trust = [&](std::size_t i) {
    return saliency[i] / most[owner[i]] * (1 - std::min(1.0, std::max<double>(0, self[i])));
  };
  std::size_t kept = 0, left_out = 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      if (!(w(i, j) > 0)) {
        CHECK(found(i, j) == 0);
        continue;
      }
      const bool nearest = owner[i] != owner[j] && w(i, j) == heaviest(i, j) && w(i, j) == heaviest(j, i);
      const double weight = nearest ? w(i, j) * std::pow(trust(i) * trust(j), theta / 2) : 0;
      CHECK(found(i, j) == doctest::Approx(weight).epsilon(1e-6));
      CHECK(found(i, j) == found(j, i));
      ++(nearest ? kept : left_out);
    }
  CHECK(kept > n);
  CHECK(left_out > n);
  CHECK(across_images(graph, {owner, saliency, self}, theta, 1) ==
        across_images(graph, {owner, saliency, self}, theta, 3));
  // Without likenesses nothing is taken off.
  CHECK(across_images(graph, {owner, saliency, {}}, theta) ==
        across_images(graph, {owner, saliency, std::vector<float>(n)}, theta));
  // What one image alone shows recurs nowhere; what is not salient, or like itself altogether, does not count.
  CHECK(across_images(graph, {std::vector<std::int32_t>(n, 4), saliency, self}, theta).data.empty());
  CHECK(across_images(graph, {owner, std::vector<float>(n), self}, theta).data.empty());
  CHECK(across_images(graph, {owner, saliency, std::vector<float>(n, 1)}, theta).data.empty());
  CHECK_THROWS_AS(across_images(graph, {owner, std::vector<float>(n, -1.0f), self}, theta), InvalidArgument);
  CHECK_THROWS_AS(across_images(graph, {owner, saliency, std::vector<float>(n, NAN)}, theta), InvalidArgument);
}
