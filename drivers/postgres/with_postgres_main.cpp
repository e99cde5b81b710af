// with_postgres PROGRAM [ARGUMENT]...: runs a program beside a PostgreSQL server of its own, whose
// address takes the place of each argument {}. Ends as the program does; 2 when there is no
// server.

#include <spawn.h>
#include <unistd.h>

#include <cstring>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <poolproof/drivers/postgres/child_process.h>
#include <poolproof/drivers/postgres/test_server.h>

namespace {

using poolproof::postgres::TestServer;

int run(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error =
      ::posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), ::environ);
  if (error != 0) {
    std::cerr << "with_postgres: " << words[0] << ": " << std::strerror(error) << "\n";
    return 2;
  }
  return poolproof::postgres::wait_for_end(child);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "with_postgres: which program? with_postgres PROGRAM [ARGUMENT]...\n";
    return 2;
  }
  try {
    const TestServer server;
    std::vector<std::string> words(argv + 1, argv + argc);
    for (std::string& word : words) {
      if (word == "{}") word = server.url();
    }
    return run(std::move(words));
  } catch (const std::exception& failure) {
    std::cerr << "with_postgres: " << failure.what() << "\n";
    return 2;
  }
}
