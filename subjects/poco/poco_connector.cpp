#include <poolproof/subjects/poco/poco_connector.h>

#include <exception>
#include <utility>

#include <Poco/Data/Connector.h>
#include <Poco/Data/DataException.h>
#include <Poco/Data/MetaColumn.h>
#include <Poco/Data/SessionFactory.h>

#include <poolproof/subjects/client_registry.h>

namespace poolproof::subjects {
namespace {

namespace data = Poco::Data;

class PocoStatement final : public data::StatementImpl {
 public:
  explicit PocoStatement(PocoSession& session) : StatementImpl(session), session_(session) {}

 protected:
  void compileImpl() override { is_compiled_ = true; }
  void bindImpl() override { session_.run(toString()); }
  bool canCompile() const override { return !is_compiled_; }
  bool canBind() const override { return false; }
  bool hasNext() override { return false; }
  std::size_t next() override { throw data::NoDataException("statements have no output"); }
  std::size_t columnsReturned() const override { return 0; }
  int affectedRowCount() const override { return 0; }
  const data::MetaColumn& metaColumn(std::size_t) const override {
    throw data::NoDataException("statements have no output");
  }
  data::AbstractExtraction::ExtractorPtr extractor() override { return {}; }
  data::AbstractBinding::BinderPtr binder() override { return {}; }

 private:
  PocoSession& session_;
  bool is_compiled_ = false;
};

class PocoConnector final : public data::Connector {
 public:
  const std::string& name() const override {
    static const std::string name = "poolproof";
    return name;
  }
  Poco::AutoPtr<data::SessionImpl> createSession(const std::string& connection_string,
                                                 std::size_t timeout) override {
    return new PocoSession(connection_string, timeout);
  }
};

[[noreturn]] void raise(const DbError& error) {
  switch (error.kind) {
    case DbErrorKind::connection_failed:
    case DbErrorKind::timed_out:
      throw data::ConnectionFailedException(error.message);
    case DbErrorKind::connection_lost:
      throw data::NotConnectedException(error.message);
    default:
      break;
  }
  throw data::ExecutionException(error.message);
}

/// What `call` answers; what it throws becomes an error of kind `thrown`, for Poco knows only its
/// own exceptions.
template <class Call>
auto guarded(DbErrorKind thrown, Call call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& exception) {
    return std::unexpected(DbError{thrown, exception.what()});
  }
}

std::shared_ptr<DbClient> connect(const std::string& connection_string,
                                  std::size_t timeout_seconds) {
  const ClientSource source = ClientRegistry::instance().find(connection_string);
  if (source.factory == nullptr) {
    throw data::ConnectionFailedException("no client factory is registered as '" +
                                          connection_string + "'");
  }
  const Instant deadline =
      timeout_seconds == 0
          ? Instant::max()
          : deadline_after(source.clock->now(), std::chrono::seconds(timeout_seconds));
  auto opened =
      guarded(DbErrorKind::connection_failed, [&] { return source.factory->connect(deadline); });
  if (!opened) raise(opened.error());
  return *std::move(opened);
}

}  // namespace

PocoSession::PocoSession(const std::string& connection_string, std::size_t login_timeout)
    : AbstractSessionImpl(connection_string, login_timeout) {
  PocoSession::open();
}

void PocoSession::open(const std::string&) {
  if (isConnected()) return;
  auto opened = connect(connectionString(), getLoginTimeout());
  setHandle("handle", session_id(*opened));
  const std::lock_guard guard(mutex_);
  client_ = std::move(opened);
}

void PocoSession::close() {
  std::shared_ptr<DbClient> closing;  // Destroyed, and so closed, without the lock.
  const std::lock_guard guard(mutex_);
  closing.swap(client_);
}

bool PocoSession::isConnected() const {
  const std::lock_guard guard(mutex_);
  return client_ != nullptr;
}

bool PocoSession::isGood() const {
  if (!isConnected()) return false;
  return guarded(DbErrorKind::connection_lost, [&] { return client()->ping(); }).has_value();
}

void PocoSession::reset() {
  const auto session = client();
  const auto done = guarded(DbErrorKind::connection_lost, [&] { return session->reset(); });
  if (!done) raise(done.error());
}

data::StatementImpl::Ptr PocoSession::createStatementImpl() {
  return new PocoStatement(*this);
}

void PocoSession::run(const std::string& sql) {
  const auto session = client();
  const auto done = guarded(DbErrorKind::exception, [&] { return session->execute(sql, {}); });
  if (!done) raise(done.error());
}

void PocoSession::begin() {
  run("BEGIN");
  is_transaction_ = true;
}

void PocoSession::commit() {
  run("COMMIT");
  is_transaction_ = false;
}

void PocoSession::rollback() {
  run("ROLLBACK");
  is_transaction_ = false;
}

void PocoSession::setTransactionIsolation(Poco::UInt32) {
  throw data::NotSupportedException("transaction isolation");
}

const std::string& PocoSession::connectorName() const {
  return poco_connector();
}

std::shared_ptr<DbClient> PocoSession::client() const {
  const std::lock_guard guard(mutex_);
  if (client_ == nullptr) throw data::NotConnectedException("the session was closed");
  return client_;
}

const std::string& poco_connector() {
  static const std::string name = [] {
    auto connector = std::make_unique<PocoConnector>();
    std::string its_name = connector->name();
    data::SessionFactory::instance().add(connector.release());
    return its_name;
  }();
  return name;
}

}  // namespace poolproof::subjects
