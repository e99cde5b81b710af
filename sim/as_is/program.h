#pragma once
// A program's end, in an execution.

namespace poolproof::sim::as_is {

/// Calls what atexit() and on_exit() were told, newest first.
void say_farewell(int code);
/// The program ends with `code`: an execution that is a program's ends so; one that is not
/// crashes, for what is being tried has no business to end the program.
[[noreturn]] void leave_program(int code) noexcept;

/// From now on an execution is that of a program, or not.
void set_program(bool is_program) noexcept;
[[nodiscard]] bool is_program() noexcept;
/// With what the program ended last.
int exit_code() noexcept;

}  // namespace poolproof::sim::as_is
