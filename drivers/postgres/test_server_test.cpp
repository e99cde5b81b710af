#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include <poolproof/drivers/postgres/server_for_test.h>

namespace poolproof::postgres {
namespace {

std::string folder_in(const std::string& address) {
  return address.substr(5, address.find(' ') - 5);
}

TEST(TestServer, LeavesNothingBehind) {
  std::string folder;
  {
    const TestServer server;
    folder = folder_in(server.address());
    EXPECT_TRUE(std::filesystem::exists(folder));
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(TestServer, LeavesNothingBehindWhenItsProgramIsKilled) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const TestServer server;
    const std::string folder = folder_in(server.address());
    static_cast<void>(::write(ends[1], folder.data(), folder.size()));
    ::raise(SIGKILL);
  }
  std::string folder(100, '\0');
  folder.resize(static_cast<std::size_t>(::read(ends[0], folder.data(), folder.size())));
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  const Instant patience = in(std::chrono::seconds(30));
  while (std::filesystem::exists(folder) && clock_for_test().now() < patience)
    clock_for_test().sleep_until(in(std::chrono::milliseconds(10)));
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(TestServer, SaysWhyItDoesNotStart) {
  try {
    const TestServer server({.more = {"no_such_setting=1"}});
    ADD_FAILURE() << "started";
  } catch (const std::runtime_error& failure) {
    EXPECT_NE(std::string(failure.what()).find("no_such_setting"), std::string::npos)
        << failure.what();
  }
}

}  // namespace
}  // namespace poolproof::postgres
