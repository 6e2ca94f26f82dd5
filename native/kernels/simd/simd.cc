#include "kernels/simd/simd.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace leitmotif::simd {

extern const Ops scalar_ops;
#ifdef LEITMOTIF_X86
extern const Ops avx2_ops;
extern const Ops avx512_ops;
extern const Ops vnni_ops;
#elif defined(LEITMOTIF_ARM64)
extern const Ops neon_ops;
#endif

namespace {

const Ops* table(Level level) {
#ifdef LEITMOTIF_X86
  if (level == Level::vnni) return &vnni_ops;
  if (level == Level::avx512) return &avx512_ops;
  if (level == Level::avx2) return &avx2_ops;
#elif defined(LEITMOTIF_ARM64)
  if (level == Level::neon) return &neon_ops;
#endif
  return level == Level::scalar ? &scalar_ops : nullptr;
}

const Ops* initial() {
  if (const char* wanted = std::getenv("LEITMOTIF_SIMD")) {
    for (Level level : {Level::scalar, Level::neon, Level::avx2, Level::avx512, Level::vnni})
      if (std::strcmp(wanted, name(level)) == 0 && level <= best() && table(level)) return table(level);
  }
  return table(best());
}

std::atomic<const Ops*>& current() {
  static std::atomic<const Ops*> chosen{initial()};
  return chosen;
}

}  // namespace

Level best() {
#ifdef LEITMOTIF_X86
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return __builtin_cpu_supports("avx512vnni") ? Level::vnni : Level::avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return Level::avx2;
#elif defined(LEITMOTIF_ARM64)
  return Level::neon;
#endif
  return Level::scalar;
}

const Ops& ops() {
  return *current().load(std::memory_order_relaxed);
}

bool force(Level level) {
  if (level > best() || !table(level)) return false;
  current().store(table(level), std::memory_order_relaxed);
  return true;
}

const char* name(Level level) {
  switch (level) {
    case Level::vnni:
      return "vnni";
    case Level::avx512:
      return "avx512";
    case Level::avx2:
      return "avx2";
    case Level::neon:
      return "neon";
    default:
      return "scalar";
  }
}

}  // namespace leitmotif::simd
