#include <poolproof/sim/report/progress.h>

#include <fmt/format.h>

#include <poolproof/sim/report/words.h>

namespace poolproof::sim {
namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(100);
constexpr std::string_view clear_line = "\r\x1b[K";

std::string seconds_words(Duration duration) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
  if (seconds < 60) return fmt::format("{}s", seconds);
  return fmt::format("{}min {:02}s", seconds / 60, seconds % 60);
}

}  // namespace

std::string progress_text(const Progress& progress) {
  std::string text = fmt::format("[{}/{}] {}: {}, {}", progress.number, progress.of,
                                 progress.scenario, number_of(progress.schedules, "schedule"),
                                 rate(progress.schedules, progress.elapsed));
  if (progress.shrinking > 0) text += ", shrinking: " + number_of(progress.shrinking, "execution");
  if (progress.interleavings > 0) text += ", " + number_of(progress.interleavings, "interleaving");
  if (progress.share_done)
    text += fmt::format(", about {:.1f} % done", 100 * *progress.share_done);
  if (progress.left) text += fmt::format(", {} left", seconds_words(*progress.left));
  return shortened(text, 99);
}

ProgressLine::ProgressLine(std::ostream* out, std::function<Progress()> ask)
    : out_(out), ask_(std::move(ask)) {
  if (out_ == nullptr) return;
  thread_ = std::jthread([this](const std::stop_token& stop) { redraw(stop); });
}

ProgressLine::~ProgressLine() {
  if (out_ == nullptr) return;
  thread_.request_stop();
  thread_.join();
  *out_ << clear_line << std::flush;
}

void ProgressLine::redraw(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    stopped_.wait_for(lock, stop, redraw_interval, [] { return false; });
    if (!stop.stop_requested()) *out_ << clear_line << progress_text(ask_()) << std::flush;
  }
}

}  // namespace poolproof::sim
