// A fuzz target: POOLPROOF_FORMAT is the format that it reads.
#include <cstdlib>
#include <iostream>
#include <string>

#include <poolproof/fuzz/entry.h>
#include <poolproof/property_tests/formats.h>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto& format = poolproof::property_tests::format(POOLPROOF_FORMAT);
  const std::string bytes(data, data + size);
  const std::string complaint = format.complaint(bytes);
  if (complaint.empty()) return 0;
  std::cerr << POOLPROOF_FORMAT << ": " << complaint << "\n";
  std::abort();
}
