#pragma once
// Writes the history. The scenario's clients, the mock database, the pool's observer and the
// engine all tell it what happens; it never reads.

#include <array>
#include <cstdint>

#include <poolproof/core/pool/pool_observer.h>
#include <poolproof/mocks/client_call.h>
#include <poolproof/mocks/table_store.h>
#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/judge/history.h>

namespace poolproof::sim {

/// Which client of the scenario a task is.
struct ClientName {
  std::uint16_t script =
      0xffff;  ///< index into Scenario::clients; 0xffff: none, a task of the pool or the main task
  std::uint16_t copy = 0;  ///< counted from 0
};

class Recorder : public mocks::CallListener, public mocks::StoreListener, public PoolObserver {
 public:
  /// The calling task begins or ends an operation of the pool. `event.kind` is set here.
  void called(Event event) {
    event.kind = EventKind::call;
    enter(event.operation);
    append(event);
  }
  void returned(Event event) {
    event.kind = EventKind::ret;
    append(event);
    enter(Operation::none);
  }
  void returned(Event event, const Snapshot& snapshot) {
    event.snapshot = keep(snapshot);
    returned(event);
  }
  /// Keeps the error of an acquire, for Event::snapshot.
  [[nodiscard]] std::uint32_t refused(const Refusal& refusal) { return keep(refusal); }

  /// A step of a transaction of the calling task's. `event.kind` is set here.
  void stepped(Event event) {
    event.kind = EventKind::transaction;
    append(event);
  }

  void on_effect(mocks::StoreEffect effect, mocks::SessionNumber session,
                 const mocks::StoreDetail& detail) override;
  void on_begin(ClientCall call, mocks::SessionNumber session, Instant deadline) override;
  void on_end(ClientCall call, mocks::SessionNumber session, mocks::CallOutcome outcome) override;
  void on_death(mocks::SessionNumber session, Duration ago) override;
  void on_event(const PoolEvent& event) override;

  /// Whether anything is kept. If not, nobody need say anything.
  [[nodiscard]] bool is_writing() const noexcept { return is_writing_; }

  /// The calling task is this client.
  virtual void is_client(ClientName name) = 0;
  /// The calling task.
  [[nodiscard]] virtual TaskId self() const = 0;

 protected:
  /// Stamps time and task (unless set) and keeps the event.
  virtual void append(Event event) = 0;
  /// Keeps what an operation answered; returns 1 + its index.
  virtual std::uint32_t keep(const Snapshot& snapshot) = 0;
  virtual std::uint32_t keep(const Refusal& refusal) = 0;
  /// Notes which operation the calling task is in; and tells it.
  virtual void enter(Operation operation) = 0;
  [[nodiscard]] virtual Operation operation() const = 0;
  [[nodiscard]] virtual Instant now() const = 0;
  /// Before a client's call: the place for a scheduling point or a delay.
  virtual void pause() = 0;

  bool is_writing_ = true;
};

/// Inside an Engine. One history at a time.
class SimRecorder final : public Recorder, public EngineListener {
 public:
  /// What happens from now on is written to `history`; nullptr: nowhere.
  void begin(History* history) noexcept {
    history_ = history;
    is_writing_ = history != nullptr;
    operations_.fill(Operation::none);
    in_client_call_.fill(false);
    clients_.fill({});
  }
  /// The execution has ended.
  void finish(Outcome outcome, Instant at);

  [[nodiscard]] ClientName client(TaskId task) const noexcept {
    return clients_[static_cast<std::size_t>(task)];
  }

  void is_client(ClientName name) override;
  [[nodiscard]] TaskId self() const override { return Engine::current().running(); }
  void on_parked(TaskId task) override;
  void on_stalled(bool is_deadlock, Duration until_next_timer) override;

 protected:
  void append(Event event) override;
  std::uint32_t keep(const Snapshot& snapshot) override;
  std::uint32_t keep(const Refusal& refusal) override;
  void enter(Operation operation) override;
  [[nodiscard]] Operation operation() const override;
  [[nodiscard]] Instant now() const override { return Engine::current().now(); }
  void pause() override { Engine::current().client_call(); }

 private:
  History* history_ = nullptr;
  std::array<Operation, tasks_max> operations_{};
  std::array<bool, tasks_max> in_client_call_{};  // which may sleep as it likes
  std::array<ClientName, tasks_max> clients_{};
};

}  // namespace poolproof::sim
