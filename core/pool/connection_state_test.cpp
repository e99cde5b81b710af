#include <poolproof/core/pool/connection_state.h>

#include <gtest/gtest.h>

#include <poolproof/core/db/db_error.h>
#include <poolproof/core/db/dialect.h>
#include <poolproof/core/pool/acquire_error.h>
#include <poolproof/core/pool/pool_observer.h>

namespace poolproof {
namespace {

TEST(ConnectionState, IdleMayBecomeInUseOrInvalid) {
  EXPECT_TRUE(is_legal_transition(ConnectionState::idle, ConnectionState::in_use));
  EXPECT_TRUE(is_legal_transition(ConnectionState::idle, ConnectionState::invalid));
  EXPECT_FALSE(is_legal_transition(ConnectionState::idle, ConnectionState::idle));
}

TEST(ConnectionState, InUseMayBecomeIdleOrInvalid) {
  EXPECT_TRUE(is_legal_transition(ConnectionState::in_use, ConnectionState::idle));
  EXPECT_TRUE(is_legal_transition(ConnectionState::in_use, ConnectionState::invalid));
  EXPECT_FALSE(is_legal_transition(ConnectionState::in_use, ConnectionState::in_use));
}

TEST(ConnectionState, InvalidIsFinal) {
  EXPECT_FALSE(is_legal_transition(ConnectionState::invalid, ConnectionState::idle));
  EXPECT_FALSE(is_legal_transition(ConnectionState::invalid, ConnectionState::in_use));
  EXPECT_FALSE(is_legal_transition(ConnectionState::invalid, ConnectionState::invalid));
}

TEST(ConnectionState, ValuesAndNamesAreFixed) {
  EXPECT_EQ(static_cast<int>(ConnectionState::idle), 0);
  EXPECT_EQ(static_cast<int>(ConnectionState::in_use), 1);
  EXPECT_EQ(static_cast<int>(ConnectionState::invalid), 2);
  EXPECT_EQ(to_string(ConnectionState::idle), "idle");
  EXPECT_EQ(to_string(ConnectionState::in_use), "in_use");
  EXPECT_EQ(to_string(ConnectionState::invalid), "invalid");
}

TEST(AcquireErrorKind, EveryKindHasItsName) {
  EXPECT_EQ(to_string(AcquireErrorKind::timed_out), "timed_out");
  EXPECT_EQ(to_string(AcquireErrorKind::exhausted), "exhausted");
  EXPECT_EQ(to_string(AcquireErrorKind::closed), "closed");
  EXPECT_EQ(to_string(AcquireErrorKind::connect_failed), "connect_failed");
}

TEST(DbErrorKind, EveryKindHasItsName) {
  EXPECT_EQ(to_string(DbErrorKind::connection_failed), "connection_failed");
  EXPECT_EQ(to_string(DbErrorKind::connection_lost), "connection_lost");
  EXPECT_EQ(to_string(DbErrorKind::timed_out), "timed_out");
  EXPECT_EQ(to_string(DbErrorKind::rejected), "rejected");
  EXPECT_EQ(to_string(DbErrorKind::exception), "exception");
}

TEST(Dialect, EveryDialectHasItsName) {
  EXPECT_EQ(to_string(Dialect::sqlite), "sqlite");
  EXPECT_EQ(to_string(Dialect::postgresql), "postgresql");
  EXPECT_EQ(to_string(Dialect::mysql), "mysql");
}

TEST(PoolEventKind, EveryKindHasItsName) {
  EXPECT_EQ(to_string(PoolEventKind::opening), "opening");
  EXPECT_EQ(to_string(PoolEventKind::opened), "opened");
  EXPECT_EQ(to_string(PoolEventKind::open_failed), "open_failed");
  EXPECT_EQ(to_string(PoolEventKind::state_changed), "state_changed");
  EXPECT_EQ(to_string(PoolEventKind::closed), "closed");
  EXPECT_EQ(to_string(PoolEventKind::queued), "queued");
  EXPECT_EQ(to_string(PoolEventKind::granted), "granted");
  EXPECT_EQ(to_string(PoolEventKind::withdrawn), "withdrawn");
  EXPECT_EQ(to_string(PoolEventKind::refused), "refused");
  EXPECT_EQ(to_string(PoolEventKind::lease_began), "lease_began");
  EXPECT_EQ(to_string(PoolEventKind::lease_ended), "lease_ended");
  EXPECT_EQ(to_string(PoolEventKind::lease_overdue), "lease_overdue");
  EXPECT_EQ(to_string(PoolEventKind::check_failed), "check_failed");
  EXPECT_EQ(to_string(PoolEventKind::transaction_left_open), "transaction_left_open");
  EXPECT_EQ(to_string(PoolEventKind::pool_closed), "pool_closed");
}

}  // namespace
}  // namespace poolproof
