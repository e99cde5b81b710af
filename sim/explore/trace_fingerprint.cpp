#include <poolproof/sim/explore/trace_fingerprint.h>

#include <algorithm>

#include <poolproof/core/rng.h>

namespace poolproof::sim {
void TraceFingerprint::begin() {
  for (Line& line : lines_)
    line.steps.clear();
  lines_used_ = 0;
  clocks_.clear();
  answered_ = 0;
  sum_ = 0;
  kinds_ = 0;
  is_under_way_ = false;
}

std::uint64_t TraceFingerprint::value() {
  // An execution that was cut short does not say what its last step did.
  if (is_under_way_) end_step(step_note::everything, 0);
  return sum_;
}

void TraceFingerprint::on_step(Actor actor, TaskId task, Intent intent) {
  if (actor == Actor::task) kinds_ |= std::uint64_t{1} << static_cast<unsigned>(intent.kind);
  line_ = line_of(actor_number(actor, task));
  footprint_ = {.kind = intent.kind, .object = intent.object};
  is_under_way_ = true;
}

void TraceFingerprint::on_step_done(StepNotes notes, std::uint32_t mutex) {
  if (is_under_way_) end_step(notes, mutex);
}

std::size_t TraceFingerprint::line_of(ActorNumber actor) {
  for (std::size_t i = 0; i < lines_used_; ++i) {
    if (lines_[i].actor == actor) return i;
  }
  if (lines_used_ == lines_.size()) lines_.emplace_back();
  lines_[lines_used_].actor = actor;
  return lines_used_++;
}

void TraceFingerprint::end_step(StepNotes notes, std::uint32_t mutex) {
  is_under_way_ = false;
  footprint_.notes = notes;
  footprint_.mutex = mutex;
  Line& line = lines_[line_];
  std::uint64_t hash = label(line);
  now_.assign(lines_used_, 0);
  if (!line.steps.empty()) {
    hash = Rng::mix(hash ^ line.steps.back().hash);
    join(line.steps.back());
  }
  before_ = now_;
  hash = Rng::mix(hash + find_dependences(footprint_));
  now_[line_] = static_cast<std::uint32_t>(line.steps.size()) + 1;
  line.steps.push_back(
      {.footprint = footprint_, .hash = hash, .clock = clocks_.size(), .clock_size = now_.size()});
  clocks_.insert(clocks_.end(), now_.begin(), now_.end());
  sum_ += hash;
}

/// Who takes the step, which of its steps it is, and what was answered in it.
std::uint64_t TraceFingerprint::label(const Line& line) {
  std::uint64_t hash = Rng::mix((std::uint64_t{line.actor} << 32U) + line.steps.size());
  hash = Rng::mix(hash + static_cast<unsigned>(footprint_.kind));
  for (; answered_ < schedule_.size(); ++answered_) {
    const Choice& choice = schedule_[answered_];
    if (choice.kind != ChoiceKind::task) hash = Rng::mix(hash + choice.chosen + 1);
  }
  return hash;
}

// Of each other line the last step that matters, unless this line has waited for it already. Only
// what comes before in its own line counts for that: the others' order has no meaning.
std::uint64_t TraceFingerprint::find_dependences(const Footprint& footprint) {
  std::uint64_t sum = 0;
  for (std::size_t other = 0; other < lines_used_; ++other) {
    if (other == line_) continue;
    const std::vector<Step>& steps = lines_[other].steps;
    for (std::size_t k = steps.size(); k-- > before_[other];) {
      if (relation(steps[k].footprint, footprint) == Relation::independent) continue;
      sum += Rng::mix(steps[k].hash);
      join(steps[k]);
      break;
    }
  }
  return sum;
}

void TraceFingerprint::join(const Step& step) {
  for (std::size_t i = 0; i < step.clock_size; ++i)
    now_[i] = std::max(now_[i], clocks_[step.clock + i]);
}

}  // namespace poolproof::sim
