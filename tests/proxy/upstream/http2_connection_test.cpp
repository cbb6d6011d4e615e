#include "proxy/upstream/http2_connection.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>

using namespace sallyport;
using namespace std::chrono_literals;
using upstream::http2_connection;

namespace {

/// A connection of which the test is the other end.
struct held_wire final : upstream::provider_wire {
  explicit held_wire(boost::asio::io_context& on) : io(on) {}
  void handshake(std::function<void(boost::system::error_code)>) override {}
  void start_read() override { reading_ = true; }
  std::size_t write_now(const pieces&, boost::system::error_code&) override { return 0; }
  void start_write(const pieces& what) override {
    written.append(static_cast<const char*>(what[0].data()), what[0].size());
    boost::asio::post(io, [self = shared_from_this(), this, size = what[0].size()] {
      if (user_ != nullptr) user_->on_written({}, size);
    });
  }
  bool is_quiet() override { return open; }
  bool is_secured() const override { return true; }
  void close() override {
    user_ = nullptr;
    open = false;
  }
  void arrive(std::string_view bytes) {
    if (user_ != nullptr) user_->on_read({}, bytes);
  }

  boost::asio::io_context& io;
  std::string written;
  bool open = true;
};

struct moved_clock final : clock {
  instant now() const override { return at; }
  wall_time wall() const override { return {}; }
  std::unique_ptr<wait_handle> make_wait() override { return nullptr; }
  instant at = std::chrono::steady_clock::now();
};

struct listener final : upstream::http2_user {
  bool on_field(std::string_view, std::string_view) override { return true; }
  void on_unfit_field() override {}
  bool on_fields_end() override { return true; }
  void on_data(std::string_view) override {}
  void on_end() override { ended = true; }
  void on_lost(failure how, bool nothing_done) override {
    why = std::move(how);
    unprocessed = nothing_done;
  }
  std::size_t read_body(char*, std::size_t) override { return 0; }
  bool is_body_read() const override { return true; }
  void on_news() override { ++news; }
  maybe_failure why;
  bool unprocessed = false;
  bool ended = false;
  int news = 0;
};

const std::string settings("\0\0\0\4\0\0\0\0\0", 9);
const std::string ping("\0\0\10\6\0\0\0\0\0", 9);         // and eight bytes
const std::string ping_answer("\0\0\10\6\1\0\0\0\0\0\0\0\0\0\0\0\0", 17);

/// A connection whose provider has greeted, and one stream on it.
struct open_connection {
  open_connection() {
    all->start([this] { ++changes; });
    wire->arrive(settings);
    request.authority = "a";
    request.path = "/";
    id = all->open(provider, request, user);
    turn();
  }
  void turn() {
    io.restart();
    io.poll();
  }
  /// As if so long had passed, for whoever looks at the time; the alarm itself comes due at once.
  void after(duration how_long) {
    time.at += how_long;
    const auto before = changes;
    while (changes == before) io.run_one();
    turn();
  }
  bool has_pinged() const { return wire->written.find(ping) != std::string::npos; }

  boost::asio::io_context io{1};
  moved_clock time;
  std::shared_ptr<held_wire> wire = std::make_shared<held_wire>(io);
  std::shared_ptr<http2_connection> all = std::make_shared<http2_connection>(wire, std::make_shared<upstream::deadlines>(io), time,
                                                                             upstream::http2_patience{20ms, 10ms, 5ms});
  config::provider provider;
  upstream::request_fields request;
  listener user;
  std::int32_t id = 0;
  int changes = 0;
};

}  // namespace

TEST_CASE("a connection that is silent under a stream is asked, and lost where it does not answer") {
  open_connection one;
  REQUIRE(one.id == 1);
  one.after(5ms);
  CHECK_FALSE(one.has_pinged());
  one.after(15ms);
  CHECK(one.has_pinged());
  CHECK_FALSE(one.user.why);
  one.after(10ms);
  REQUIRE(one.user.why);
  CHECK(one.user.why->kind == failure_kind::connection_lost);
  CHECK(one.user.news == 1);
  CHECK(one.all->is_over());
  CHECK_FALSE(one.wire->open);
}

