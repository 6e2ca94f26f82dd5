#include "bindings/job.h"
#include "bindings/stages.h"
#include "kernels/cross_match.h"
#include "kernels/generalised_max_pooling.h"
#include "kernels/region_reduction.h"

namespace leitmotif::bindings {

namespace {

ImageRegions image_regions(Arguments& args, std::size_t data, std::size_t rows, std::size_t columns,
                           std::size_t starts) {
  const std::size_t n = args.size(rows, "rows", 0, (std::size_t{1} << 31) - 1);
  const std::size_t d = args.size(columns, "columns", 1, 1 << 20);
  const auto first = args.i32(starts, "starts");
  if (first.empty()) Arguments::fail("starts", "must hold one value more than there are images");
  return {{args.f32(data, "vectors", n * d).data(), n, d}, first};
}

std::size_t threads(Arguments& args, std::size_t index) {
  return args.size(index, "threads", 1, 1024);
}

// crossMatch(query, queryRows, vectors, rows, columns, starts, threads, scores, best, control)
Napi::Value match(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const ImageRegions database = image_regions(args, 2, 3, 4, 5);
  const std::size_t parts = args.size(1, "queryRows", 1, 1 << 20), d = database.vectors.columns;
  const MatrixView query{args.f32(0, "query", parts * d).data(), parts, d};
  const std::size_t team = threads(args, 6);
  const auto scores = args.f32(7, "scores", database.images());
  const auto best = args.i32(8, "best", database.images());
  args.distinct(scores, "scores", database.vectors.values(), "vectors");
  args.distinct(scores, "scores", query.values(), "query");
  args.distinct(best, "best", database.starts, "starts");
  args.distinct(best, "best", scores, "scores");
  const Control control = args.control(9);
  return perform(args, args.asynchronous(9), [=] { cross_match(query, database, team, control, scores, best); });
}

// generalisedMaxPooling(vectors, rows, columns, starts, lambda, threads, weights, control)
Napi::Value pooling(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const ImageRegions regions = image_regions(args, 0, 1, 2, 3);
  const double lambda = args.number(4, "lambda", 1e-9);
  const std::size_t team = threads(args, 5);
  const auto weights = args.f32(6, "weights", regions.vectors.rows);
  args.distinct(weights, "weights", regions.vectors.values(), "vectors");
  const Control control = args.control(7);
  return perform(args, args.asynchronous(7), [=] { generalised_max_pooling(regions, lambda, team, control, weights); });
}

// reducedStarts(vectors, rows, columns, starts, count, out) : out (images + 1)
Napi::Value starts_of_reduced(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const ImageRegions regions = image_regions(args, 0, 1, 2, 3);
  const std::size_t count = args.size(4, "count", 1);
  const auto out = args.i32(5, "out", regions.starts.size());
  args.distinct(out, "out", regions.starts, "starts");
  return perform(args, false, [=] { reduced_starts(regions, count, out); });
}

// reduceRegions(vectors, rows, columns, starts, reducedStarts, iterations, threads, out, control)
Napi::Value reduce(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const ImageRegions regions = image_regions(args, 0, 1, 2, 3);
  const auto starts = args.i32(4, "reducedStarts", regions.starts.size());
  const std::size_t iterations = args.size(5, "iterations", 1, 1 << 20);
  const std::size_t team = threads(args, 6);
  const auto out = args.f32(7, "out");
  if (out.size() % regions.vectors.columns) Arguments::fail("out", "must hold whole rows");
  args.distinct(out, "out", regions.vectors.values(), "vectors");
  const Control control = args.control(8);
  return perform(args, args.asynchronous(8), [=] { reduce_regions(regions, starts, iterations, team, control, out); });
}

}  // namespace

void define_regional(Napi::Object& exports) {
  define(exports, "crossMatch", match);
  define(exports, "generalisedMaxPooling", pooling);
  define(exports, "reducedStarts", starts_of_reduced);
  define(exports, "reduceRegions", reduce);
}

}  // namespace leitmotif::bindings
