#include <memory>

#include "bindings/job.h"
#include "bindings/maps.h"
#include "bindings/stages.h"
#include "kernels/egm.h"
#include "kernels/parallel.h"

namespace leitmotif::bindings {

namespace {

constexpr std::size_t kOptions = 10;

// rho, tau, sigma, subtractMinimum, weighSamples, purgeThreshold, purgeMixing, maxIterations, tolerance, expand
EgmOptions egm_options(Arguments& args, std::size_t first) {
  EgmOptions options;
  options.rho = args.number(first, "rho", 0);
  options.tau = args.number(first + 1, "tau", 0, 1);
  options.sigma = args.number(first + 2, "sigma", std::numeric_limits<double>::min());
  options.subtract_minimum = args.boolean(first + 3, "subtractMinimum");
  options.weigh_samples = args.boolean(first + 4, "weighSamples");
  options.purge_threshold = args.number(first + 5, "purgeThreshold", 0, 1);
  options.purge_mixing = args.boolean(first + 6, "purgeMixing");
  options.max_iterations = args.size(first + 7, "maxIterations", 1);
  options.tolerance = args.number(first + 8, "tolerance", 0);
  options.expand = args.number(first + 9, "expand", std::numeric_limits<double>::min());
  return options;
}

Napi::Float64Array to_array(Napi::Env env, const std::vector<double>& values) {
  Napi::Float64Array array = Napi::Float64Array::New(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

// x0, y0, x1, y1, weight, saliency of each region.
Napi::Value pack(Napi::Env env, const std::vector<DetectedRegion>& regions) {
  std::vector<double> values;
  for (const auto& [box, weight, saliency] : regions)
    for (double value : {double(box.x0), double(box.y0), double(box.x1), double(box.y1), weight, saliency})
      values.push_back(value);
  return to_array(env, values);
}

Napi::Float64Array pairs(Napi::Env env, const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<double> values;
  for (std::size_t k = 0; k < x.size(); ++k) values.insert(values.end(), {x[k], y[k]});
  return to_array(env, values);
}

// detectRegions(maps, shapes (height, width), ...options, threads, control?) -> a Float64Array of regions a map
Napi::Value detect(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const auto maps = saliency_maps(args, 0);
  const EgmOptions options = egm_options(args, 2);
  const int threads = static_cast<int>(args.size(2 + kOptions, "threads", 1, 1024));
  const Control control = args.control(3 + kOptions);
  auto found = std::make_shared<std::vector<std::vector<DetectedRegion>>>(maps.size());
  return perform(
      args, args.asynchronous(3 + kOptions),
      [=] {
        for_each_item(maps.size(), threads, control,
                      [&](std::size_t i) { (*found)[i] = detect_regions(maps[i], options, control); });
      },
      [=](Napi::Env env) {
        Napi::Array out = Napi::Array::New(env, found->size());
        for (std::uint32_t i = 0; i < found->size(); ++i) out.Set(i, pack(env, (*found)[i]));
        return out;
      });
}

// traceRegions(data, height, width, ...options) -> { steps: { pi, mu, variance }[], history, converged, regions }
Napi::Value trace(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const SaliencyMap map = saliency_map(args, 0);
  const EgmOptions options = egm_options(args, 3);
  std::vector<GaussianMixture> mixtures;
  const EgmFit fit = fit_egm(map, options, {}, &mixtures);

  const Napi::Env env = args.env();
  Napi::Object out = Napi::Object::New(env);
  Napi::Array steps = Napi::Array::New(env, mixtures.size());
  for (std::uint32_t i = 0; i < mixtures.size(); ++i) {
    const GaussianMixture& mixture = mixtures[i];
    Napi::Object step = Napi::Object::New(env);
    step.Set("pi", to_array(env, mixture.pi));
    step.Set("mu", pairs(env, mixture.mean_x, mixture.mean_y));
    step.Set("variance", pairs(env, mixture.var_x, mixture.var_y));
    steps.Set(i, step);
  }
  Napi::Int32Array history = Napi::Int32Array::New(env, fit.history.size());
  std::copy(fit.history.begin(), fit.history.end(), history.Data());
  out.Set("steps", steps);
  out.Set("history", history);
  out.Set("converged", Napi::Boolean::New(env, fit.converged));
  out.Set("regions", pack(env, egm_regions(fit.mixture, map, options.expand)));
  return out;
}

}  // namespace

void define_egm(Napi::Object& exports) {
  define(exports, "detectRegions", detect);
  define(exports, "traceRegions", trace);
}

}  // namespace leitmotif::bindings
