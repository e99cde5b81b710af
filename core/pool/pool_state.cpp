#include <poolproof/core/pool/pool_state.h>

#include <algorithm>

namespace poolproof {
namespace {

constexpr Duration never_if_zero(Duration knob) {
  return knob == Duration::zero() ? Duration::max() : knob;
}

/// Notes the waiter's good fortune among the waiter's own events: it tells them when it wakes.
class OnBehalfOf {
 public:
  OnBehalfOf(PoolState& state, const Waiter& waiter) : state_(state), before_(state.listener()) {
    state_.listen(waiter.events);
  }
  ~OnBehalfOf() { state_.listen(before_); }
  OnBehalfOf(const OnBehalfOf&) = delete;
  OnBehalfOf& operator=(const OnBehalfOf&) = delete;

 private:
  PoolState& state_;
  PendingEvents* before_;
};

}  // namespace

PoolState::PoolState(const PoolConfig& config)
    : idle_timeout_(never_if_zero(config.idle_timeout)),
      validate_after_idle_(never_if_zero(config.validate_after_idle)),
      leak_threshold_(never_if_zero(config.leak_threshold)),
      max_lifetime_(never_if_zero(config.max_lifetime)),
      backoff_{config.connect_backoff, config.connect_backoff_max},
      min_size_(config.min_size),
      max_size_(config.max_size),
      jitter_(Rng::mix(config.seed)),
      backoff_rng_(Rng::stream(config.seed, 1)) {
  ensure(max_size_ > 0);
  ensure(min_size_ <= max_size_);
  adopt(std::make_unique<SlotBlock>(max_size_));
}

void PoolState::adopt(std::unique_ptr<SlotBlock> block) {
  for (std::size_t i = 0; i < block->size; ++i) {
    Slot& slot = block->slots[i];
    (last_in_table_ != nullptr ? last_in_table_->next_in_table : first_in_table_) = &slot;
    last_in_table_ = &slot;
    free_.push_back(slot);
  }
  slots_ += block->size;
  block->older = std::move(newest_block_);
  newest_block_ = std::move(block);
}

// A caller wants a connection.

Turn PoolState::request_beyond_the_first(Instant now, const std::source_location& taken_by) {
  if (is_closed_) return {Turn::Kind::refuse};
  resume_connects(now);
  for (Slot* slot = idle_.front(); slot != nullptr; slot = slot->next) {
    if (!is_expired(*slot, now)) return take(*slot, now, taken_by);
  }
  if (occupied_ < max_size_ && !pauses_connects_) {
    return {Turn::Kind::open, &reserve()};
  }
  if (idle_.empty()) return {Turn::Kind::wait};
  Slot& oldest = *idle_.back();
  idle_.remove(oldest);
  condemn(oldest);
  return {pauses_connects_ ? Turn::Kind::discard : Turn::Kind::replace, &oldest};
}

void PoolState::enqueue(Waiter& waiter) {
  ensure(idle_.empty());
  ensure(occupied_ >= max_size_ || pauses_connects_);
  ensure(!is_closed_);
  if (waiter.id == WaiterId{}) waiter.id = arrive();
  Waiter* younger = nullptr;  // Nearly always none: only who was refused comes back to its place.
  for (Waiter* w = queue_.back(); w != nullptr && w->id > waiter.id; w = w->previous)
    younger = w;
  queue_.insert_before(younger, waiter);
  note_waiter(PoolEventKind::queued, waiter);
}

void PoolState::withdraw(Waiter& waiter) {
  ensure(waiter.grant == Grant::nothing);
  queue_.remove(waiter);
  note_waiter(PoolEventKind::withdrawn, waiter);
}

void PoolState::cancel(Waiter& waiter) {
  if (waiter.grant != Grant::nothing) return;
  const OnBehalfOf its(*this, waiter);
  waiter.grant = Grant::cancelled;
  queue_.remove(waiter);
  note_waiter(PoolEventKind::withdrawn, waiter);
  granted_.push_back(waiter);
}

Turn PoolState::grant_checked(Slot& slot, Instant now, const std::source_location& taken_by,
                              Duration waited) {
  ensure(slot.holder == Holder::pool_check);
  if (!is_fit(slot, now)) {
    condemn(slot);
    return {Turn::Kind::replace, &slot};
  }
  lend(slot, now, taken_by);
  waits_.add(waited);
  return {Turn::Kind::grant, &slot};
}

Turn PoolState::reopen(Slot& slot, Instant now) {
  finish_closing(slot);
  resume_connects(now);
  if (!is_closed_ && occupied_ <= max_size_ && !pauses_connects_) {
    begin_opening(slot);
    return {Turn::Kind::open, &slot};
  }
  free(slot);
  return {is_closed_ ? Turn::Kind::refuse : Turn::Kind::wait};
}

// A connect begins and ends.

Slot& PoolState::reserve() {
  ensure(occupied_ < max_size_);
  Slot& slot = free_.pop_front();
  ++occupied_;  // Before the connect: two slow connects must not both take the last slot.
  begin_opening(slot);
  return slot;
}

void PoolState::begin_opening(Slot& slot) {
  slot.stage = SlotStage::opening;
  ++opening_;
  slot.id = ConnectionId{++last_connection_};
  // Now, not when the connect ends: the session may exist at the server before an evict_all and be
  // heard of after.
  slot.generation = generation_;
  slot.refusals_before = refusals_;
  note(PoolEventKind::opening, &slot);
}

void PoolState::make_open(Slot& slot, Instant now, ConnectionState state) {
  ensure(slot.stage == SlotStage::opening);
  --opening_;
  ++connects_;
  slot.stage = SlotStage::open;
  slot.state = state;
  slot.is_doomed = false;
  slot.opened_at = slot.last_used = now;
  slot.expires_at = expiry(now);
  slot.use_count = 0;
  note(PoolEventKind::opened, &slot);
  if (refusals_ > 0) [[unlikely]]
    end_pause();
}

Instant PoolState::expiry(Instant opened_at) {
  if (max_lifetime_ == Duration::max()) return Instant::max();
  constexpr std::uint32_t steps = 1024;
  // Multiples of the golden ratio: however many there are, they share the range out evenly, and no
  // two expire together because chance would have it.
  jitter_ += 0x9e3779b97f4a7c15U;
  const auto step = static_cast<std::uint32_t>(((jitter_ >> 32U) * (steps + 1)) >> 32U);
  return deadline_after(opened_at, max_lifetime_ - max_lifetime_ / 10 / steps * step);
}

Fate PoolState::opened(Slot& slot, Instant now, const std::source_location& taken_by,
                       Duration waited) {
  make_open(slot, now, ConnectionState::in_use);
  if (is_closed_) {
    condemn(slot);
    return Fate::close;
  }
  lend(slot, now, taken_by);
  waits_.add(waited);
  return Fate::keep;
}

Fate PoolState::opened_idle(Slot& slot, Instant now) {
  make_open(slot, now, ConnectionState::in_use);  // By the pool itself, until it is settled.
  return settle(slot, now, now);
}

void PoolState::open_failed(Slot& slot, const DbError& error) {
  ensure(slot.stage == SlotStage::opening);
  --opening_;
  ++connect_failures_;
  note(PoolEventKind::open_failed, slot, error);
  free(slot);
}

void PoolState::pause_connects(const Slot& slot, std::shared_ptr<const DbError> refusal,
                               Instant now) {
  if (backoff_.first == Duration::zero() || is_closed_) return;
  refusal_ = std::move(refusal);
  // Of those refused together one counts; but none begins within the pause after the last of them.
  const bool is_pausing = pauses_connects_ && now < connects_again_at_;
  if (!is_pausing || slot.refusals_before == refusals_) ++refusals_;
  const Instant end = deadline_after(now, pause_after(refusals_, backoff_, backoff_rng_));
  connects_again_at_ = is_pausing ? std::max(connects_again_at_, end) : end;
  pauses_connects_ = true;
}

void PoolState::resume_connects(Instant now) {
  if (!pauses_connects_ || now < connects_again_at_) return;
  pauses_connects_ = false;
  serve_waiters();
}

/// A connect has gone well: there is nothing to wait for.
void PoolState::end_pause() {
  refusals_ = 0;
  refusal_.reset();
  resume_connects(connects_again_at_);
}

Waiter* PoolState::next_to_resume() noexcept {
  if (queue_.empty() || !withholds_slot()) return nullptr;
  Waiter& oldest = *queue_.front();
  if (oldest.wakes_at <= connects_again_at_) return nullptr;
  oldest.wakes_at = connects_again_at_;
  return &oldest;
}

// A connection comes back.

Fate PoolState::hand_off(Slot& slot, Instant now) {
  change(slot, ConnectionState::idle);
  Waiter& waiter = queue_.pop_front();
  const OnBehalfOf its(*this, waiter);
  waiter.grant = Grant::connection;
  waiter.slot = &slot;
  note_waiter(PoolEventKind::granted, waiter, &slot);
  change(slot, ConnectionState::in_use);
  lend(slot, now, waiter.taken_by);
  waits_.add(now - waiter.began);
  granted_.push_back(waiter);
  return Fate::hand_off;
}

Fate PoolState::check_passed(Slot& slot, Instant now) {
  ensure(slot.holder == Holder::pool_check);
  return settle(slot, now,
                slot.last_used);  // A check is no use: idle_timeout must not begin anew.
}

void PoolState::check_failed(Slot& slot, const DbError& error) {
  ensure(slot.holder == Holder::pool_check);
  note(PoolEventKind::check_failed, slot, error);
  condemn(slot);
}

void PoolState::condemn(Slot& slot) {
  ensure(slot.stage == SlotStage::open);
  ensure(is_legal_transition(slot.state, ConnectionState::invalid));
  slot.condemnation = {};
  slot.condemned_from = slot.state;
  if (events_ != nullptr) {
    slot.condemnation = {.sequence = ++sequence_,
                         .leases = static_cast<std::uint32_t>(leases()),
                         .waiting = static_cast<std::uint32_t>(queue_.size())};
  }
  slot.state = ConnectionState::invalid;
  slot.stage = SlotStage::closing;
  slot.holder = Holder::nobody;
  ++closing_;
}

void PoolState::closed(Slot& slot) {
  finish_closing(slot);
  free(slot);
}

void PoolState::finish_closing(Slot& slot) {
  ensure(slot.stage == SlotStage::closing);
  ensure(slot.client == nullptr);
  --closing_;
  ++closes_;
  note(PoolEventKind::closed, &slot);
}

void PoolState::free(Slot& slot) {
  slot.stage = SlotStage::free;
  slot.id = {};
  --occupied_;
  free_.push_front(slot);
  serve_waiters();
  if (occupied_ == 0) release_drainers();
}

void PoolState::release_drainers() {
  while (!drainers_.empty()) {
    Waiter& drainer = drainers_.pop_front();
    drainer.grant = Grant::all_free;
    granted_.push_back(drainer);
  }
}

void PoolState::serve_waiters() {
  while (!queue_.empty() && occupied_ < max_size_ && !pauses_connects_) {
    Waiter& waiter = queue_.pop_front();
    const OnBehalfOf its(*this, waiter);
    waiter.grant = Grant::free_slot;
    note_waiter(PoolEventKind::granted, waiter);
    waiter.slot = &reserve();
    granted_.push_back(waiter);
  }
}

void PoolState::enqueue_drainer(Waiter& drainer) {
  ensure(is_closed_);
  ensure(occupied_ > 0);
  drainers_.push_back(drainer);
}

void PoolState::withdraw_drainer(Waiter& drainer) {
  ensure(drainer.grant == Grant::nothing);
  drainers_.remove(drainer);
}

// The health check.

Job PoolState::due(Instant now, Round& round) {
  for (std::size_t looked_at = 0; round.next != nullptr; ++looked_at) {
    if (looked_at == slots_at_once) return {Job::Kind::go_on};
    Slot& slot = *std::exchange(round.next, round.next->next_in_table);
    if (slot.stage != SlotStage::open) continue;
    if (is_overdue(slot, now)) return report(slot, now);
    if (slot.state == ConnectionState::idle) return inspect(slot, now);
  }
  Slot* slot = round.may_open ? reserve_for_floor(now) : nullptr;
  return slot != nullptr ? Job{Job::Kind::open, slot} : Job{};
}

Job PoolState::report(Slot& slot, Instant now) {
  slot.is_reported = true;
  if (events_ != nullptr) {
    PoolEvent overdue = event(PoolEventKind::lease_overdue, &slot);
    overdue.held = now - slot.taken_at;
    overdue.taken_by = slot.taken_by;
    events_->add(overdue);
  }
  return {Job::Kind::report, &slot};
}

Job PoolState::inspect(Slot& slot, Instant now) {
  idle_.remove(slot);
  if (!is_fit(slot, now) || is_idle_too_long(slot, now)) {
    condemn(slot);
    return {Job::Kind::close, &slot};
  }
  change(slot, ConnectionState::in_use);
  slot.holder = Holder::pool_check;
  return {Job::Kind::ping, &slot};
}

bool PoolState::is_idle_too_long(const Slot& slot, Instant now) const noexcept {
  const std::size_t open = opening_or_open() - opening_;
  return open > min_size_ && now - slot.last_used >= idle_timeout_;
}

bool PoolState::is_overdue(const Slot& slot, Instant now) const noexcept {
  return slot.holder == Holder::lease && !slot.is_reported &&
         now - slot.taken_at > leak_threshold_;
}

Slot* PoolState::reserve_for_floor(Instant now) {
  resume_connects(now);
  return is_below_floor() && !pauses_connects_ ? &reserve() : nullptr;
}

// The pool as a whole.

Slot* PoolState::close() {
  if (is_closed_) return nullptr;
  is_closed_ = true;
  ++generation_;  // So that whatever comes back from now on is closed.
  note(PoolEventKind::pool_closed);
  while (!queue_.empty()) {
    Waiter& waiter = queue_.pop_front();
    const OnBehalfOf its(*this, waiter);
    waiter.grant = Grant::closed;
    enter();
    note_waiter(PoolEventKind::refused, waiter);
    granted_.push_back(waiter);
  }
  return condemn_idle(0);
}

Slot* PoolState::evict_all() {
  ++generation_;
  return condemn_idle(0);
}

Slot* PoolState::condemn_generation(Slot& slot, const DbError& error) {
  if (slot.generation != generation_) return condemn_when_released(slot, error);
  slot.is_doomed = true;
  note(PoolEventKind::generation_condemned, slot, error);
  return evict_all();
}

Slot* PoolState::condemn_when_released(Slot& slot, const DbError& error) {
  if (!std::exchange(slot.is_doomed, true)) note(PoolEventKind::connection_condemned, slot, error);
  return nullptr;
}

Slot* PoolState::resize(SizeLimits limits, std::unique_ptr<SlotBlock> more) {
  min_size_ = limits.min_size;
  max_size_ = limits.max_size;
  if (more != nullptr) adopt(std::move(more));
  ensure(slots_ >= max_size_);
  serve_waiters();
  return condemn_idle(max_size_);
}

std::size_t PoolState::slots_missing(std::size_t max_size) const noexcept {
  return max_size > slots_ ? max_size - slots_ : 0;
}

Slot* PoolState::condemn_idle(std::size_t open_at_most) {
  Slot* chain = nullptr;
  while (!idle_.empty() && opening_or_open() > open_at_most) {
    Slot& oldest = *idle_.back();
    idle_.remove(oldest);
    condemn(oldest);
    oldest.next = std::exchange(chain, &oldest);
  }
  return chain;
}

}  // namespace poolproof
