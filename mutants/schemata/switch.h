#pragma once
// The switch of mutants that are all compiled at once: each site asks whether its own is on. Made
// use of by what sites.py writes, and by nothing else.

#include <type_traits>

namespace poolproof::mutants {

/// 0: none, the program is as it was written. Set before main(), by chosen_mutant.cpp.
inline int active = 0;

constexpr bool on(int number) noexcept {
  return !std::is_constant_evaluated() && active == number;
}

template <class A, class B>
constexpr bool less(int number, const A& a, const B& b) {
  return on(number) ? a <= b : a < b;
}
template <class A, class B>
constexpr bool less_equal(int number, const A& a, const B& b) {
  return on(number) ? a < b : a <= b;
}
template <class A, class B>
constexpr bool greater(int number, const A& a, const B& b) {
  return on(number) ? a >= b : a > b;
}
template <class A, class B>
constexpr bool greater_equal(int number, const A& a, const B& b) {
  return on(number) ? a > b : a >= b;
}
template <class A, class B>
constexpr bool equal(int number, const A& a, const B& b) {
  return on(number) ? !(a == b) : a == b;
}
template <class A, class B>
constexpr bool not_equal(int number, const A& a, const B& b) {
  return on(number) ? a == b : !(a == b);
}

}  // namespace poolproof::mutants
