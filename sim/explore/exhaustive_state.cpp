// How far an exhaustive search has come, as text and back.

#include <poolproof/sim/explore/exhaustive_search.h>

#include <algorithm>
#include <bit>
#include <charconv>

#include <fmt/format.h>

namespace poolproof::sim {
namespace {

constexpr std::string_view title = "poolproof-exhaustive-1";
constexpr std::uint64_t list_max = 1'000'000;
constexpr std::uint64_t actor_max = 2 * tasks_max;
constexpr std::uint64_t u32_max = 0xffffffffU;

class Writer {
 public:
  void add(std::uint64_t number) { text_ += fmt::format(" {}", number); }

  void add(const Footprint& footprint) {
    add(static_cast<std::uint64_t>(footprint.kind));
    add(footprint.notes);
    add(footprint.object);
    add(footprint.mutex);
  }

  void add(const PathNode& node) {
    add(static_cast<std::uint64_t>(node.kind));
    add(node.options);
    add(node.chosen);
    add(node.step);
    add(node.preemptions);
    add(node.last_can_go_on ? 1 : 0);
    if (node.kind != ChoiceKind::task) return;
    for (const PathNode::Option& option : node.actors) {
      add(option.actor);
      add(static_cast<std::uint64_t>(option.state));
    }
    add(node.sleep.size());
    for (const Sleeper& sleeper : node.sleep) {
      add(sleeper.actor);
      add(sleeper.footprint);
    }
    add(node.touched.size());
    for (const Footprint& footprint : node.touched)
      add(footprint);
  }

  void add(const Branch& branch) {
    add(branch.fixed);
    add(branch.path.size());
    for (const PathNode& node : branch.path)
      add(node);
    text_ += "\n";
  }

  std::string take() { return std::move(text_); }

 private:
  std::string text_{title};
};

/// Reads numbers until one is wrong; then says which, and nothing more.
class StateReader {
 public:
  explicit StateReader(std::string_view text) : text_(text) {}

  std::uint64_t number(std::uint64_t max) {
    if (is_wrong_) return 0;
    ++place_;
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n'))
      ++at_;
    std::uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    at_ = static_cast<std::size_t>(end - text_.data());
    if (error != std::errc() || value > max) is_wrong_ = true;
    return is_wrong_ ? 0 : value;
  }
  std::uint32_t small(std::uint64_t max = u32_max) {
    return static_cast<std::uint32_t>(number(max) & u32_max);
  }

  Footprint footprint() {
    Footprint footprint;
    footprint.kind =
        static_cast<IntentKind>(small(static_cast<std::uint64_t>(IntentKind::client_call)));
    footprint.notes = static_cast<StepNotes>(small(0xffffU));
    footprint.object = small();
    footprint.mutex = small();
    return footprint;
  }

  ActorNumber actor() { return static_cast<ActorNumber>(small(actor_max)); }

  PathNode node() {
    PathNode node;
    node.kind = static_cast<ChoiceKind>(small(static_cast<std::uint64_t>(ChoiceKind::number)));
    node.options = small(options_max);
    node.chosen = small(options_max);
    node.step = small();
    node.preemptions = small();
    node.last_can_go_on = number(1) == 1;
    require(node.chosen < node.options);
    if (node.kind == ChoiceKind::task) read_actors(node);
    return node;
  }

  void require(bool is_so) { is_wrong_ = is_wrong_ || !is_so; }
  [[nodiscard]] bool is_wrong() const { return is_wrong_; }
  [[nodiscard]] std::size_t place() const { return place_; }

 private:
  void read_actors(PathNode& node) {
    using State = PathNode::State;
    require(node.options <= actor_max + 1);
    for (std::uint32_t i = 0; i < node.options && !is_wrong_; ++i) {
      const ActorNumber who = actor();
      const State state =
          static_cast<State>(small(static_cast<std::uint64_t>(State::beyond_bound)));
      node.actors.push_back({who, state});
      require((state == State::active) == (i == node.chosen));
    }
    for (std::uint64_t left = number(list_max); left > 0 && !is_wrong_; --left) {
      const ActorNumber who = actor();
      node.sleep.push_back({who, footprint()});
    }
    for (std::uint64_t left = number(list_max); left > 0 && !is_wrong_; --left)
      node.touched.push_back(footprint());
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t place_ = 0;
  bool is_wrong_ = false;
};

Branch read_branch(StateReader& reader) {
  Branch branch;
  branch.fixed = reader.number(list_max);
  const std::uint64_t nodes = reader.number(list_max);
  reader.require(branch.fixed <= nodes);
  for (std::uint64_t i = 0; i < nodes && !reader.is_wrong(); ++i)
    branch.path.push_back(reader.node());
  return branch;
}

}  // namespace

std::string print(const ExhaustiveState& state, std::uint32_t fingerprint) {
  Writer writer;
  writer.add(fingerprint);
  writer.add(state.executions);
  writer.add(state.redundant);
  writer.add(state.is_cut ? 1 : 0);
  writer.add(std::bit_cast<std::uint64_t>(state.weight_left));
  writer.add(state.bound);
  writer.add(state.left.size());
  for (const Branch& branch : state.left)
    writer.add(branch);
  return writer.take();
}

std::expected<ExhaustiveState, std::string> parse_exhaustive_state(std::string_view text,
                                                                   std::uint32_t fingerprint) {
  if (!text.starts_with(title))
    return std::unexpected("is no state of an exhaustive search: expected it to begin with \"" +
                           std::string(title) + "\"");
  StateReader reader(text.substr(title.size()));
  if (reader.small() != fingerprint || reader.is_wrong())
    return std::unexpected("belongs to another subject, scenario or kind of search");
  ExhaustiveState state;
  constexpr std::uint64_t any = ~std::uint64_t{0};
  state.executions = reader.number(any);
  state.redundant = reader.number(any);
  state.is_cut = reader.number(1) == 1;
  state.weight_left = std::bit_cast<double>(reader.number(any));
  reader.require(state.weight_left >= 0 && state.weight_left <= 1.001);
  state.bound = reader.small();
  for (std::uint64_t left = reader.number(list_max); left > 0 && !reader.is_wrong(); --left)
    state.left.push_back(read_branch(reader));
  reader.require(!state.left.empty());
  if (reader.is_wrong()) {
    return std::unexpected(fmt::format(
        "number {} after the title: expected a state as it was written", reader.place()));
  }
  return state;
}

}  // namespace poolproof::sim
