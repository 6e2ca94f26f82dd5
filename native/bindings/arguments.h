// Reads and checks the arguments of a native function, and keeps their buffers alive.
//
// Typed arrays are read in place (byteOffset respected). The TypeScript layer names options for people; this layer
// makes sure that no call, however made, can read or write outside what it was given.
#pragma once

#include <napi.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include "kernels/control.h"

namespace leitmotif::bindings {

class Arguments {
 public:
  explicit Arguments(const Napi::CallbackInfo& info) : info_(info), held_(Napi::Array::New(info.Env())) {}

  Napi::Env env() const { return info_.Env(); }
  bool has(std::size_t index) const {
    return index < info_.Length() && !info_[index].IsUndefined() && !info_[index].IsNull();
  }

  std::span<float> f32(std::size_t index, const char* name) {
    return typed<float>(index, name, napi_float32_array, "Float32Array");
  }
  std::span<double> f64(std::size_t index, const char* name) {
    return typed<double>(index, name, napi_float64_array, "Float64Array");
  }
  std::span<std::int32_t> i32(std::size_t index, const char* name) {
    return typed<std::int32_t>(index, name, napi_int32_array, "Int32Array");
  }
  std::span<std::uint32_t> u32(std::size_t index, const char* name) {
    return typed<std::uint32_t>(index, name, napi_uint32_array, "Uint32Array");
  }
  std::span<std::uint8_t> u8(std::size_t index, const char* name) {
    return typed<std::uint8_t>(index, name, napi_uint8_array, "Uint8Array");
  }

  // An array that must hold exactly `length` values.
  std::span<float> f32(std::size_t index, const char* name, std::size_t length) {
    return sized(f32(index, name), name, length);
  }
  // Empty where there is none.
  std::span<float> optional_f32(std::size_t index, const char* name, std::size_t length) {
    return has(index) ? f32(index, name, length) : std::span<float>();
  }
  std::span<double> f64(std::size_t index, const char* name, std::size_t length) {
    return sized(f64(index, name), name, length);
  }
  std::span<std::int32_t> i32(std::size_t index, const char* name, std::size_t length) {
    return sized(i32(index, name), name, length);
  }
  std::span<std::uint32_t> u32(std::size_t index, const char* name, std::size_t length) {
    return sized(u32(index, name), name, length);
  }

  double number(std::size_t index, const char* name, double low = -std::numeric_limits<double>::max(),
                double high = std::numeric_limits<double>::max()) {
    if (index >= info_.Length() || !info_[index].IsNumber()) fail(name, "must be a number");
    const double value = info_[index].As<Napi::Number>().DoubleValue();
    if (!(value >= low && value <= high)) fail(name, "is out of range: " + std::to_string(value));
    return value;
  }

  std::size_t size(std::size_t index, const char* name, std::size_t low = 0, std::size_t high = std::size_t{1} << 53) {
    const double value = number(index, name);
    if (value != std::floor(value) || value < static_cast<double>(low) || value > static_cast<double>(high))
      fail(name, "must be a whole number from " + std::to_string(low) + ", got " + std::to_string(value));
    return static_cast<std::size_t>(value);
  }

  bool boolean(std::size_t index, const char* name) {
    if (index >= info_.Length() || !info_[index].IsBoolean()) fail(name, "must be true or false");
    return info_[index].As<Napi::Boolean>().Value();
  }

  Napi::Array array(std::size_t index, const char* name) {
    if (index >= info_.Length() || !info_[index].IsArray()) fail(name, "must be an array");
    return info_[index].As<Napi::Array>();
  }

  // A native object that an earlier call made, known by its tag.
  template <class T>
  T& external(std::size_t index, const char* name, const napi_type_tag& tag) {
    if (index >= info_.Length() || !info_[index].IsExternal()) fail(name, "must be a native object");
    const auto value = info_[index].As<Napi::External<T>>();
    if (!value.CheckTypeTag(&tag)) fail(name, "is a native object of another kind");
    hold(value);
    return *value.Data();
  }

  // A typed array found elsewhere (an element of an array), checked and kept like the others.
  std::span<float> f32(Napi::Value value, const char* name, std::size_t length) {
    return sized(view<float>(value, name, napi_float32_array, "Float32Array"), name, length);
  }

  // The two control words at `index`: present for an asynchronous call.
  bool asynchronous(std::size_t index) const { return has(index); }
  Control control(std::size_t index) { return has(index) ? Control(i32(index, "control", 2).data()) : Control(); }

  // Two arrays of which one is written must not overlap.
  template <class A, class B>
  void distinct(std::span<A> a, const char* name_a, std::span<B> b, const char* name_b) {
    const auto *a0 = reinterpret_cast<const char*>(a.data()), *b0 = reinterpret_cast<const char*>(b.data());
    if (a.size_bytes() && b.size_bytes() && a0 < b0 + b.size_bytes() && b0 < a0 + a.size_bytes())
      fail(name_a, std::string("shares memory with ") + name_b + ": pass separate arrays");
  }

  [[noreturn]] static void fail(const char* name, const std::string& what) {
    throw InvalidArgument(std::string(name) + " " + what);
  }

  // A reference that keeps everything read so far alive; handed to the job.
  Napi::ObjectReference release() { return Napi::Persistent(held_.As<Napi::Object>()); }

 private:
  template <class T>
  std::span<T> typed(std::size_t index, const char* name, napi_typedarray_type type, const char* expected) {
    return view<T>(index < info_.Length() ? info_[index] : env().Undefined(), name, type, expected);
  }

  template <class T>
  std::span<T> view(Napi::Value value, const char* name, napi_typedarray_type type, const char* expected) {
    napi_typedarray_type found;
    void* data = nullptr;
    std::size_t length = 0;
    if (napi_get_typedarray_info(env(), value, &found, &length, &data, nullptr, nullptr) != napi_ok || found != type)
      fail(name, std::string("must be a ") + expected);
    hold(value);
    return {static_cast<T*>(data), length};
  }

  template <class T>
  static std::span<T> sized(std::span<T> values, const char* name, std::size_t length) {
    if (values.size() != length)
      fail(name, "must hold " + std::to_string(length) + " values, got " + std::to_string(values.size()));
    return values;
  }

  // One array of all of them: a reference each would cost more than the rest of reading it.
  void hold(Napi::Value value) { held_.Set(count_++, value); }

  const Napi::CallbackInfo& info_;
  Napi::Array held_;
  std::uint32_t count_ = 0;
};

}  // namespace leitmotif::bindings
