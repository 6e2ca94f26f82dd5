#include "bindings/job.h"
#include "bindings/stages.h"
#include "kernels/strongest_paths.h"
#include "kernels/truncated_diffusion.h"

namespace leitmotif::bindings {

namespace {

SparseView sparse(Arguments& args, std::size_t indptr, std::size_t indices, std::size_t data) {
  const SparseView matrix{args.i32(indptr, "indptr"), args.i32(indices, "indices"), args.f32(data, "data")};
  if (matrix.indptr.empty()) Arguments::fail("indptr", "must hold one value more than there are rows, got none");
  return matrix;
}

double alpha_of(Arguments& args, std::size_t index) {
  const double alpha = args.number(index, "alpha", 0, 1);
  if (alpha == 1) Arguments::fail("alpha", "must be below 1");
  return alpha;
}

Stop stop_of(Arguments& args, std::size_t tolerance, std::size_t iterations) {
  return {args.number(tolerance, "tolerance", 0), args.size(iterations, "maxIterations")};
}

// solveTruncated(indptr, indices, data, ids, alpha, y, tolerance, maxIterations, threads, out, control)
Napi::Value truncated(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const SparseView graph = sparse(args, 0, 1, 2);
  const auto ids = args.i32(3, "ids");
  const double alpha = alpha_of(args, 4);
  const auto y = args.f32(5, "y", ids.size());
  const Stop stop = stop_of(args, 6, 7);
  const std::size_t team = args.size(8, "threads", 1, 1024);
  const auto out = args.f32(9, "out", ids.size());
  args.distinct(out, "out", y, "y");
  args.distinct(out, "out", ids, "ids");
  args.distinct(out, "out", graph.data, "data");
  const Control control = args.control(10);
  return perform(args, args.asynchronous(10), [=] { solve_truncated(graph, ids, alpha, y, stop, team, control, out); });
}

// strongestPaths(indptr, indices, data, alpha, y, targets, before, control) : before (vertices)
Napi::Value paths(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const SparseView graph = sparse(args, 0, 1, 2);
  const double alpha = alpha_of(args, 3);
  const auto y = args.f32(4, "y", graph.rows());
  const auto targets = args.i32(5, "targets");
  const auto before = args.i32(6, "before", graph.rows());
  args.distinct(before, "before", y, "y");
  args.distinct(before, "before", targets, "targets");
  args.distinct(before, "before", graph.indices, "indices");
  args.distinct(before, "before", graph.indptr, "indptr");
  const Control control = args.control(7);
  return perform(args, args.asynchronous(7), [=] { strongest_paths(graph, alpha, y, targets, control, before); });
}

// offlineDiffusion(indptr, indices, data, vertices, balls, reach, alpha, tolerance, maxIterations, threads, ids,
// values,
//                  keep, control) : ids, values (vertices * keep)
Napi::Value offline(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const SparseView graph = sparse(args, 0, 1, 2);
  const auto vertices = args.i32(3, "vertices");
  const std::size_t reach = args.size(5, "reach", 1, (std::size_t{1} << 31) - 1);
  const auto balls = args.i32(4, "balls", vertices.size() * reach);
  const double alpha = alpha_of(args, 6);
  const Stop stop = stop_of(args, 7, 8);
  const std::size_t team = args.size(9, "threads", 1, 1024);
  const std::size_t keep = args.size(12, "keep", 1, (std::size_t{1} << 31) - 1);
  const auto ids = args.i32(10, "ids", vertices.size() * keep);
  const auto values = args.f32(11, "values", vertices.size() * keep);
  args.distinct(ids, "ids", vertices, "vertices");
  args.distinct(ids, "ids", balls, "balls");
  args.distinct(ids, "ids", values, "values");
  args.distinct(ids, "ids", graph.indptr, "indptr");
  args.distinct(ids, "ids", graph.indices, "indices");
  args.distinct(values, "values", graph.data, "data");
  const Control control = args.control(13);
  return perform(args, args.asynchronous(13), [=] {
    offline_diffusion(graph, vertices, balls, reach, alpha, stop, team, control, {ids, values, keep});
  });
}

}  // namespace

void define_truncated_diffusion(Napi::Object& exports) {
  define(exports, "solveTruncated", truncated);
  define(exports, "strongestPaths", paths);
  define(exports, "offlineDiffusion", offline);
}

}  // namespace leitmotif::bindings
