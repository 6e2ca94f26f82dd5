// An index over vectors as JavaScript holds it.
#pragma once

#include <napi.h>

#include "kernels/clustered_index.h"

namespace leitmotif::bindings {

struct NeighbourIndex {
  ClusteredIndex index;
  Napi::ObjectReference vectors;  // read in place

  static constexpr napi_type_tag kTag{0x6c6d6e6569676862, 0x696e646578000001};
};

}  // namespace leitmotif::bindings
