#include "bindings/job.h"
#include "bindings/stages.h"
#include "kernels/whitening.h"

namespace leitmotif::bindings {

namespace {

MatrixView matrix(Arguments& args, std::size_t data, std::size_t count, std::size_t channels) {
  const std::size_t n = args.size(count, "rows", 0, std::size_t{1} << 31);
  const std::size_t c = args.size(channels, "columns", 1, 1 << 20);
  return {args.f32(data, "vectors", n * c).data(), n, c};
}

WhiteningOut learnt(Arguments& args, std::size_t mean, std::size_t projection, MatrixView from) {
  const WhiteningOut out{args.f32(mean, "mean", from.columns), args.f32(projection, "projection")};
  const std::size_t rows = out.projection.size() / from.columns;
  if (rows < 1 || rows > from.columns || rows * from.columns != out.projection.size())
    Arguments::fail("projection", "must hold 1 to " + std::to_string(from.columns) + " rows of " +
                                      std::to_string(from.columns) + " values");
  args.distinct(out.mean, "mean", from.values(), "vectors");
  args.distinct(out.projection, "projection", from.values(), "vectors");
  args.distinct(out.mean, "mean", out.projection, "projection");
  return out;
}

int threads(Arguments& args, std::size_t index) {
  return static_cast<int>(args.size(index, "threads", 1, 1024));
}

// fitWhitening(vectors, rows, columns, shrinkage, threads, mean, projection, control)
Napi::Value fit(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const MatrixView from = matrix(args, 0, 1, 2);
  const double shrinkage = args.number(3, "shrinkage", 0);
  const int team = threads(args, 4);
  const WhiteningOut out = learnt(args, 5, 6, from);
  const Control control = args.control(7);
  return perform(args, args.asynchronous(7), [=] { fit_whitening(from, shrinkage, team, control, out); });
}

// fitWhiteningSupervised(vectors, rows, columns, matching, matchingRows, pairs, shrinkage, threads, mean, projection,
// control)
Napi::Value fit_supervised(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const MatrixView from = matrix(args, 0, 1, 2);
  const MatrixView matching = matrix(args, 3, 4, 2);
  const auto pairs = args.i32(5, "pairs");
  if (pairs.size() % 2) Arguments::fail("pairs", "must hold two indices a pair");
  const double shrinkage = args.number(6, "shrinkage", 0);
  const int team = threads(args, 7);
  const WhiteningOut out = learnt(args, 8, 9, from);
  const Control control = args.control(10);
  return perform(args, args.asynchronous(10),
                 [=] { fit_whitening_supervised(from, matching, pairs, shrinkage, team, control, out); });
}

// applyWhitening(vectors, rows, columns, mean, projection, dimensions, threads, out, control?) : out (rows, dimensions)
Napi::Value apply(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const MatrixView from = matrix(args, 0, 1, 2);
  const std::size_t d = args.size(5, "dimensions", 1, from.columns);
  const Whitening whitening{args.f32(3, "mean", from.columns).data(),
                            args.f32(4, "projection", d * from.columns).data(), from.columns, d};
  const int team = threads(args, 6);
  const auto out = args.f32(7, "out", from.rows * d);
  args.distinct(out, "out", from.values(), "vectors");
  const Control control = args.control(8);
  return perform(args, args.asynchronous(8), [=] { apply_whitening(from, whitening, team, control, out); });
}

// meanDirection(vectors, rows, columns, threads, mean, control)
Napi::Value mean(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const MatrixView from = matrix(args, 0, 1, 2);
  const int team = threads(args, 3);
  const auto out = args.f32(4, "mean", from.columns);
  args.distinct(out, "mean", from.values(), "vectors");
  const Control control = args.control(5);
  return perform(args, args.asynchronous(5), [=] { mean_direction(from, team, control, out); });
}

}  // namespace

void define_whitening(Napi::Object& exports) {
  define(exports, "fitWhitening", fit);
  define(exports, "fitWhiteningSupervised", fit_supervised);
  define(exports, "applyWhitening", apply);
  define(exports, "meanDirection", mean);
}

}  // namespace leitmotif::bindings
