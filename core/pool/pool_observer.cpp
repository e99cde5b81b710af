#include <poolproof/core/pool/pool_observer.h>

namespace poolproof {

std::string_view to_string(PoolEventKind kind) noexcept {
  switch (kind) {
    case PoolEventKind::opening:
      return "opening";
    case PoolEventKind::opened:
      return "opened";
    case PoolEventKind::open_failed:
      return "open_failed";
    case PoolEventKind::state_changed:
      return "state_changed";
    case PoolEventKind::closed:
      return "closed";
    case PoolEventKind::queued:
      return "queued";
    case PoolEventKind::granted:
      return "granted";
    case PoolEventKind::withdrawn:
      return "withdrawn";
    case PoolEventKind::refused:
      return "refused";
    case PoolEventKind::lease_began:
      return "lease_began";
    case PoolEventKind::lease_ended:
      return "lease_ended";
    case PoolEventKind::lease_overdue:
      return "lease_overdue";
    case PoolEventKind::check_failed:
      return "check_failed";
    case PoolEventKind::pool_closed:
      return "pool_closed";
    case PoolEventKind::transaction_left_open:
      return "transaction_left_open";
    case PoolEventKind::connection_condemned:
      return "connection_condemned";
    case PoolEventKind::generation_condemned:
      return "generation_condemned";
  }
  return "unknown";
}

}  // namespace poolproof
