#include "bindings/job.h"
#include "bindings/stages.h"
#include "kernels/conjugate_gradients.h"
#include "kernels/mutual_graph.h"

namespace leitmotif::bindings {

namespace {

constexpr std::size_t kMostRows = (std::size_t{1} << 31) - 1;

// A graph as JavaScript holds it for solving on it.
struct SolvableGraph {
  SlicedMatrix matrix;       // its normalised weights
  std::vector<float> roots;  // square roots of its degrees

  static constexpr napi_type_tag kTag{0x6c6d736f6c766162, 0x6c65677261706801};
};

NeighbourLists neighbour_lists(Arguments& args, std::size_t ids, std::size_t similarities, std::size_t rows,
                               std::size_t k) {
  const std::size_t n = args.size(rows, "rows", 0, kMostRows), columns = args.size(k, "k", 0, kMostRows);
  return {args.i32(ids, "ids", n * columns), args.f32(similarities, "similarities", n * columns), n, columns};
}

SparseView sparse(Arguments& args, std::size_t indptr, std::size_t indices, std::size_t data) {
  const SparseView matrix{args.i32(indptr, "indptr"), args.i32(indices, "indices"), args.f32(data, "data")};
  if (matrix.indptr.empty()) Arguments::fail("indptr", "must hold one value more than there are rows, got none");
  return matrix;
}

std::size_t threads(Arguments& args, std::size_t index) {
  return args.size(index, "threads", 1, 1024);
}

// mutualRows(ids, similarities, rows, k, beta, threads, indptr, control)
Napi::Value rows(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const NeighbourLists lists = neighbour_lists(args, 0, 1, 2, 3);
  const double beta = args.number(4, "beta", 0);
  const std::size_t team = threads(args, 5);
  const auto indptr = args.i32(6, "indptr", lists.rows + 1);
  args.distinct(indptr, "indptr", lists.ids, "ids");
  args.distinct(indptr, "indptr", lists.similarities, "similarities");
  const Control control = args.control(7);
  return perform(args, args.asynchronous(7), [=] { mutual_rows(lists, beta, team, control, indptr); });
}

// mutualEdges(ids, similarities, rows, k, beta, threads, indptr, indices, data, control)
Napi::Value edges(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const NeighbourLists lists = neighbour_lists(args, 0, 1, 2, 3);
  const double beta = args.number(4, "beta", 0);
  const std::size_t team = threads(args, 5);
  const auto indptr = args.i32(6, "indptr", lists.rows + 1);
  const auto indices = args.i32(7, "indices");
  const auto data = args.f32(8, "data", indices.size());
  const auto apart = [&](auto output, const char* name) {
    args.distinct(output, name, lists.ids, "ids");
    args.distinct(output, name, lists.similarities, "similarities");
    args.distinct(output, name, indptr, "indptr");
  };
  apart(indices, "indices");
  apart(data, "data");
  args.distinct(indices, "indices", data, "data");
  const Control control = args.control(9);
  return perform(args, args.asynchronous(9), [=] { mutual_edges(lists, beta, team, control, indptr, indices, data); });
}

// crossImageEdges(indptr, indices, data, owner, saliency, selfSimilarity or undefined, theta, threads, indptrOut,
//   indicesOut, dataOut, control) : outputs as large as inputs, of which the first indptrOut[rows] hold edges
Napi::Value cross_image(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const SparseView graph = sparse(args, 0, 1, 2);
  const auto owner = args.i32(3, "owner", graph.rows());
  const auto saliency = args.f32(4, "saliency", graph.rows());
  const auto self = args.optional_f32(5, "selfSimilarity", graph.rows());
  const double theta = args.number(6, "theta", 0);
  const std::size_t team = threads(args, 7);
  const auto indptr = args.i32(8, "indptrOut", graph.indptr.size());
  const auto indices = args.i32(9, "indicesOut", graph.stored());
  const auto data = args.f32(10, "dataOut", graph.stored());
  const auto apart = [&](auto output, const char* name) {
    args.distinct(output, name, graph.indptr, "indptr");
    args.distinct(output, name, graph.indices, "indices");
    args.distinct(output, name, graph.data, "data");
    args.distinct(output, name, owner, "owner");
    args.distinct(output, name, saliency, "saliency");
    args.distinct(output, name, self, "selfSimilarity");
  };
  apart(indptr, "indptrOut");
  apart(indices, "indicesOut");
  apart(data, "dataOut");
  args.distinct(indptr, "indptrOut", indices, "indicesOut");
  args.distinct(indptr, "indptrOut", data, "dataOut");
  args.distinct(indices, "indicesOut", data, "dataOut");
  const ImageRegions regions{owner, saliency, self};
  const Control control = args.control(11);
  return perform(args, args.asynchronous(11),
                 [=] { cross_image_edges(graph, regions, theta, team, control, indptr, indices, data); });
}

// checkGraph(indptr, indices, data, threads, control)
Napi::Value check(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const SparseView graph = sparse(args, 0, 1, 2);
  const std::size_t team = threads(args, 3);
  const Control control = args.control(4);
  return perform(args, args.asynchronous(4), [=] { require_graph(graph, team, control); });
}

// normaliseGraph(indptr, indices, data, threads, out, control) : out as data
Napi::Value normalise(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const SparseView graph = sparse(args, 0, 1, 2);
  const std::size_t team = threads(args, 3);
  const auto out = args.f32(4, "out", graph.stored());
  args.distinct(out, "out", graph.indptr, "indptr");
  args.distinct(out, "out", graph.indices, "indices");
  args.distinct(out, "out", graph.data, "data");
  const Control control = args.control(5);
  return perform(args, args.asynchronous(5), [=] { normalise_graph(graph, team, control, out); });
}

Stop stop_at(Arguments& args, std::size_t tolerance, std::size_t iterations) {
  return {args.number(tolerance, "tolerance", 0), args.size(iterations, "maxIterations")};
}

double alpha_of(Arguments& args, std::size_t index) {
  const double alpha = args.number(index, "alpha", 0, 1);
  if (alpha == 1) Arguments::fail("alpha", "must be below 1");
  return alpha;
}

// Solves, and returns { iterations, residual }.
template <class Solve>
Napi::Value solved(Arguments& args, std::size_t control, Solve solve) {
  const auto solution = std::make_shared<Solution>();
  return perform(
      args, args.asynchronous(control), [=] { *solution = solve(); },
      [solution](Napi::Env env) -> Napi::Value {
        Napi::Object result = Napi::Object::New(env);
        result.Set("iterations", Napi::Number::New(env, static_cast<double>(solution->iterations)));
        result.Set("residual", Napi::Number::New(env, solution->residual));
        return result;
      });
}

// packGraph(indptr, indices, data, normalised, threads, control) -> the graph as solves take it, a copy
Napi::Value pack(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const SparseView graph = sparse(args, 0, 1, 2);
  const SparseView normalised{graph.indptr, graph.indices, args.f32(3, "normalised", graph.stored())};
  const std::size_t team = threads(args, 4);
  const Control control = args.control(5);
  const auto packed = std::make_shared<std::unique_ptr<SolvableGraph>>();
  return perform(
      args, args.asynchronous(5),
      [=] {
        std::vector<float> roots(graph.rows());
        degree_roots(graph, team, control.part(0, 0.2), roots);
        *packed = std::make_unique<SolvableGraph>(
            SolvableGraph{SlicedMatrix(normalised, team, control.part(0.2, 1)), std::move(roots)});
      },
      [=](Napi::Env env) {
        auto value = Napi::External<SolvableGraph>::New(env, packed->release(),
                                                        [](Napi::Env, SolvableGraph* held) { delete held; });
        value.TypeTag(&SolvableGraph::kTag);
        return value;
      });
}

// solveLaplacian(packed, alpha, y, tolerance, maxIterations, threads, out, control) -> { iterations, residual }
Napi::Value solve(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const SolvableGraph* graph = &args.external<SolvableGraph>(0, "packed", SolvableGraph::kTag);
  const double alpha = alpha_of(args, 1);
  const auto y = args.f32(2, "y", graph->matrix.rows());
  const Stop stop = stop_at(args, 3, 4);
  const std::size_t team = threads(args, 5);
  const auto out = args.f32(6, "out", graph->matrix.rows());
  args.distinct(out, "out", y, "y");
  const Control control = args.control(7);
  return solved(args, 7, [=] { return solve_laplacian(graph->matrix, alpha, y, stop, team, control, out); });
}

// katzCentrality(packed, alpha, tolerance, maxIterations, threads, out, control) -> { iterations, residual }
Napi::Value centrality(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const SolvableGraph* graph = &args.external<SolvableGraph>(0, "packed", SolvableGraph::kTag);
  const double alpha = alpha_of(args, 1);
  const Stop stop = stop_at(args, 2, 3);
  const std::size_t team = threads(args, 4);
  const auto out = args.f32(5, "out", graph->matrix.rows());
  const Control control = args.control(6);
  return solved(args, 6, [=] { return katz_centrality(graph->matrix, graph->roots, alpha, stop, team, control, out); });
}

}  // namespace

void define_graph(Napi::Object& exports) {
  define(exports, "mutualRows", rows);
  define(exports, "mutualEdges", edges);
  define(exports, "crossImageEdges", cross_image);
  define(exports, "checkGraph", check);
  define(exports, "normaliseGraph", normalise);
  define(exports, "packGraph", pack);
  define(exports, "solveLaplacian", solve);
  define(exports, "katzCentrality", centrality);
}

}  // namespace leitmotif::bindings
