#include <poolproof/drivers/postgres/host_lookup.h>

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <atomic>
#include <latch>

#include <poolproof/drivers/postgres/server_for_test.h>

namespace {

std::latch may_answer(1);
std::atomic<int> hanging = 0;

}  // namespace

/// In the system's place, for this program: a name server that hangs for one name, and knows
/// another.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "getaddrinfo"));
  const std::string_view asked = name == nullptr ? "" : name;
  if (asked == "hangs.example") {
    ++hanging;
    may_answer.wait();
  }
  if (asked == "unknown.example") return EAI_NONAME;
  if (asked == "two.example") {
    static sockaddr_in places[2];
    static addrinfo both[2];
    for (int i = 0; i < 2; ++i) {
      places[i].sin_family = AF_INET;
      places[i].sin_addr.s_addr = htonl(0x7f000001U + static_cast<unsigned>(i));
      both[i].ai_addr = reinterpret_cast<sockaddr*>(&places[i]);
      both[i].ai_addrlen = sizeof(sockaddr_in);
    }
    both[0].ai_next = &both[1];
    *found = both;
    return 0;
  }
  return real(name, service, hints, found);
}

extern "C" void freeaddrinfo(addrinfo* found) {
  using Function = void (*)(addrinfo*);
  static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "freeaddrinfo"));
  const bool is_ours = found != nullptr && found->ai_next == found + 1;
  if (!is_ours) real(found);
}

namespace poolproof::postgres {
namespace {

std::string listed(const ConnectionParameters& parameters) {
  std::string text;
  for (const auto& [keyword, value] : parameters)
    text.append(keyword).append("=").append(value).append(" ");
  return text;
}

std::string with_addresses_of(ConnectionParameters parameters) {
  const auto found = with_addresses(std::move(parameters), clock_for_test(), Instant::max());
  return found ? listed(*found) : to_string(found.error());
}

TEST(HostLookup, LeavesPlacesAndAddressesAlone) {
  for (const char* host : {"/tmp", "@abstract", "127.0.0.1", "::1", "/a,127.0.0.1"})
    EXPECT_EQ(with_addresses_of({{"host", host}}), "host=" + std::string(host) + " ");
  EXPECT_EQ(with_addresses_of({{"host", "hangs.example"}, {"hostaddr", "127.0.0.1"}}),
            "host=hangs.example hostaddr=127.0.0.1 ");
}

TEST(HostLookup, MakesAHostOfEachAddress) {
  EXPECT_EQ(with_addresses_of({{"host", "two.example"}}),
            "host=two.example,two.example hostaddr=127.0.0.1,127.0.0.2 ");
  EXPECT_EQ(with_addresses_of({{"host", "/tmp,two.example"}, {"port", "1,2"}}),
            "host=/tmp,two.example,two.example hostaddr=,127.0.0.1,127.0.0.2 port=1,2,2 ");
  EXPECT_EQ(with_addresses_of({{"host", "two.example"}, {"port", "7"}}),
            "host=two.example,two.example hostaddr=127.0.0.1,127.0.0.2 port=7,7 ");
}

TEST(HostLookup, SaysThatANameIsNotKnown) {
  EXPECT_EQ(with_addresses_of({{"host", "unknown.example"}}),
            "connection_failed: could not translate host name \"unknown.example\" to address: "
            "Name or service not known");
}

TEST(HostLookup, ThatHangsIsLeftAtTheDeadline) {
  PostgresFactory factory({.address = "host=hangs.example"}, clock_for_test());
  const Instant began = clock_for_test().now();

  const auto client = factory.connect(in(std::chrono::milliseconds(50)));

  ASSERT_FALSE(client);
  EXPECT_EQ(to_string(client.error()),
            "timed_out: the look-up of a host's name did not end before the deadline");
  EXPECT_GE(clock_for_test().now(), began + std::chrono::milliseconds(50));
  for (int again = 0; again < 5; ++again)
    EXPECT_FALSE(factory.connect(in(std::chrono::milliseconds(10))));
  EXPECT_EQ(hanging, 1);  // Not one look-up for each connect.
  may_answer.count_down();
}

}  // namespace
}  // namespace poolproof::postgres
