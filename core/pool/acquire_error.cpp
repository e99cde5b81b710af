#include <poolproof/core/pool/acquire_error.h>

#include <array>

#include <poolproof/core/ensure.h>

namespace poolproof {
namespace {

struct Unit {
  Duration length;
  Duration used_from;
  const char* name;
};

/// Minutes and hours only from two of them on: "90 s" reads better than "1.5 min".
constexpr std::array<Unit, 6> units{{
    {std::chrono::hours(1), std::chrono::hours(2), "h"},
    {std::chrono::minutes(1), std::chrono::minutes(2), "min"},
    {std::chrono::seconds(1), std::chrono::seconds(1), "s"},
    {std::chrono::milliseconds(1), std::chrono::milliseconds(1), "ms"},
    {std::chrono::microseconds(1), std::chrono::microseconds(1), "us"},
    {std::chrono::nanoseconds(1), std::chrono::nanoseconds(1), "ns"},
}};

/// `magnitude` in hundredths of the unit, rounded; without trailing zeros.
std::string print(Duration magnitude, const Unit& unit) {
  const auto whole = magnitude / unit.length;
  const auto hundredths = ((magnitude % unit.length) * 100 + unit.length / 2) / unit.length;
  std::string text = std::to_string(whole + hundredths / 100);
  const auto places = hundredths % 100;
  if (places > 0) text.append(".").append(std::to_string(places / 10));
  if (places % 10 > 0) text.append(std::to_string(places % 10));
  return text.append(" ").append(unit.name);
}

std::string cause_of(const AcquireError& error) {
  const std::string_view name = to_string(error.cause.kind);
  return "cannot connect: " +
         (error.cause.message.empty() ? std::string(name) : error.cause.message);
}

std::string numbers(const AcquireError& error) {
  std::string text = "max_size " + std::to_string(error.max_size);
  text += ", in use " + std::to_string(error.in_use);
  if (error.opening > 0) text += ", opening " + std::to_string(error.opening);
  text += ", waiting " + std::to_string(error.waiting);
  const std::source_location& taken_by = error.oldest_lease_taken_by;
  if (*taken_by.file_name() == '\0') return text;
  text += ", oldest lease ";
  if (error.oldest_lease_age > Duration::zero()) {
    text.append(to_string(error.oldest_lease_age)).append(" ");
  }
  return text.append("taken at ").append(to_string(taken_by));
}

}  // namespace

std::string_view to_string(AcquireErrorKind kind) noexcept {
  switch (kind) {
    case AcquireErrorKind::timed_out:
      return "timed_out";
    case AcquireErrorKind::exhausted:
      return "exhausted";
    case AcquireErrorKind::closed:
      return "closed";
    case AcquireErrorKind::connect_failed:
      return "connect_failed";
    case AcquireErrorKind::cancelled:
      return "cancelled";
  }
  return "unknown";
}

std::string AcquireError::message() const {
  switch (kind) {
    case AcquireErrorKind::timed_out:
      return "no connection within " + to_string(waited) + ": " + numbers(*this) +
             (has_cause() ? "; " + cause_of(*this) : "");
    case AcquireErrorKind::exhausted:
      return "no connection free: " + numbers(*this);
    case AcquireErrorKind::closed:
      return "pool is closed";
    case AcquireErrorKind::cancelled:
      return "cancelled after " + to_string(waited);
    case AcquireErrorKind::connect_failed:
      break;
  }
  return cause_of(*this);
}

std::string to_string(Duration duration) {
  if (duration == Duration::max()) return "never";
  if (duration == Duration::zero()) return "0 s";
  if (duration == Duration::min()) duration += Duration(1);  // Its magnitude is not a Duration.
  const Duration magnitude = duration < Duration::zero() ? -duration : duration;
  for (const Unit& unit : units) {
    if (magnitude < unit.used_from) continue;
    return std::string(duration < Duration::zero() ? "-" : "").append(print(magnitude, unit));
  }
  return "0 s";
}

}  // namespace poolproof
