// Runs a checked call: at once, or off the event loop when the caller passed control words.
#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <new>
#include <string>

#include "bindings/arguments.h"

namespace leitmotif::bindings {

// The kernel call; no JavaScript may be touched in it.
using Run = std::function<void()>;
// Makes the JavaScript result from what the kernel left.
using Result = std::function<Napi::Value(Napi::Env)>;

inline Napi::Value nothing(Napi::Env env) {
  return env.Undefined();
}

// The exception now being handled, as a JavaScript error with a `code`.
inline Napi::Error to_error(Napi::Env env) {
  const auto make = [&](const char* code, const std::string& message) {
    Napi::Error error = Napi::Error::New(env, message);
    error.Set("code", Napi::String::New(env, code));
    return error;
  };
  try {
    throw;  // cppcheck-suppress rethrowNoCurrentException
  } catch (const Napi::Error& error) {
    return error;
  } catch (const InvalidArgument& error) {
    return make("ERR_INVALID_ARGUMENT", error.what());
  } catch (const Cancelled& error) {
    return make("ERR_ABORTED", error.what());
  } catch (const std::bad_alloc&) {
    return make("ERR_OUT_OF_MEMORY",
                "there is not enough memory for this call: pass fewer or smaller arrays at a time");
  } catch (const std::exception& error) {
    return make("ERR_INTERNAL", error.what());
  } catch (...) {
    return make("ERR_INTERNAL", "the native code threw something that is not an exception");
  }
}

class Worker : public Napi::AsyncWorker {
 public:
  Worker(Arguments& arguments, Run run, Result result)
      : Napi::AsyncWorker(arguments.env()),
        deferred_(arguments.env()),
        held_(arguments.release()),
        run_(std::move(run)),
        result_(std::move(result)) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

 protected:
  void Execute() override {
    try {
      run_();
    } catch (...) {
      error_ = std::current_exception();
    }
  }
  void OnOK() override {
    Napi::HandleScope scope(Env());
    try {
      if (error_) std::rethrow_exception(error_);
      deferred_.Resolve(result_(Env()));
    } catch (...) {
      deferred_.Reject(to_error(Env()).Value());
    }
  }

 private:
  Napi::Promise::Deferred deferred_;
  Napi::ObjectReference held_;
  Run run_;
  Result result_;
  std::exception_ptr error_;
};

// `asynchronous`: queue the work and return a promise; otherwise do it now.
inline Napi::Value perform(Arguments& arguments, bool asynchronous, Run run, Result result = nothing) {
  if (!asynchronous) {
    run();
    return result(arguments.env());
  }
  auto* worker = new Worker(arguments, std::move(run), std::move(result));
  Napi::Promise promise = worker->promise();
  worker->Queue();
  return promise;
}

// Exports `function` under `name`; whatever it throws becomes a JavaScript exception with a code.
template <class F>
void define(Napi::Object& exports, const char* name, F function) {
  exports.Set(name, Napi::Function::New(
                        exports.Env(),
                        [function](const Napi::CallbackInfo& info) -> Napi::Value {
                          try {
                            return function(info);
                          } catch (...) {
                            throw to_error(info.Env());
                          }
                        },
                        name));
}

}  // namespace leitmotif::bindings
