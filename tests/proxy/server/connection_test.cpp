#include "proxy/server/connection.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <string>

using namespace sallyport;
using namespace sallyport::server;

namespace {

/// A stream whose reads end when the test says so.
struct puppet final : byte_stream {
  task<bool> handshake() override { co_return true; }
  void start_read(boost::asio::mutable_buffer into, std::shared_ptr<reader> whom) override {
    room = into;
    reading = std::move(whom);
  }
  bool write_now(pieces&) override { return true; }
  task<std::size_t> write_some(pieces) override { co_return 0; }
  task<void> end_writing() override { co_return; }
  void cancel() override { ++cancelled; }
  void reset() override { ++was_reset; }
  void close() override {}

  void end(boost::system::error_code error, const std::string& bytes = {}) {
    std::memcpy(room.data(), bytes.data(), bytes.size());
    std::exchange(reading, nullptr)->on_read(error, bytes.size());
  }

  boost::asio::mutable_buffer room;
  std::shared_ptr<reader> reading;
  int cancelled = 0;
  int was_reset = 0;
};

struct still_clock final : clock {
  instant now() const override { return {}; }
  wall_time wall() const override { return {}; }
  std::unique_ptr<wait_handle> make_wait() override { return nullptr; }
};

struct served {
  served() {
    auto made = std::make_unique<puppet>();
    stream = made.get();
    wire = std::make_shared<connection>(std::move(made), terms, time);
    wire->start_watching();
  }
  served(const served&) = delete;
  served& operator=(const served&) = delete;
  ~served() { stream->reading.reset(); }   // the connection has the stream, whose read has the connection
  void tick() { wire->check_deadlines({}); }

  config::listen_settings terms;
  still_clock time;
  puppet* stream = nullptr;
  std::shared_ptr<connection> wire;
};

constexpr auto aborted = boost::asio::error::operation_aborted;

}  // namespace

TEST_CASE("a request that is served for longer than a tick watches its client with a small buffer") {
  served one;
  CHECK(one.stream->room.size() == input_buffer::usual_bytes);
  one.tick();
  CHECK(one.stream->cancelled == 0);
  one.tick();
  CHECK(one.stream->cancelled == 1);
  one.stream->end(aborted);
  CHECK(one.stream->room.size() == input_buffer::slim_bytes);
  one.tick();
  one.tick();
  CHECK(one.stream->cancelled == 1);
  CHECK_FALSE(one.wire->is_gone());
  one.stream->end(boost::asio::error::eof);
  CHECK(one.wire->is_gone());
  CHECK(one.stream->was_reset == 1);
}

TEST_CASE("what the client sends ahead into the small buffer is kept, and more room is made for more") {
  served one;
  one.tick();
  one.tick();
  one.stream->end(aborted);
  one.stream->end({}, std::string(input_buffer::slim_bytes, 'x'));
  CHECK(one.wire->buffered() == std::string(input_buffer::slim_bytes, 'x'));
  CHECK(one.stream->room.size() == input_buffer::usual_bytes - input_buffer::slim_bytes);
}

TEST_CASE("bytes that come while the large buffer is on its way out are kept") {
  served one;
  one.tick();
  one.tick();
  one.stream->end({}, "GET");
  CHECK(one.wire->buffered() == "GET");
  one.tick();
  CHECK(one.stream->cancelled == 1);
}

TEST_CASE("a request that ends meanwhile leaves the next one its usual room") {
  served one;
  one.tick();
  one.tick();
  one.wire->stop_watching();
  one.stream->end(aborted);
  CHECK(one.stream->room.size() == input_buffer::usual_bytes);
  CHECK_FALSE(one.wire->is_gone());
}
