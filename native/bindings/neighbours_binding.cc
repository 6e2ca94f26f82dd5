#include <memory>

#include "bindings/job.h"
#include "bindings/neighbour_index.h"
#include "bindings/stages.h"
#include "kernels/clustered_index.h"
#include "kernels/hnsw_neighbours.h"
#include "kernels/neighbours.h"
#include "kernels/quantised_neighbours.h"
#include "kernels/ranking.h"

namespace leitmotif::bindings {

namespace {

constexpr std::size_t kMostRows = (std::size_t{1} << 31) - 1, kMostColumns = 1 << 20;

// What all ways of searching take: queries, q, vectors, n, d, k, excludeSelf, threads, ids (q k), similarities (q k).
struct Search {
  explicit Search(Arguments& args)
      : count(args.size(1, "queries' rows", 0, kMostRows)),
        dimensions(args.size(4, "columns", 1, kMostColumns)),
        queries{args.f32(0, "queries", count * dimensions).data(), count, dimensions},
        k(args.size(5, "k", 0, kMostRows)),
        exclude_self(args.boolean(6, "excludeSelf")),
        threads(args.size(7, "threads", 1, 1024)),
        ids(args.i32(8, "ids", count * k)),
        similarities(args.f32(9, "similarities", count * k)) {
    const std::size_t rows = args.size(3, "vectors' rows", 0, kMostRows);
    vectors = {args.f32(2, "vectors", rows * dimensions).data(), rows, dimensions};
    for (const MatrixView& read : {queries, vectors}) {
      args.distinct(ids, "ids", read.values(), "what is searched");
      args.distinct(similarities, "similarities", read.values(), "what is searched");
    }
    args.distinct(ids, "ids", similarities, "similarities");
  }

  std::size_t count, dimensions;
  MatrixView queries, vectors;
  std::size_t k;
  bool exclude_self;
  std::size_t threads;
  std::span<std::int32_t> ids;
  std::span<float> similarities;
};

// exactNeighbours(..., control)
Napi::Value exact(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const Search s(args);
  const Control control = args.control(10);
  return perform(args, args.asynchronous(10), [=] {
    neighbours(s.queries, s.vectors, s.k, s.exclude_self, s.threads, control, s.ids, s.similarities);
  });
}

// quantisedNeighbours(..., control), queries the same as vectors
Napi::Value quantised(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const Search s(args);
  const Control control = args.control(10);
  return perform(args, args.asynchronous(10), [=] {
    if (s.queries.data != s.vectors.data || s.queries.rows != s.vectors.rows)
      throw InvalidArgument("quantised search is for vectors among themselves");
    quantised_neighbours(s.vectors, s.k, s.exclude_self, s.threads, control, s.ids, s.similarities);
  });
}

// hnsw, recall, seed from `first` on.
struct Approximation {
  bool hnsw;
  ClusteredOptions options;