TEST_CASE("one that answers a PING lives on") {
  open_connection one;
  one.after(20ms);
  CHECK(one.has_pinged());
  one.wire->arrive(ping_answer);
  one.after(10ms);
  CHECK_FALSE(one.user.why);
  CHECK(one.all->serves_on());
}

TEST_CASE("one that was asked takes nobody until it answers, and is lost where it does not, also when its last stream has left") {
  open_connection one;
  one.after(20ms);
  REQUIRE(one.has_pinged());
  one.all->leave(one.id);
  one.turn();
  CHECK(one.all->room() == 0);
  SUBCASE("it answers") {
    one.wire->arrive(ping_answer);
    CHECK(one.all->room() > 0);
    one.after(10ms);
    CHECK(one.all->serves_on());
  }
  SUBCASE("it does not") {
    one.after(10ms);
    CHECK(one.all->is_over());
    CHECK_FALSE(one.wire->open);
  }
}

TEST_CASE("one is asked when a stream is left to which nothing came for a while, and not when it is left at once or has heard something") {
  open_connection one;
  SUBCASE("nothing came for a while") {
    one.time.at += 5ms;
    one.all->leave(one.id);
    one.turn();
    CHECK(one.has_pinged());
    one.after(10ms);
    CHECK(one.all->is_over());
  }
  SUBCASE("left at once") {
    one.all->leave(one.id);
    one.turn();
    CHECK_FALSE(one.has_pinged());
  }
  SUBCASE("something came") {
    one.time.at += 1ms;
    one.wire->arrive(ping_answer);
    one.time.at += 5ms;
    one.all->leave(one.id);
    one.turn();
    CHECK_FALSE(one.has_pinged());
  }
}

TEST_CASE("before the provider has said what it takes there is room for one stream, then for as many as it says") {
  boost::asio::io_context io{1};
  moved_clock time;
  const auto wire = std::make_shared<held_wire>(io);
  const auto all = std::make_shared<http2_connection>(wire, std::make_shared<upstream::deadlines>(io), time);
  all->start([] {});
  CHECK(all->room() == 1);
  wire->arrive(std::string("\0\0\6\4\0\0\0\0\0\0\3\0\0\0\7", 15));   // MAX_CONCURRENT_STREAMS of seven
  CHECK(all->room() == 7);
  wire->open = false;
  CHECK(all->room() == 0);
}

TEST_CASE("however many streams the provider would take, a connection has a hundred") {
  open_connection one;
  CHECK(one.all->room() == http2_connection::streams_max - 1);
}

