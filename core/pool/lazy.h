#pragma once
// Room for what is seldom needed.

#include <memory>
#include <utility>

namespace poolproof {

/// Empty at first. What std::optional is, but for where making it must cost nothing: compilers
/// clear the whole of an optional. Not copied, not moved. One thread at a time.
template <class T>
class Lazy {
 public:
  Lazy() noexcept {}
  ~Lazy() { reset(); }
  Lazy(const Lazy&) = delete;
  Lazy& operator=(const Lazy&) = delete;

  template <class... Arguments>
  T& emplace(Arguments&&... arguments) {
    reset();
    std::construct_at(&value_, std::forward<Arguments>(arguments)...);
    has_value_ = true;
    return value_;
  }
  void reset() noexcept {
    if (std::exchange(has_value_, false)) [[unlikely]]
      std::destroy_at(&value_);
  }

  [[nodiscard]] bool has_value() const noexcept { return has_value_; }
  /// Not empty.
  T& operator*() noexcept { return value_; }
  T* operator->() noexcept { return &value_; }

 private:
  bool has_value_ = false;
  union {
    T value_;
  };
};

}  // namespace poolproof
