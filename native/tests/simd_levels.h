// Runs a test body once an instruction set that this processor has.
#pragma once

#include <doctest/doctest.h>

#include "kernels/simd/simd.h"

template <class Body>
void for_each_level(Body&& body) {
  using namespace leitmotif::simd;
  const Level before = ops().level;
  for (Level level : {Level::scalar, Level::neon, Level::avx2, Level::avx512, Level::vnni}) {
    if (!force(level)) continue;
    CAPTURE(name(level));
    body();
  }
  force(before);
}