TEST_CASE("frames that are allowed, and bring nothing, end a connection where they do not end") {
  const std::string window_update("\0\0\4\10\0\0\0\0\0\0\0\0\1", 13);   // of the connection, by one byte
  const std::string head("\0\0\1\1\4\0\0\0\1\x88", 10);                 // :status: 200, on the first stream
  const std::string empty_data("\0\0\0\0\0\0\0\0\1", 9);
  for (const auto& frame : {window_update, empty_data}) {
    open_connection one;
    one.wire->arrive(head);
    for (int count = 0; count < 1'990; ++count) one.wire->arrive(frame);
    CHECK_FALSE(one.user.why);
    for (int count = 0; count < 20 && one.wire->open; ++count) one.wire->arrive(frame);
    REQUIRE(one.user.why);
    CHECK(one.user.why->kind == failure_kind::garbled_reply);
    CHECK(one.user.why->detail.find("bring nothing") != std::string::npos);
    CHECK_FALSE(one.wire->open);
  }
}

TEST_CASE("a request that did not go out before the provider left was not looked at") {
  open_connection one;
  one.wire->arrive(std::string("\0\0\10\7\0\0\0\0\0\0\0\0\0\0\0\0\0", 17));   // GOAWAY above which nothing was looked at: 0
  one.turn();
  REQUIRE(one.user.why);
  CHECK(one.user.unprocessed);
  CHECK_FALSE(one.all->serves_on());
  CHECK(one.all->room() == 0);
}

TEST_CASE("a request that still waits for the wire when the provider leaves was not looked at, and the one before it goes on") {
  open_connection one;
  listener on_its_way, waiting;
  one.all->open(one.provider, one.request, on_its_way);
  one.all->open(one.provider, one.request, waiting);
  one.wire->arrive(std::string("\0\0\10\7\0\0\0\0\0\0\0\0\3\0\0\0\0", 17));   // GOAWAY; up to stream 3 all is looked at
  one.turn();
  CHECK_FALSE(on_its_way.why);
  REQUIRE(waiting.why);
  CHECK(waiting.unprocessed);
}

TEST_CASE("a request that waits for the wire when the provider has looked at nothing is lost with it, and the provider is not said to break rules") {
  open_connection one;
  listener on_its_way, waiting;
  one.all->open(one.provider, one.request, on_its_way);
  one.all->open(one.provider, one.request, waiting);
  one.wire->arrive(std::string("\0\0\10\7\0\0\0\0\0\0\0\0\0\0\0\0\0", 17));   // GOAWAY above which nothing was looked at: 0
  one.turn();
  CHECK(on_its_way.unprocessed);
  REQUIRE(waiting.why);
  CHECK(waiting.why->kind == failure_kind::connection_lost);
}

TEST_CASE("windows that a provider opens again behind each request, and other small talk with it, are no flood however many requests there are") {
  const std::string window_update("\0\0\4\10\0\0\0\0\0\0\0\0\1", 13);   // of the connection, by one byte
  open_connection one;
  listener other;
  for (int count = 0; count < 3'000; ++count) {
    const auto id = one.all->open(one.provider, one.request, other);
    REQUIRE(id > 0);
    for (int frame = 0; frame < 3; ++frame) one.wire->arrive(window_update);
    std::string whole_reply("\0\0\1\1\5\0\0\0\0\x88", 10);   // :status: 200, and the end
    whole_reply[7] = static_cast<char>(id >> 8);
    whole_reply[8] = static_cast<char>(id & 0xff);
    one.wire->arrive(whole_reply);
    one.turn();
  }
  CHECK(other.ended);
  CHECK_FALSE(other.why);
  CHECK(one.all->serves_on());
}

TEST_CASE("credentials never enter the tables of header compression, what else stands in a head may") {
  open_connection one;
  listener other;
  one.request.headers.add_if_fit("x-api-key", "secret");
  one.request.headers.add_if_fit("accept", "*/*");
  one.wire->written.clear();
  one.all->open(one.provider, one.request, other);
  CHECK(one.wire->written.find("\x10\x87") != std::string::npos);   // RFC 7541 6.2.3: a literal never indexed, of a name of seven bytes by Huffman
  CHECK(one.wire->written.find("\x53\x03*/*") != std::string::npos);   // 6.2.1: a literal that is indexed, of the 19th
}

TEST_CASE("a connection that is closed says farewell, once, and one that broke says nothing") {
  const std::string farewell("\0\0\10\7\0\0\0\0\0\0\0\0\0\0\0\0\0", 17);   // GOAWAY, no error; the provider began no stream
  open_connection one;
  one.all->leave(one.id);
  one.turn();
  one.all->close();
  CHECK(one.wire->written.ends_with(farewell));
  CHECK_FALSE(one.wire->open);
  const auto said = one.wire->written.size();
  one.all->close();
  CHECK(one.wire->written.size() == said);

  open_connection broken;
  broken.after(20ms);
  broken.after(10ms);
  REQUIRE(broken.all->is_over());
  broken.all->close();
  CHECK(broken.wire->written.find(farewell) == std::string::npos);
}
