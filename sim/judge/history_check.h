#pragma once
// Whether a history can be one at all. The laws judge pools; this judges recorders.

#include <cstdint>
#include <string>
#include <vector>

#include <poolproof/sim/judge/history.h>

namespace poolproof::sim {

/// Is shown the events one after the other, and says what is wrong with the next.
class HistoryCheck {
 public:
  /// "" when `event` may follow those accepted so far; else a sentence, and the check is of no
  /// more use. `place` is what the sentence calls the event when a later one is at odds with it:
  /// its line.
  std::string accept(const Event& event, std::size_t place);

 private:
  struct TaskNow {
    Operation operation = Operation::none;
    std::size_t called_at = 0;
    ClientCall client_call = ClientCall::none;
    SessionId session{};
    std::size_t began_at = 0;
  };

  std::string check_order(const Event& event) const;
  std::string check_kind(const Event& event, std::size_t place);
  std::string check_call(const Event& event, std::size_t place);
  std::string check_return(const Event& event);
  std::string check_client_begin(const Event& event, std::size_t place);
  std::string check_client_end(const Event& event);
  std::string check_connect(SessionId session, std::size_t place);
  std::string check_parked(const Event& event);
  [[nodiscard]] std::string check_known(SessionId session) const;
  static std::string check_sizes(const Event& resize);
  TaskNow& now(TaskId task);

  Instant last_{};
  std::size_t finished_at_ = 0;
  std::size_t connects_ = 0;
  std::vector<TaskNow> tasks_;
  std::vector<std::size_t> connected_at_;  // by session number; 0: unknown
};

}  // namespace poolproof::sim
