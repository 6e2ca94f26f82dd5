// An index over vectors as JavaScript holds it.
#pragma once

#include <napi.h>

#include <memory>
#include <utility>

#include "kernels/vector_index.h"

namespace leitmotif::bindings {

struct NeighbourIndex {
  std::unique_ptr<const VectorIndex> index;
  Napi::ObjectReference vectors;  // read in place

  explicit NeighbourIndex(std::unique_ptr<const VectorIndex> built) : index(std::move(built)) {}

  static constexpr napi_type_tag kTag{0x6c6d6e6569676862, 0x696e646578000001};
};

}  // namespace leitmotif::bindings
