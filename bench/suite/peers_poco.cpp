// Poco::Data::SessionPool, over a connector whose sessions are the client that does nothing.

#include <Poco/Data/DataException.h>
#include <Poco/Data/SessionPool.h>

#include <thread>

#include <poolproof/bench/suite/peers.h>
#include <poolproof/subjects/client_registry.h>
#include <poolproof/subjects/poco/poco_connector.h>

namespace poolproof::bench {
namespace {

class SessionPool {
 public:
  using Lease = Poco::Data::Session;

  explicit SessionPool(const PoolPlan& plan)
      : factory_(plan.connect),
        source_(subjects::ClientRegistry::instance(), {&factory_, &clock_}),
        pool_(subjects::poco_connector(), source_.connection_string(), 1,
              static_cast<int>(plan.size), 1'000'000) {}

  /// The pool does not wait: who gets nothing asks again.
  Lease acquire(unsigned) {
    for (;;) {
      try {
        return pool_.get();
      } catch (const Poco::Data::SessionPoolExhaustedException&) {
        std::this_thread::yield();
      }
    }
  }
  void release(unsigned, Lease& lease) { lease.close(); }

 private:
  SlowFactory factory_;
  SteadyClock clock_;
  subjects::ClientRegistry::Entry source_;
  Poco::Data::SessionPool pool_;
};

}  // namespace

Library poco_library() {
  return {.version = "",
          .contenders = {{.name = "poco-sessionpool",
                          .about = "Poco::Data::SessionPool: does not wait, so callers ask again; "
                                   "looks at all idle sessions in each acquire.",
                          .has_bound = false,
                          .build = &build<SessionPool>}}};
}

}  // namespace poolproof::bench
