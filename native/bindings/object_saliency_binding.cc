#include "bindings/job.h"
#include "bindings/maps.h"
#include "bindings/neighbour_index.h"
#include "bindings/stages.h"
#include "kernels/object_saliency.h"
#include "kernels/window_search.h"

namespace leitmotif::bindings {

namespace {

// mean, projection, channels, dimensions from `first` on.
Whitening whitening(Arguments& args, std::size_t first) {
  const std::size_t c = args.size(first + 2, "channels", 1, kLargestSide);
  const std::size_t d = args.size(first + 3, "dimensions", 1, kLargestSide);
  return {args.f32(first, "mean", c).data(), args.f32(first + 1, "projection", d * c).data(), c, d};
}

// mean, projection, channels, dimensions, vectors, rows, saliency, centrality, owner (or null) from `first` on.
RegionModel region_model(Arguments& args, std::size_t first) {
  const Whitening w = whitening(args, first);
  const std::size_t n = args.size(first + 5, "rows", 1, std::size_t{1} << 31);
  RegionModel model{{args.f32(first + 4, "vectors", n * w.dimensions).data(), n, w.dimensions},
                    args.f32(first + 6, "saliency", n),
                    args.f32(first + 7, "centrality", n),
                    {},
                    w};
  if (args.has(first + 8)) model.owner = args.i32(first + 8, "owner", n);
  return model;
}

// objectSaliency(maps, shapes (height, width, channels), saliencies, excluded, mean, projection, channels, dimensions,
// vectors, rows, saliency, centrality, owner, side, k, beta, Theta, theta, outs, threads, index, control?)
// saliencies, outs: h * w values a map; excluded: an owner a map, or -1; index: over the vectors, or null.
Napi::Value compute(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const auto maps = activation_maps(args, 0);
  const Napi::Array saliencies = args.array(2, "saliencies"), arrays = args.array(18, "outs");
  const auto excluded = args.i32(3, "excluded", maps.size());
  const RegionModel model = region_model(args, 4);
  const ObjectSaliencyOptions options{args.size(13, "side", 1), args.size(14, "k", 1), args.number(15, "beta", 0),
                                      args.number(16, "Theta", 0), args.number(17, "theta", 0)};
  const std::size_t threads = args.size(19, "threads", 1, 1024);
  const VectorIndex* index =
      args.has(20) ? args.external<NeighbourIndex>(20, "index", NeighbourIndex::kTag).index.get() : nullptr;
  const Control control = args.control(21);
  if (index && (index->vectors().data != model.vectors.data || index->vectors().rows != model.vectors.rows))
    Arguments::fail("index", "was built over other vectors");
  if (saliencies.Length() != maps.size()) Arguments::fail("saliencies", "must hold an array a map");
  if (arrays.Length() != maps.size()) Arguments::fail("outs", "must hold an array a map");

  std::vector<ObjectSaliencyImage> images;
  for (std::uint32_t i = 0; i < maps.size(); ++i) {
    if (maps[i].channels != model.whitening.channels)
      Arguments::fail("shapes", "differs from the whitening's channels");
    if (excluded[i] >= 0 && model.owner.empty()) Arguments::fail("excluded", "names an owner, but there are none");
    images.push_back({maps[i], args.f32(saliencies.Get(i), "saliencies", maps[i].positions()), excluded[i],
                      args.f32(arrays.Get(i), "outs", maps[i].positions())});
    args.distinct(images[i].out, "outs", maps[i].values(), "maps");
    args.distinct(images[i].out, "outs", images[i].feature_saliency, "saliencies");
  }
  return perform(args, args.asynchronous(21), [=] {
    for (const ObjectSaliencyImage& image : images)
      require_finite_non_negative(image.feature_saliency, "the feature saliency map");
    object_saliency(images, model, options, index, threads, control);
  });
}

// patchDescriptors(data, height, width, channels, side, positions, mean, projection, channels, dimensions, out)
Napi::Value patches(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const ActivationMap map = activation_map(args, 0);
  const std::size_t side = args.size(4, "side", 1);
  const auto positions = args.i32(5, "positions");
  const Whitening w = whitening(args, 6);
  const auto out = args.f32(10, "out", positions.size() * w.dimensions);
  if (w.channels != map.channels) Arguments::fail("channels", "differs from the whitening's");
  for (std::int32_t position : positions)
    if (position < 0 || static_cast<std::size_t>(position) >= map.positions())
      Arguments::fail("positions", "holds one outside the map: " + std::to_string(position));
  args.distinct(out, "out", map.values(), "data");
  return perform(args, false, [=] { patch_descriptors(map, side, positions, w, out); });
}

// searchWindows(index, owner (or null), descriptors, positions (ascending), width, excluded, side, k, threads, ids,
// similarities, control)
Napi::Value windows(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const VectorIndex* index = args.external<NeighbourIndex>(0, "index", NeighbourIndex::kTag).index.get();
  const std::size_t n = index->vectors().rows, d = index->vectors().columns;
  std::span<const std::int32_t> owner;
  if (args.has(1)) owner = args.i32(1, "owner", n);
  const auto positions = args.i32(3, "positions");
  const Windows some{positions,
                     args.size(4, "width", 1, kLargestSide),
                     {args.f32(2, "descriptors", positions.size() * d).data(), positions.size(), d}};
  const double excluded = args.number(5, "excluded", -1);
  const std::size_t side = args.size(6, "side", 1), k = args.size(7, "k", 1, n);
  const std::size_t threads = args.size(8, "threads", 1, 1024);
  const auto ids = args.i32(9, "ids", positions.size() * k);
  const auto similarities = args.f32(10, "similarities", positions.size() * k);
  const Control control = args.control(11);
  if (excluded >= 0 && owner.empty()) Arguments::fail("excluded", "names an owner, but there are none");
  for (std::size_t i = 0; i < positions.size(); ++i)
    if (positions[i] < (i == 0 ? 0 : positions[i - 1] + 1)) Arguments::fail("positions", "must ascend from 0 on");
  args.distinct(similarities, "similarities", some.descriptors.values(), "descriptors");
  args.distinct(ids, "ids", positions, "positions");
  args.distinct(ids, "ids", similarities, "similarities");
  return perform(args, args.asynchronous(11), [=] {
    const SearchedImage image{some, static_cast<std::int32_t>(excluded), ids, similarities};
    search_windows({&image, 1}, {*index, owner, k, side}, threads, control);
  });
}

// windowNominees(k) -> number
Napi::Value nominees(const Napi::CallbackInfo& info) {
  Arguments args(info);
  return Napi::Number::New(info.Env(),
                           static_cast<double>(window_nominees(args.size(0, "k", 1, std::size_t{1} << 31))));
}

}  // namespace

void define_object_saliency(Napi::Object& exports) {
  define(exports, "objectSaliency", compute);
  define(exports, "patchDescriptors", patches);
  define(exports, "searchWindows", windows);
  define(exports, "windowNominees", nominees);
}

}  // namespace leitmotif::bindings
