#pragma once
// The one way into a fuzz target, under the name that libFuzzer knows.

#include <cstddef>
#include <cstdint>

/// Reads `size` bytes as the target's format. Stops the program when they are not read as
/// property_tests/formats.h promises; else returns 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
