#pragma once
// What the tests of the commands share: a right pool and a broken one, and a folder for files.

#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <poolproof/subjects/broken/lossy_pool.h>
#include <poolproof/subjects/command_runner.h>
#include <poolproof/subjects/naive_pool.h>

namespace poolproof::subjects {

/// The line of `text` that begins with `begin`, without that.
inline std::string line_after(const std::string& text, const std::string& begin) {
  const auto at = text.find("\n" + begin);
  if (at == std::string::npos) return "";
  const auto from = at + 1 + begin.size();
  return text.substr(from, text.find('\n', from) - from);
}

class CommandTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] Said run(const std::vector<std::string>& words) const {
    return run_command(subjects_, words);
  }
  [[nodiscard]] std::string path(const char* name) const { return folder_ / name; }

  const std::vector<sim::SubjectEntry> subjects_{
      sim::templated_subject<NaiveSubject>("naive", "right"), lossy()};
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() /
      ("poolproof-" + std::to_string(::getpid()) + "-" +
       testing::UnitTest::GetInstance()->current_test_info()->test_suite_name() + "-" +
       testing::UnitTest::GetInstance()->current_test_info()->name());
};

}  // namespace poolproof::subjects
