#include <cmath>
#include <memory>

#include "bindings/job.h"
#include "bindings/stages.h"
#include "kernels/chance.h"
#include "kernels/region_groups.h"

namespace leitmotif::bindings {

namespace {

// chanceSimilarity(vectors, rows, columns, owner, falseEdges, samples, seed, control) -> { dimensions, threshold }
Napi::Value chance(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const std::size_t n = args.size(1, "rows", 0, std::size_t{1} << 31), d = args.size(2, "columns", 1, 1 << 20);
  const MatrixView vectors{args.f32(0, "vectors", n * d).data(), n, d};
  const auto owner = args.i32(3, "owner", n);
  const double false_edges = args.number(4, "falseEdges", 0);
  const std::size_t samples = args.size(5, "samples", 1);
  const auto seed = static_cast<std::uint32_t>(args.size(6, "seed", 0, UINT32_MAX));
  const Control control = args.control(7);
  struct Found {
    double dimensions, threshold;
  };
  auto found = std::make_shared<Found>();
  return perform(
      args, args.asynchronous(7),
      [=] {
        const Chance null = chance_similarity(vectors, owner, samples, seed, control);
        found->dimensions = null.dimensions;
        // Without a negative pair, or with fewer pairs than edges allowed, nothing is known of chance: no edge is sure.
        const double share = null.pairs > 0 ? std::min(0.5, false_edges / null.pairs) : 0;
        found->threshold = null.dimensions >= 2 && share > 0 ? chance_quantile(null.dimensions, share) : 1;
      },
      [found](Napi::Env env) {
        Napi::Object result = Napi::Object::New(env);
        result.Set("dimensions", found->dimensions);
        result.Set("threshold", found->threshold);
        return result;
      });
}

template <class Array, class T>
Array typed(Napi::Env env, const std::vector<T>& values) {
  Array array = Array::New(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

// groupRegions(indptr, indices, data, owner, centrality, saliency?, selfSimilarity?, beta, leastSimilarity, margin,
//   theta, resolution, minPhotos, minScore, maxIterations, seed, control) -> { members, starts, photos, score }
Napi::Value group(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const auto indptr = args.i32(0, "indptr");
  if (indptr.empty()) Arguments::fail("indptr", "must hold a value more than the graph has rows");
  const auto indices = args.i32(1, "indices");
  const SparseView graph{indptr, indices, args.f32(2, "data", indices.size())};
  const std::size_t n = graph.rows();
  const RegionTies ties{graph, args.i32(3, "owner", n), args.f32(4, "centrality", n),
                        args.optional_f32(5, "saliency", n), args.optional_f32(6, "selfSimilarity", n)};
  const GroupOptions options{args.number(7, "beta", 1e-3),
                             args.number(8, "leastSimilarity", 0),
                             args.number(9, "margin"),
                             args.number(10, "theta", 0),
                             args.number(11, "resolution", 0),
                             args.size(12, "minPhotos", 2),
                             args.number(13, "minScore", 0),
                             static_cast<int>(args.size(14, "maxIterations", 1, 1000)),
                             static_cast<std::uint32_t>(args.size(15, "seed", 0, UINT32_MAX))};
  const Control control = args.control(16);
  auto groups = std::make_shared<RegionGroups>();
  return perform(
      args, args.asynchronous(16), [=] { *groups = group_regions(ties, options, control); },
      [groups](Napi::Env env) {
        Napi::Object result = Napi::Object::New(env);
        result.Set("members", typed<Napi::Int32Array>(env, groups->members));
        result.Set("starts", typed<Napi::Int32Array>(env, groups->starts));
        result.Set("photos", typed<Napi::Int32Array>(env, groups->photos));
        result.Set("score", typed<Napi::Float64Array>(env, groups->score));
        return result;
      });
}

}  // namespace

void define_objects(Napi::Object& exports) {
  define(exports, "chanceSimilarity", chance);
  define(exports, "groupRegions", group);
}

}  // namespace leitmotif::bindings