  Approximation(Arguments& args, std::size_t first)
      : hnsw(args.boolean(first, "hnsw")), options{args.number(first + 1, "recall", 0), args.size(first + 2, "seed")} {}
};

// approximateNeighbours(..., hnsw, recall, seed, control) : by a small-world graph, which has no recall, or by clusters
Napi::Value approximate(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const Search s(args);
  const Approximation way(args, 10);
  const Control control = args.control(13);
  return perform(args, args.asynchronous(13), [=] {
    if (way.hnsw)
      hnsw_neighbours(s.queries, s.vectors, s.k, s.exclude_self, way.options.seed, s.threads, control, s.ids,
                      s.similarities);
    else
      clustered_neighbours(s.queries, s.vectors, s.k, s.exclude_self, way.options, s.threads, control, s.ids,
                           s.similarities);
  });
}

// buildIndex(vectors, rows, columns, k, hnsw, recall, seed, threads, control) -> the index, which keeps the vectors
Napi::Value build_index(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const std::size_t n = args.size(1, "rows", 1, kMostRows), d = args.size(2, "columns", 1, kMostColumns);
  const MatrixView vectors{args.f32(0, "vectors", n * d).data(), n, d};
  const std::size_t k = args.size(3, "k", 1, kMostRows);
  const Approximation way(args, 4);
  const std::size_t threads = args.size(7, "threads", 1, 1024);
  const Control control = args.control(8);
  const auto built = std::make_shared<std::unique_ptr<NeighbourIndex>>();
  const auto kept = std::make_shared<Napi::ObjectReference>(Napi::Persistent(info[0].As<Napi::Object>()));
  return perform(
      args, args.asynchronous(8),
      [=] {
        std::unique_ptr<const VectorIndex> index;
        if (way.hnsw)
          index = std::make_unique<HnswIndex>(vectors, k, way.options.seed, threads, control);
        else
          index = std::make_unique<ClusteredIndex>(vectors, k, way.options, threads, control);
        *built = std::make_unique<NeighbourIndex>(std::move(index));
      },
      [=](Napi::Env env) {
        (*built)->vectors = std::move(*kept);
        auto value = Napi::External<NeighbourIndex>::New(env, built->release(),
                                                         [](Napi::Env, NeighbourIndex* index) { delete index; });
        value.TypeTag(&NeighbourIndex::kTag);
        return value;
      });
}

// searchIndex(index, queries, rows, k, threads, ids, similarities, control)
Napi::Value search_index(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const VectorIndex* index = args.external<NeighbourIndex>(0, "index", NeighbourIndex::kTag).index.get();
  const std::size_t rows = args.size(2, "rows", 0, kMostRows), k = args.size(3, "k", 0, kMostRows);
  const std::size_t d = index->vectors().columns;
  const MatrixView queries{args.f32(1, "queries", rows * d).data(), rows, d};
  const std::size_t threads = args.size(4, "threads", 1, 1024);
  const auto ids = args.i32(5, "ids", rows * k);
  const auto similarities = args.f32(6, "similarities", rows * k);
  args.distinct(ids, "ids", queries.values(), "queries");
  args.distinct(similarities, "similarities", queries.values(), "queries");
  args.distinct(ids, "ids", similarities, "similarities");
  const Control control = args.control(7);
  return perform(args, args.asynchronous(7),
                 [=] { index->search(queries, k, false, threads, control, ids, similarities); });
}

// rank(scores, exclude, ids, control) -> how many there are
Napi::Value ranking(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const auto scores = args.f32(0, "scores");
  const auto exclude = args.i32(1, "exclude");
  const auto ids = args.i32(2, "ids");
  args.distinct(ids, "ids", scores, "scores");
  args.distinct(ids, "ids", exclude, "exclude");
  const auto count = std::make_shared<std::size_t>();
  return perform(
      args, args.asynchronous(3), [=] { *count = rank(scores, exclude, ids); },
      [count](Napi::Env env) -> Napi::Value { return Napi::Number::New(env, static_cast<double>(*count)); });
}

// clusteredIsCheaper(queries, vectors, k, symmetric, oneByOne) -> boolean
Napi::Value cheaper(const Napi::CallbackInfo& info) {
  Arguments args(info);
  // Queries may come in many calls, so there is no limit on them here.
  const std::size_t queries = args.size(0, "queries"), vectors = args.size(1, "vectors", 0, kMostRows);
  const std::size_t k = args.size(2, "k", 0, kMostRows);
  return Napi::Boolean::New(
      info.Env(), clustered_is_cheaper(queries, vectors, k, args.boolean(3, "symmetric"), args.boolean(4, "oneByOne")));
}

}  // namespace

void define_neighbours(Napi::Object& exports) {
  define(exports, "exactNeighbours", exact);
  define(exports, "approximateNeighbours", approximate);
  define(exports, "quantisedNeighbours", quantised);
  define(exports, "buildIndex", build_index);
  define(exports, "searchIndex", search_index);
  define(exports, "clusteredIsCheaper", cheaper);
  define(exports, "rank", ranking);
}

}  // namespace leitmotif::bindings
