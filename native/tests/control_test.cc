#include "kernels/control.h"

#include <doctest/doctest.h>

using namespace leitmotif;

TEST_CASE("a part of the work reports into its share of the whole, and is cancelled with it") {
  std::int32_t words[2] = {0, 0};
  const Control half = Control(words).part(0.5, 1), last = half.part(0.5, 1);
  half.report(0);
  CHECK(words[1] == 5000);
  last.report(0.5);
  CHECK(words[1] == 8750);
  words[0] = 1;
  CHECK_THROWS_AS(last.check(), Cancelled);
  Control().part(0, 0.5).report(1);  // not watched
}
